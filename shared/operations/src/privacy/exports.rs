//! Copies of everything that an account holds: one ZIP with a JSON and a CSV file for each table, and the papers' files.

use chrono::{DateTime, Duration, Utc};
use database::DatabaseError;
use database::audit::Actor;
use database::notifications::NewNotification;
use database::privacy::contents::{self, PaperFile, Table};
use database::privacy::exports::{self, Export};
use domain::ids::{ExportId, UserId};
use domain::letter::{ExportReady, Letter};
use domain::locale::Locale;
use domain::notification::NotificationKind;
use files::{Archive, FileKey, FilesError, Packing};
use futures::TryStreamExt;
use queue::kinds::BuildExport;
use queue::{Enqueue, Enqueuer};
use serde_json::json;
use tracing::warn;

use super::csv_of::csv_of;
use crate::Context;
use crate::accounts::Origin;
use crate::documents::UpkeepError;
use crate::letters;
use crate::notifications::{Notice, notify};

/// How long a copy can be fetched.
const KEPT: Duration = Duration::days(7);
/// Copies removed in one go.
const BATCH: i64 = 100;

/// A copy that was made and stored.
#[derive(Debug)]
pub struct Built {
    /// Where its file is.
    pub key: FileKey,
    bytes: u64,
    user: UserId,
}

