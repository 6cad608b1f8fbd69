//! The one table from the name of a database constraint to the answer that its refusal deserves.

use crate::error::ApiError;
use crate::say;

/// The answer for a refusal by `constraint`; none for constraints that only a fault of ours can break.
pub(crate) fn problem(constraint: &str) -> Option<ApiError> {
    let answer = match constraint {
        "vehicles_owner_vin_key" => ApiError::conflict(
            "vin_taken",
            say!("Vous avez déjà un véhicule avec ce VIN.", "You already have a vehicle with this VIN."),
        ),
        "vehicles_owner_plate_key" => ApiError::conflict(
            "license_plate_taken",
            say!(
                "Vous avez déjà un véhicule avec cette immatriculation.",
                "You already have a vehicle with this number plate."
            ),
        ),
        "documents_user_sha256_key" => ApiError::conflict(
            "duplicate_document",
            say!("Ce document a déjà été envoyé.", "This document was already uploaded."),
        ),
        _ => return None,
    };
    Some(answer)
}
