//! Writing what a paper says to the record that it is about.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use database::DatabaseError;
use database::documents::{self, Document};
use database::vehicles;
use domain::access::Access;
use domain::analysis::Field;
use domain::document::DocumentKind;
use domain::document::applying::{self, Applied, Refused, Values};
use domain::ids::{DocumentId, VehicleId};
use sqlx::PgConnection;

/// Why a paper is not applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// It was not read yet, or could not be.
    #[error("the document is not analysed")]
    NotAnalyzed,
    /// It hangs on no vehicle, and none was named.
    #[error("no vehicle to apply the document to")]
    NoVehicle,
    /// Fields that were asked for by name and cannot be written.
    #[error("refused: {}", .0.keys().cloned().collect::<Vec<_>>().join(", "))]
    Refused(BTreeMap<String, Refused>),
    /// The database refused.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// What is to be written from a paper: the named fields, or, without names, what is sure.
pub type Choice<'a> = Option<&'a [String]>;

/// Writes to `vehicle`, or to the one that the paper hangs on; who does that edits both.
///
/// # Errors
/// Not found or forbidden as ever; else why the paper, or a field, will not do.
pub async fn apply_to_vehicle(
    db: &mut PgConnection,
    editor: Access,
    document: DocumentId,
    vehicle: Option<VehicleId>,
    choice: Choice<'_>,
    now: DateTime<Utc>,
) -> Result<(VehicleId, Applied), ApplyError> {
    let paper = documents::get_for_update(db, editor, document).await?;
    let (kind, values) = said(db, editor, &paper).await?;
    let id = vehicle.or(paper.vehicle_id.map(VehicleId)).ok_or(ApplyError::NoVehicle)?;
    let mut vehicle = vehicles::get_for_update(db, editor, id).await?;
    let applied =
        applying::apply(&mut vehicle.details, kind, &values, choice).map_err(ApplyError::Refused)?;
    if !applied.changed.is_empty() {
        vehicles::save(db, editor, &mut vehicle, now).await?;
    }
    Ok((id, applied))
}

/// What a paper is and says; corrections win over what was read.
async fn said(
    db: &mut PgConnection,
    access: Access,
    paper: &Document,
) -> Result<(Option<DocumentKind>, Values), ApplyError> {
    let id = DocumentId(paper.id);
    let analysis = documents::latest_analysis(db, access, id).await?.filter(|_| paper.is_analyzed);
    let analysis = analysis.ok_or(ApplyError::NotAnalyzed)?;
    let readings: Vec<Field> = serde_json::from_value(analysis.fields.clone()).unwrap_or_default();
    let corrections = documents::corrections(db, access, id).await?;
    let corrected =
        corrections.iter().map(|one| (one.field.as_str(), one.value.as_ref().unwrap_or_default()));
    Ok((paper.kind().or(analysis.kind()), Values::new(&readings, corrected)))
}
