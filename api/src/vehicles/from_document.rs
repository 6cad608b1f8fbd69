//! A vehicle out of its certificate: the form, the answer, and the refusals.

use domain::vehicle::Details;
use operations::vehicles::FromDocumentError;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object};

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
    /// The vehicle whose blanks it fills; a new vehicle when absent.
    pub vehicle_id: Option<i64>,
    /// What wins over the paper; null clears.
    pub overrides: Option<VehiclePatch>,
}

/// The vehicle, new or completed.
#[derive(Debug, ApiResponse)]
pub enum FromDocumentAnswer {
    /// The vehicle had blanks that the certificate filled.
    #[oai(status = 200)]
    Completed(Json<VehicleView>, #[oai(header = "Location")] String, #[oai(header = "ETag")] String),
    /// The vehicle is new.
    #[oai(status = 201)]
    Created(Json<VehicleView>, #[oai(header = "Location")] String, #[oai(header = "ETag")] String),
}

impl FromDocumentAnswer {
    /// The answer around `view`.
    pub(super) fn new(is_new: bool, view: VehicleView) -> Self {
        let (location, tag) = (view.location(), format!("\"{}\"", view.version));
        if is_new {
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
            FromDocumentError::NotAnalyzed => Self::conflict(
                "document_not_analyzed",
                say!("Ce document n’a pas encore été lu.", "This document has not been read yet."),
            ),
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