/// Why a copy was not made.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The database refused or did not answer.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The store or the disk refused.
    #[error("the store of papers")]
    Files(#[from] FilesError),
    /// A table could not be written as CSV.
    #[error("the CSV of {0}")]
    Csv(&'static str, #[source] csv::Error),
}

/// Asks for a copy; while one waits, that one.
pub async fn ask_export(
    ctx: &Context,
    user: UserId,
    include_files: bool,
    origin: &Origin,
) -> Result<Export, DatabaseError> {
    let now = ctx.clock.now();
    let mut work = ctx.begin().await?;
    let export = exports::ask(&mut work, user, include_files, now).await?;
    let options = Enqueue::default().by(user).unique(format!("export:{}", export.id));
    work.enqueue(&BuildExport { export_id: export.id }, options).await?;
    origin.audit(&mut work, Actor::User(user), "export_asked", Some(user), now).await?;
    work.commit().await?;
    Ok(export)
}

/// Makes a copy and stores it; nothing if nobody waits for it any more.
///
/// # Errors
/// When the database or the store does not answer; the next run writes over what this one left.
pub async fn build_export(ctx: &Context, id: ExportId) -> Result<Option<Built>, BuildError> {
    let key = FileKey::new_export().to_string();
    let Some(export) = exports::begin(&mut *ctx.read().await?, id, &key).await? else { return Ok(None) };
    let key = export.storage_key.as_deref().and_then(FileKey::parse).ok_or(FilesError::NotFound)?;
    let (tables, papers) = read(ctx, &export).await?;
    let archive = Archive::begin().await?;
    for table in tables {
        add_table(&archive, table).await?;
    }
    for paper in &papers {
        add_file(ctx, &archive, paper).await?;
    }
    let (path, bytes) = archive.finish().await?;
    ctx.files.put_file(key, &path).await?;
    Ok(Some(Built { key, bytes, user: export.user }))
}

/// All rows as they stood at one moment.
async fn read(ctx: &Context, export: &Export) -> Result<(Vec<Table>, Vec<PaperFile>), DatabaseError> {
    let mut snapshot = contents::snapshot(&ctx.db).await?;
    let mut tables = contents::account(&mut snapshot, export.user).await?;
    tables.extend(contents::wishes(&mut snapshot, export.user).await?);
    tables.extend(contents::possessions(&mut snapshot, export.user).await?);
    let papers = if export.include_files {
        contents::paper_files(&mut snapshot, export.user).await?
    } else {
        Vec::new()
    };
    Ok((tables, papers))
}

async fn add_table(archive: &Archive, table: Table) -> Result<(), BuildError> {
    let csv = csv_of(&table.rows).map_err(|error| BuildError::Csv(table.name, error))?;
    archive.entry(format!("csv/{}.csv", table.name), Packing::Deflated).await;
    archive.write(csv).await;
    archive.entry(format!("json/{}.json", table.name), Packing::Deflated).await;
    archive.write(format!("{:#}", serde_json::Value::Array(table.rows))).await;
    Ok(())
}

async fn add_file(ctx: &Context, archive: &Archive, paper: &PaperFile) -> Result<(), BuildError> {
    let Some(key) = FileKey::parse(&paper.storage_key) else { return Ok(()) };
    let mut file = match ctx.files.get(key).await {
        Ok(file) => file.stream,
        Err(FilesError::NotFound) => {
            warn!(document.id = paper.id, "a paper's file is not in the store; the copy goes without it");
            return Ok(());
        }
        Err(error) => return Err(error.into()),
    };
    archive.entry(file_name(paper), Packing::Stored).await;
    while let Some(piece) = file.try_next().await? {
        archive.write(piece).await;
    }
    Ok(())
}

/// Made by us: names of users' files may hold anything.
fn file_name(paper: &PaperFile) -> String {
    let extension = match paper.mime_type.as_str() {
        "application/pdf" => "pdf",
        "image/jpeg" => "jpg",
        "image/png" => "png",
        _ => "bin",
    };
    let name = paper.original_name.as_deref().unwrap_or_default();
    let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let name: String =
        name.chars().map(|c| if c.is_alphanumeric() || c == '-' { c } else { '_' }).take(60).collect();
    if name.is_empty() {
        format!("documents/{}.{extension}", paper.id)
    } else {
        format!("documents/{}-{name}.{extension}", paper.id)
    }
}

/// Notes that a copy can be fetched and says so by letter; false if its account is gone meanwhile, and the file with it.
pub async fn keep_export(
    work: &mut impl Enqueuer,
    id: ExportId,
    built: &Built,
    now: DateTime<Utc>,
) -> Result<bool, DatabaseError> {
    let until = now + KEPT;
    let bytes = i64::try_from(built.bytes).unwrap_or(i64::MAX);
    if !exports::set_ready(work.work(), id, bytes, until, now).await? {
        return Ok(false);
    }
    let user = database::users::get(work.work(), built.user).await?;
    letters::post_to(work, &user, &Letter::ExportReady(ExportReady { until }), now).await?;
    Ok(true)
}

/// Notes that a copy was given up, and tells who waits for it.
pub async fn export_given_up(
    work: &mut impl Enqueuer,
    id: ExportId,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let Some(user) = exports::set_failed(work.work(), id, now).await? else { return Ok(()) };
    let (title, message) = match database::users::get(work.work(), user).await?.locale {
        Locale::Fr => (
            "Copie de vos données impossible",
            "La copie de vos données n’a pas pu être préparée. Demandez-la de nouveau dans vos paramètres.",
        ),
        Locale::En => (
            "Copy of your data not possible",
            "The copy of your data could not be prepared. Ask for it again in your settings.",
        ),
    };
    let new = NewNotification {
        user,
        kind: NotificationKind::Info,
        vehicle: None,
        document: None,
        title,
        message,
        link: Some("/settings/privacy"),
        metadata: &json!({ "export_id": id }),
        dedup_key: None,
    };
    notify(work, &Notice { new, letter: None }, now).await?;
    Ok(())
}

/// Removes the files of copies whose time is over, and says how many. One that cannot be removed is tried again the next
/// time.
///
/// # Errors
/// When the database does not answer.
pub async fn remove_expired(ctx: &Context) -> Result<u64, UpkeepError> {
    let now = ctx.clock.now();
    let (mut after, mut removed) = (ExportId(0), 0);
    loop {
        let batch = exports::expired(&mut *ctx.read().await?, now, after, BATCH).await?;
        let Some((last, _)) = batch.last() else { return Ok(removed) };
        after = *last;
        for (id, key) in &batch {
            if let Some(key) = FileKey::parse(key)
                && let Err(error) = ctx.files.delete(key).await
            {
                warn!(export.id = %id, error = %error, "the file of a copy could not be removed");
                continue;
            }
            exports::set_expired(&mut *ctx.read().await?, *id).await?;
            removed += 1;
        }
    }
}
