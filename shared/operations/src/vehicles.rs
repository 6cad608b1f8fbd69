//! A certificate that was read becomes a vehicle, or completes one.

use chrono::{DateTime, Utc};
use database::DatabaseError;
use database::documents::{self, AnalysisRow, Document};
use database::vehicles::{self, Vehicle};
use domain::access::Access;
use domain::analysis::Field;
use domain::document::DocumentKind;
use domain::ids::{DocumentId, UserId, VehicleId};
use domain::vehicle::{Certificate, Details, RUBRICS};
use domain::vin::Vin;
use serde_json::Value;
use sqlx::PgConnection;

/// Why a paper does not become a vehicle.
#[derive(Debug, thiserror::Error)]
pub enum FromDocumentError {
    /// It was not read yet, or could not be.
    #[error("the document is not analysed")]
    NotAnalyzed,
    /// It is some other kind of paper.
    #[error("the document is no registration certificate")]
    NotARegistration,
    /// It hangs on another vehicle.
    #[error("the document hangs on another vehicle")]
    OnAnotherVehicle,
    /// It names another VIN than the vehicle has.
    #[error("the document names another VIN")]
    AnotherVin,
    /// What must be there was not read; the columns.
    #[error("missing: {}", .0.join(", "))]
    Missing(Vec<&'static str>),
    /// The database refused.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// A vehicle as its certificate has it, before it is kept; [`Draft::details`] may be changed meanwhile.
#[derive(Debug)]
pub struct Draft {
    /// What is known so far.
    pub details: Details,
    paper: Document,
    user: UserId,
    vehicle: Option<Vehicle>,
}

/// What became of a draft.
#[derive(Debug)]
pub struct Kept {
    /// The vehicle as it is now.
    pub vehicle: Vehicle,
    /// Whether it was entered just now.
    pub is_new: bool,
    /// The columns of the certificate that have another value now.
    pub changed: Vec<Altered>,
}

/// A column that has another value now.
#[derive(Debug, Clone, PartialEq)]
pub struct Altered {
    /// The rubric's code on the certificate.
    pub code: &'static str,
    /// The column.
    pub column: &'static str,
    /// What stood there.
    pub before: Value,
    /// What stands there now.
    pub after: Value,
}

/// Drafts a vehicle of `user` from a certificate: `vehicle` with its blanks filled, else the one that `user` edits with the VIN
/// or plate of the certificate, or of what is `said` otherwise, else a new one.
///
/// # Errors
/// Not found or forbidden as ever; else why this paper will not do.
pub async fn draft(
    db: &mut PgConnection,
    user: UserId,
    document: DocumentId,
    vehicle: Option<VehicleId>,
    said: &Details,
) -> Result<Draft, FromDocumentError> {
    // Who sees a paper that hangs nowhere is its owner, and one that hangs elsewhere is refused: seeing is enough.
    let paper_access = Access::viewer(user);
    let paper = documents::get_for_update(db, paper_access, document).await?;
    let analysis =
        documents::latest_analysis(db, paper_access, document).await?.filter(|_| paper.is_analyzed);
    let analysis = analysis.ok_or(FromDocumentError::NotAnalyzed)?;
    let kind = paper.kind().or_else(|| DocumentKind::from_word(&analysis.document_type));
    if kind != Some(DocumentKind::Registration) {
        return Err(FromDocumentError::NotARegistration);
    }
    let certificate = certificate(db, paper_access, document, &analysis).await?;
    let vehicle = match vehicle {
        Some(id) => Some(id),
        None => find(db, user, &certificate, said).await?,
    };
    if is_elsewhere(db, user, &paper, vehicle).await? {
        return Err(FromDocumentError::OnAnotherVehicle);
    }
    let vehicle = match vehicle {
        Some(id) => Some(vehicles::get_for_update(db, Access::editor(user), id).await?),
        None => None,
    };
    let mut details = vehicle.as_ref().map(|vehicle| vehicle.details.clone()).unwrap_or_default();
    if details.vin.is_some() && certificate.get("E").is_some_and(|vin| is_another(details.vin.as_ref(), vin))
    {
        return Err(FromDocumentError::AnotherVin);
    }
    certificate.complete(&mut details);
    Ok(Draft { details, paper, user, vehicle })
}

/// Keeps the draft and hangs the paper on its vehicle.
///
/// # Errors
/// What is missing; a plate or VIN that the owner has already.
pub async fn keep(
    db: &mut PgConnection,
    draft: Draft,
    now: DateTime<Utc>,
) -> Result<Kept, FromDocumentError> {
    let missing = draft.details.missing();
    if !missing.is_empty() {
        return Err(FromDocumentError::Missing(missing));
    }
    let before = draft.vehicle.as_ref().map(|vehicle| vehicle.details.clone()).unwrap_or_default();
    let (changed, is_new) = (altered(&before, &draft.details), draft.vehicle.is_none());
    let mut vehicle = match draft.vehicle {
        None => vehicles::insert(db, draft.user, draft.details, now).await?,
        Some(vehicle) if vehicle.details == draft.details => vehicle,
        Some(mut vehicle) => {
            vehicle.details = draft.details;
            vehicles::save(db, Access::editor(draft.user), &mut vehicle, now).await?;
            vehicle
        }
    };
    let mut paper = draft.paper;
    if paper.vehicle_id != Some(vehicle.id.0) {
        paper.vehicle_id = Some(vehicle.id.0);
        paper.is_inbox = false;
        documents::save(db, Access::owner(draft.user), &paper).await?;
        vehicle.documents_count += 1;
    }
    Ok(Kept { vehicle, is_new, changed })
}

/// The vehicle that `user` edits and that the certificate, or what is said otherwise, names.
async fn find(
    db: &mut PgConnection,
    user: UserId,
    certificate: &Certificate,
    said: &Details,
) -> Result<Option<VehicleId>, DatabaseError> {
    let mut named =
        Details { vin: said.vin.clone(), license_plate: said.license_plate.clone(), ..Details::default() };
    certificate.complete(&mut named);
    vehicles::find_by_identity(db, Access::editor(user), named.vin.as_ref(), named.license_plate.as_ref())
        .await
}

fn altered(before: &Details, after: &Details) -> Vec<Altered> {
    let both = RUBRICS.iter().map(|rubric| (rubric, rubric.value(before), rubric.value(after)));
    both.filter(|(_, before, after)| before != after)
        .map(|(rubric, before, after)| Altered { code: rubric.code, column: rubric.column, before, after })
        .collect()
}

/// Whether the paper hangs on a vehicle that `user` reaches and that is not the one meant.
async fn is_elsewhere(
    db: &mut PgConnection,
    user: UserId,
    paper: &Document,
    meant: Option<VehicleId>,
) -> Result<bool, DatabaseError> {
    let Some(other) = paper.vehicle_id.map(VehicleId).filter(|id| Some(*id) != meant) else {
        return Ok(false);
    };
    match vehicles::get(db, Access::viewer(user), other).await {
        Ok(_) => Ok(true),
        Err(DatabaseError::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}

async fn certificate(
    db: &mut PgConnection,
    access: Access,
    document: DocumentId,
    analysis: &AnalysisRow,
) -> Result<Certificate, DatabaseError> {
    let readings: Vec<Field> = serde_json::from_value(analysis.fields.clone()).unwrap_or_default();
    let corrections = documents::corrections(db, access, document).await?;
    let corrected =
        corrections.iter().map(|one| (one.field.as_str(), one.value.as_ref().unwrap_or_default()));
    Ok(Certificate::new(&readings, corrected))
}

fn is_another(known: Option<&Vin>, read: &str) -> bool {
    read.parse::<Vin>().is_ok_and(|vin| Some(&vin) != known)
}
