//! Demonstration data for development: always the same, and written once.

use std::path::Path;

use chrono::Days;
use database::DatabaseError;
use database::documents::NewDocument;
use database::users::{self, NewUser};
use database::vehicles;
use domain::document::DocumentKind;
use domain::ids::{DocumentId, UserId, VehicleId};
use domain::locale::Locale;
use domain::vehicle::Details;
use files::{FileKey, FilesError, Paper, Received, UploadError};
use queue::Work;

use crate::{Context, accounts, documents};

/// What both people sign in with.
pub const PASSWORD: &str = "demo-autotrack-2026";
/// The French-speaking driver, who has everything.
pub const DRIVER: &str = "alice@autotrack.example";
/// The English-speaking one, who has a fleet of two.
pub const FLEET: &str = "bruno@autotrack.example";

/// A member of staff, for the console.
pub const STAFF: &str = "staff@autotrack.example";
/// The secret of their authenticator, in base 32: known to everybody, as the password is.
pub const STAFF_SECRET: &str = "AUTOTRACKDEMOSECRETONLYFORDEVXYZ";

/// What can keep the data from being written.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The database refused.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A specimen is not where it should be.
    #[error("the specimen {0} cannot be opened")]
    Specimen(String, #[source] std::io::Error),
    /// A specimen is no paper.
    #[error("a specimen was refused")]
    Upload(#[from] UploadError),
    /// The store failed.
    #[error(transparent)]
    Files(#[from] FilesError),
}

/// Writes two people, their vehicles, one of which has to be inspected soon, a carte grise that will be read at once, an invoice that waits to be read, and a
/// damaged paper whose job fails. `specimens` is the folder of the specimens.
///
/// # Errors
/// When the database refuses or a specimen is missing.
pub async fn seed(context: &Context, specimens: &Path) -> Result<(), DemoError> {
    staff(context).await?;
    let mut work = context.begin().await?;
    let address = DRIVER.parse().expect("the address is good");
    if users::find_credentials(&mut work, &address).await?.is_some() {
        return Ok(());
    }
    let alice = person(context, &mut work, DRIVER, "Alice", Locale::Fr).await?;
    let bruno = person(context, &mut work, FLEET, "Bruno", Locale::En).await?;
    let soon = Some(context.clock.now().date_naive() + Days::new(20));
    let clio = Details { inspection_due_date: soon, ..known("Renault", "Clio", 2019, "FK-482-LM") };
    let clio = vehicle(context, &mut work, alice, clio).await?;
    for van in
        [known("Peugeot", "Partner", 2021, "GA-118-RT"), known("Citroën", "Berlingo", 2016, "EB-907-XD")]
    {
        vehicle(context, &mut work, bruno, van).await?;
    }
    let folder = Folder { context, specimens };
    let registration = folder.paper("registration/clean/reg_clean_004.pdf").await?;
    store(&mut work, alice, Some(clio), "Carte grise", Some(DocumentKind::Registration), &registration, true)
        .await?;
    let invoice = folder.paper("invoice/clean/inv_clean_002.pdf").await?;
    store(&mut work, alice, Some(clio), "Facture de révision", Some(DocumentKind::Invoice), &invoice, false)
        .await?;
    let damaged = folder.damaged().await?;
    store(&mut work, bruno, None, "Damaged scan", None, &damaged, true).await?;
    work.commit().await.map_err(DatabaseError::from)?;
    Ok(())
}

/// A member of staff whose authenticator everybody can have.
async fn staff(context: &Context) -> Result<(), DemoError> {
    let mut work = context.begin().await?;
    let address = STAFF.parse().expect("the address is good");
    if users::find_credentials(&mut work, &address).await?.is_some() {
        return Ok(());
    }
    let user = person(context, &mut work, STAFF, "Sam", Locale::En).await?;
    let now = context.clock.now();
    users::make_staff(&mut work, user, false, None, now).await?;
    accounts::enrol_known(context, &mut work, user, STAFF_SECRET, now).await?;
    work.commit().await.map_err(DatabaseError::from)?;
    Ok(())
}

async fn person(
    context: &Context,
    work: &mut Work,
    email: &str,
    first_name: &str,
    locale: Locale,
) -> Result<UserId, DatabaseError> {
    let now = context.clock.now();
    let user = NewUser {
        email: &email.parse().expect("the addresses of the demonstration are good"),
        password_hash: &context.passwords.hash(PASSWORD).await,
        first_name,
        last_name: "Démo",
        phone_number: None,
        locale,
        marketing_opt_in: false,
    };
    let id = users::insert(work, &user, now).await?;
    users::confirm(work, id, now).await?;
    Ok(id)
}

async fn vehicle(
    context: &Context,
    work: &mut Work,
    owner: UserId,
    details: Details,
) -> Result<VehicleId, DatabaseError> {
    Ok(vehicles::insert(work, owner, details, context.clock.now()).await?.id)
}

fn known(make: &str, model: &str, year: i32, plate: &str) -> Details {
    Details {
        make: make.to_owned(),
        model: model.to_owned(),
        year,
        license_plate: plate.parse().ok(),
        ..Details::default()
    }
}

/// A file in the store and what is known of it.
struct Stored {
    key: FileKey,
    paper: Paper,
    name: String,
}

struct Folder<'a> {
    context: &'a Context,
    specimens: &'a Path,
}

impl Folder<'_> {
    async fn paper(&self, name: &str) -> Result<Stored, DemoError> {
        let path = self.specimens.join(name);
        let bytes =
            tokio::fs::read(&path).await.map_err(|error| DemoError::Specimen(name.to_owned(), error))?;
        self.keep(name, &bytes).await
    }

    /// The first half of a good PDF.
    async fn damaged(&self) -> Result<Stored, DemoError> {
        let name = "invoice/clean/inv_clean_003.pdf";
        let path = self.specimens.join(name);
        let bytes =
            tokio::fs::read(&path).await.map_err(|error| DemoError::Specimen(name.to_owned(), error))?;
        self.keep("scan-0042.pdf", &bytes[..bytes.len() / 2]).await
    }

    async fn keep(&self, name: &str, bytes: &[u8]) -> Result<Stored, DemoError> {
        let limit = self.context.settings.files.upload_limit;
        let paper = Paper::examine(Received::from_reader(bytes, limit).await?).await?;
        let key = FileKey::new_document();
        self.context.files.put(key, &paper).await?;
        let name = name.rsplit('/').next().unwrap_or(name).to_owned();
        Ok(Stored { key, paper, name })
    }
}

async fn store(
    work: &mut Work,
    user: UserId,
    vehicle: Option<VehicleId>,
    title: &str,
    kind: Option<DocumentKind>,
    stored: &Stored,
    is_read: bool,
) -> Result<DocumentId, DatabaseError> {
    let new = NewDocument {
        user,
        vehicle,
        title,
        description: None,
        kind,
        storage_key: &stored.key.to_string(),
        original_name: Some(&stored.name),
        file_size: stored.paper.bytes as i64,
        mime_type: stored.paper.file_type.media_type(),
        sha256: &hex::decode(&stored.paper.sha256).expect("a hash is written in hexadecimal"),
        is_inbox: false,
    };
    let id = database::documents::insert(work, &new).await?;
    if is_read {
        documents::start_reading(work, id, user).await?;
    }
    Ok(id)
}
