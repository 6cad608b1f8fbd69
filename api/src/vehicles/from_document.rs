//! A vehicle out of its certificate: the form, the answer, and the refusals.

use domain::vehicle::Details;
use operations::vehicles::{FromDocumentError, Kept};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object};
use serde_json::Value;

use super::forms::VehiclePatch;
use super::views::VehicleView;
use crate::error::ApiError;
use crate::meaning::{Meaning, faults_of};
use crate::problem::Errors;
use crate::say;

/// Which certificate, and what to say otherwise than it does.
#[derive(Debug, Clone, Object)]
pub struct FromDocumentForm {
    /// The certificate: a document of type `registration` that was read.
    pub document_id: i64,
    /// The vehicle whose blanks it fills. Absent: the one that I edit with the VIN or plate of the certificate, else a new one.
    pub vehicle_id: Option<i64>,
    /// What wins over the paper; null clears.
    pub overrides: Option<VehiclePatch>,
}

/// A column that has another value now.
#[derive(Debug, Clone, Object)]
pub struct AlteredField {
    /// The rubric's code on the certificate.
    pub field: String,
    /// The column.
    pub column: String,
    /// What stood there.
    pub before: Option<Value>,
    /// What stands there now.
    pub after: Option<Value>,
}

/// The vehicle, and what the certificate changed about it.
#[derive(Debug, Clone, Object)]
pub struct VehicleFromDocument {
    /// The vehicle.
    #[oai(flatten)]
    pub vehicle: VehicleView,
    /// Whether it was entered just now.
    pub is_new: bool,
    /// The columns of the certificate that have another value now.
    pub changed: Vec<AlteredField>,
}

impl From<Kept> for VehicleFromDocument {
    fn from(kept: Kept) -> Self {
        let value = |value: Value| Some(value).filter(|value| !value.is_null());
        let changed = kept.changed.into_iter().map(|one| AlteredField {
            field: one.code.to_owned(),
            column: one.column.to_owned(),
            before: value(one.before),
            after: value(one.after),
        });
        Self { is_new: kept.is_new, changed: changed.collect(), vehicle: kept.vehicle.into() }
    }
}

/// The vehicle, new or completed.
#[derive(Debug, ApiResponse)]
pub enum FromDocumentAnswer {
    /// The vehicle had blanks that the certificate filled.
    #[oai(status = 200)]
    Completed(Json<VehicleFromDocument>, #[oai(header = "Location")] String, #[oai(header = "ETag")] String),
    /// The vehicle is new.
    #[oai(status = 201)]
    Created(Json<VehicleFromDocument>, #[oai(header = "Location")] String, #[oai(header = "ETag")] String),
}

impl FromDocumentAnswer {
    /// The answer around `view`.
    pub(super) fn new(view: VehicleFromDocument) -> Self {
        let (location, tag) = (view.vehicle.location(), format!("\"{}\"", view.vehicle.version));
        if view.is_new {
            Self::Created(Json(view), location, tag)
        } else {
            Self::Completed(Json(view), location, tag)
        }
    }
}

impl From<FromDocumentError> for ApiError {
    fn from(error: FromDocumentError) -> Self {
        match error {
            FromDocumentError::Database(error) => error.into(),
            FromDocumentError::Missing(columns) => missing(&columns),
            FromDocumentError::NotAnalyzed => Self::not_analyzed(),
            FromDocumentError::NotARegistration => Self::conflict(
                "not_a_registration",
                say!(
                    "Ce document n’est pas un certificat d’immatriculation.",
                    "This document is no registration certificate."
                ),
            ),
            FromDocumentError::OnAnotherVehicle => Self::conflict(
                "document_already_linked",
                say!(
                    "Ce document appartient déjà à un autre véhicule. Indiquez vehicle_id pour compléter celui-ci.",
                    "This document belongs to another vehicle already. Give vehicle_id to complete that one."
                ),
            ),
            FromDocumentError::AnotherVin => Self::conflict(
                "vin_mismatch",
                say!(
                    "Le VIN du document n’est pas celui de ce véhicule.",
                    "The document’s VIN is not this vehicle’s."
                ),
            ),
        }
    }
}

/// The same refusal, its fields named where they stand in the form.
pub(super) fn under_overrides(error: ApiError) -> ApiError {
    let ApiError::Invalid(Json(mut problem)) = error else { return error };
    let named = problem.errors.take().unwrap_or_default().into_iter();
    problem.errors = Some(named.map(|(field, messages)| (format!("overrides.{field}"), messages)).collect());
    ApiError::Invalid(Json(problem))
}

fn missing(columns: &[&str]) -> ApiError {
    let message = || {
        say!(
            "Cette valeur n’a pas pu être lue sur le document. Indiquez-la ici.",
            "This value could not be read on the document. Give it here."
        )
    };
    let errors = columns.iter().map(|column| ((*column).to_owned(), vec![message()]));
    under_overrides(ApiError::invalid(errors.collect()))
}

impl Meaning for FromDocumentForm {
    fn faults(self) -> Errors {
        let overrides = self.overrides.unwrap_or_default();
        faults_of(overrides.apply_to(&mut Details::default()).map_err(under_overrides))
    }
}
