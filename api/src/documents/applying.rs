//! Using what was read: the form, what was written, and why not.

use domain::document::applying::{Applied, Refused};
use domain::ids::{DocumentId, VehicleId};
use operations::Context;
use operations::documents::{ApplyError, apply_to_vehicle};
use poem_openapi::types::ParseFromJSON;
use poem_openapi::{Enum, Object};
use serde_json::Value;

use crate::error::ApiError;
use crate::meaning::Meaning;
use crate::problem::Errors;
use crate::say;
use crate::security::Principal;

/// What papers can be applied to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename = "ApplyTarget", rename_all = "snake_case")]
pub enum TargetWord {
    /// A vehicle.
    Vehicle,
}

/// What to write, and to what.
#[derive(Debug, Clone, Object)]
pub struct ApplyForm {
    /// To what kind of record; a vehicle when absent.
    pub target: Option<TargetWord>,
    /// Which one; the vehicle that the paper hangs on when absent.
    pub target_id: Option<i64>,
    /// The fields to write, by key (`A`) or column (`license_plate`). Absent: all that are sure, where nothing stands yet.
    #[oai(validator(max_items = 100))]
    pub fields: Option<Vec<String>>,
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename = "AppliedSource", rename_all = "snake_case")]
pub enum SourceWord {
    /// It was read.
    Reading,
    /// A person put it right.
    Correction,
}

/// Why a value was not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename = "SkippedReason", rename_all = "snake_case")]
pub enum ReasonWord {
    /// It was not read, or a person said that it is not on the paper.
    Absent,
    /// The reading is doubtful, and nobody confirmed it.
    Unsure,
    /// Something else stands there, and the field was not named.
    Occupied,
    /// It stands there already.
    Unchanged,
    /// It is nothing that the column can hold.
    Unfit,
}

/// A field whose value was written.
#[derive(Debug, Clone, Object)]
pub struct AppliedField {
    /// Its key on the paper.
    pub field: String,
    /// The column that it was written to.
    pub column: String,
    /// What stood there.
    pub before: Option<Value>,
    /// What stands there now.
    pub after: Option<Value>,
    /// Where the value comes from.
    pub source: SourceWord,
}

/// A field whose value was not written.
#[derive(Debug, Clone, Object)]
pub struct SkippedField {
    /// Its key on the paper.
    pub field: String,
    /// Why.
    pub reason: ReasonWord,
}

/// What came of applying a paper.
#[derive(Debug, Clone, Object)]
#[oai(rename = "Applied")]
pub struct AppliedView {
    /// To what kind of record.
    pub target: TargetWord,
    /// Which one.
    pub target_id: i64,
    /// What was written.
    pub changed: Vec<AppliedField>,
    /// What was not.
    pub skipped: Vec<SkippedField>,
}

/// Writes what the form asks for.
pub(super) async fn apply(
    context: &Context,
    caller: &Principal,
    id: DocumentId,
    form: &ApplyForm,
) -> Result<AppliedView, ApiError> {
    let target = form.target.unwrap_or(TargetWord::Vehicle);
    let (target_id, fields, now) = (form.target_id, form.fields.as_deref(), context.clock.now());
    let mut work = context.begin().await?;
    let (target_id, applied) = match target {
        TargetWord::Vehicle => {
            let vehicle = target_id.map(VehicleId);
            let (vehicle, applied) =
                apply_to_vehicle(&mut work, caller.as_editor(), id, vehicle, fields, now).await?;
            (vehicle.0, applied)
        }
    };
    work.commit().await?;
    Ok(view(target, target_id, applied))
}

fn view(target: TargetWord, target_id: i64, applied: Applied) -> AppliedView {
    let word = |word: &str| Some(Value::from(word));
    let changed = applied.changed.into_iter().map(|change| AppliedField {
        field: change.field.to_owned(),
        column: change.column.to_owned(),
        before: Some(change.before).filter(|value| !value.is_null()),
        after: Some(change.after).filter(|value| !value.is_null()),
        source: SourceWord::parse_from_json(word(change.source.as_str())).expect("the words are the same"),
    });
    let skipped = applied.skipped.into_iter().map(|skipped| SkippedField {
        field: skipped.field.to_owned(),
        reason: ReasonWord::parse_from_json(word(skipped.reason.as_str())).expect("the words are the same"),
    });
    AppliedView { target, target_id, changed: changed.collect(), skipped: skipped.collect() }
}

impl From<ApplyError> for ApiError {
    fn from(error: ApplyError) -> Self {
        match error {
            ApplyError::Database(error) => error.into(),
            ApplyError::NotAnalyzed => Self::not_analyzed(),
            ApplyError::NoVehicle => Self::invalid_field(
                "target_id",
                say!(
                    "Ce document n’est rattaché à aucun véhicule : indiquez lequel.",
                    "This document hangs on no vehicle: say which one."
                ),
            ),
            ApplyError::Refused(fields) => {
                let named = fields.into_iter();
                Self::invalid(
                    named.map(|(field, why)| (format!("fields.{field}"), vec![explain(why)])).collect(),
                )
            }
        }
    }
}

fn explain(why: Refused) -> String {
    match why {
        Refused::Unknown => say!(
            "Ce type de document n’a pas de champ de ce nom pour ce véhicule.",
            "This kind of document has no such field for a vehicle."
        ),
        Refused::Unfit => say!(
            "La valeur lue ne convient pas. Corrigez-la d’abord.",
            "The value that was read does not fit. Correct it first."
        ),
    }
}

impl Meaning for ApplyForm {
    fn faults(self) -> Errors {
        Errors::new()
    }
}
