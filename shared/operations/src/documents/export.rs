//! Papers packed into one archive while it is sent.

use std::collections::BTreeSet;
use std::io;

use bytes::Bytes;
use chrono::NaiveDate;
use chrono_tz::Europe::Paris;
use database::documents::Exported;
use files::{FileKey, FileType, FilesError, Packing, SentArchive};
use futures::TryStreamExt;
use futures::stream::BoxStream;
use serde_json::Value;
use tracing::warn;

use crate::Context;
use crate::privacy::cell;

/// Longest title in a file's name, in characters.
const MAX_NAME: usize = 60;

/// Columns of the table before those of what was read.
const COLUMNS: [&str; 10] = [
    "file",
    "date",
    "document_type",
    "title",
    "description",
    "vehicle",
    "issued_on",
    "expires_on",
    "status",
    "uploaded_at",
];

/// What was read, under the contract's first words.
const READ: [&str; 11] = [
    "license_plate",
    "vin",
    "make",
    "first_registration_date",
    "total_amount",
    "invoice_date",
    "invoice_number",
    "garage_name",
    "policy_number",
    "expiry_date",
    "company",
];

/// The archive of these papers, in their order: each file as it is read from the store, then `papers.csv`. A file that is not
/// in the store is left out and has no name in the table; a store that does not answer breaks the archive off.
pub fn archive(context: &Context, papers: Vec<Exported>) -> BoxStream<'static, io::Result<Bytes>> {
    let (archive, bytes) = SentArchive::begin();
    let context = context.clone();
    tokio::spawn(async move {
        if let Err(error) = fill(&context, &archive, &papers).await {
            warn!(%error, "an archive of papers was broken off");
            archive.spoil(io::Error::other(error)).await;
        }
    });
    bytes
}

/// Why an archive was broken off.
#[derive(Debug, thiserror::Error)]
enum ExportError {
    #[error("the store of papers")]
    Files(#[from] FilesError),
    #[error("the table of papers")]
    Csv(#[from] csv::Error),
}

async fn fill(context: &Context, archive: &SentArchive, papers: &[Exported]) -> Result<(), ExportError> {
    let mut names = BTreeSet::new();
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(COLUMNS.iter().chain(&READ))?;
    for paper in papers {
        let name = unique(&mut names, paper);
        let Some(is_there) = add(context, archive, paper, &name).await? else { return Ok(()) };
        table.write_record(row(paper, if is_there { &name } else { "" }))?;
    }
    let table = table.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    if archive.entry("papers.csv".to_owned(), Packing::Deflated).await {
        archive.write(table).await;
    }
    Ok(())
}

/// Adds the file; says whether it was in the store, or nothing when nobody listens any more.
async fn add(
    context: &Context,
    archive: &SentArchive,
    paper: &Exported,
    name: &str,
) -> Result<Option<bool>, FilesError> {
    let Some(key) = FileKey::parse(&paper.storage_key) else { return Ok(Some(false)) };
    let mut file = match context.files.get(key).await {
        Ok(file) => file.stream,
        Err(FilesError::NotFound) => {
            warn!(document.id = paper.id, "a paper's file is not in the store; the archive goes without it");
            return Ok(Some(false));
        }
        Err(error) => return Err(error),
    };
    if !archive.entry(name.to_owned(), Packing::Stored).await {
        return Ok(None);
    }
    while let Some(piece) = file.try_next().await? {
        if !archive.write(piece).await {
            return Ok(None);
        }
    }
    Ok(Some(true))
}

/// The day on a paper, else that of its upload.
fn day(paper: &Exported) -> NaiveDate {
    paper.issued_on.unwrap_or_else(|| paper.created_at.with_timezone(&Paris).date_naive())
}

/// `2024-03-12_invoice_title.pdf`, of signs that every system takes, and no name twice, whatever its case.
fn unique(names: &mut BTreeSet<String>, paper: &Exported) -> String {
    let kind = paper.document_type.as_deref().unwrap_or("other");
    let end = FileType::from_media_type(&paper.mime_type).map_or("bin", FileType::extension);
    let start = format!("{}_{kind}_{}", day(paper), plain(&paper.title, end));
    let mut name = format!("{start}.{end}");
    let mut number = 1;
    while !names.insert(name.to_lowercase()) {
        number += 1;
        name = format!("{start}_{number}.{end}");
    }
    name
}

/// Letters and digits of a title, the rest as single hyphens; an ending that says the type is not said twice.
fn plain(title: &str, end: &str) -> String {
    let stem =
        title.rsplit_once('.').filter(|(_, last)| last.eq_ignore_ascii_case(end)).map_or(title, |it| it.0);
    let words = stem.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let name: String = words.collect::<Vec<_>>().join("-").chars().take(MAX_NAME).collect();
    if name.is_empty() { "document".to_owned() } else { name }
}

fn row(paper: &Exported, name: &str) -> Vec<String> {
    let day_of = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let text = |text: &Option<String>| cell(&text.clone().map_or(Value::Null, Value::from));
    let mut row = vec![
        name.to_owned(),
        day(paper).to_string(),
        paper.document_type.clone().unwrap_or_default(),
        cell(&Value::from(paper.title.as_str())),
        text(&paper.description),
        text(&paper.vehicle),
        day_of(paper.issued_on),
        day_of(paper.expires_on),
        paper.status.clone(),
        paper.created_at.to_rfc3339(),
    ];
    row.extend(READ.iter().map(|word| cell(&paper.analysis_data[*word])));
    row
}

#[cfg(test)]
mod tests {
    use chrono::{TimeZone, Utc};
    use serde_json::json;

    use super::*;

    fn paper(title: &str) -> Exported {
        Exported {
            id: 1,
            title: title.to_owned(),
            description: None,
            document_type: Some("invoice".to_owned()),
            status: "analyzed".to_owned(),
            vehicle: None,
            storage_key: String::new(),
            file_size: 1,
            mime_type: "application/pdf".to_owned(),
            analysis_data: json!({ "garage_name": "=1+1", "total_amount": "12.00" }),
            issued_on: NaiveDate::from_ymd_opt(2024, 3, 12),
            expires_on: None,
            created_at: Utc.with_ymd_and_hms(2024, 3, 31, 22, 30, 0).single().unwrap(),
        }
    }

    #[test]
    fn names_are_safe_and_none_comes_twice() {
        let mut names = BTreeSet::new();
        for (title, wanted) in [
            ("Vidange d’été.PDF", "2024-03-12_invoice_Vidange-d-été.pdf"),
            ("vidange d'été", "2024-03-12_invoice_vidange-d-été_2.pdf"),
            ("../../etc/passwd\0", "2024-03-12_invoice_etc-passwd.pdf"),
            ("...", "2024-03-12_invoice_document.pdf"),
            ("C:\\con|*?", "2024-03-12_invoice_C-con.pdf"),
        ] {
            assert_eq!(unique(&mut names, &paper(title)), wanted);
        }
        assert!(unique(&mut names, &paper(&"x".repeat(300))).len() < 100);
    }

    #[test]
    fn a_paper_without_a_day_has_that_of_its_upload_in_paris() {
        let loose = Exported { issued_on: None, ..paper("a") };
        assert_eq!(day(&loose).to_string(), "2024-04-01");
    }

    #[test]
    fn the_table_runs_nothing_and_has_a_cell_for_each_column() {
        let row = row(&paper("a"), "a.pdf");
        assert_eq!(row.len(), COLUMNS.len() + READ.len());
        assert!(row.contains(&"'=1+1".to_owned()) && row.contains(&"12.00".to_owned()), "{row:?}");
    }
}
