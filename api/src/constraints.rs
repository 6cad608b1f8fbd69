//! The one table from the name of a database constraint to the answer that its refusal deserves.

use crate::error::ApiError;
use crate::say;

/// The answer for a refusal by `constraint`; none for constraints that only a fault of ours can break.
pub(crate) fn problem(constraint: &str) -> Option<ApiError> {
    let answer = match constraint {
        "vehicles_owner_vin_key" => ApiError::conflict(
            "vin_taken",
            say!("Vous avez déjà un véhicule avec ce VIN.", "You already have a vehicle with this VIN."),
        )
        .about("vin"),
        "vehicles_owner_plate_key" => ApiError::conflict(
            "license_plate_taken",
            say!(
                "Vous avez déjà un véhicule avec cette immatriculation.",
                "You already have a vehicle with this number plate."
            ),
        )
        .about("license_plate"),
        "documents_user_sha256_key" => ApiError::conflict(
            "duplicate_document",
            say!("Ce document a déjà été envoyé.", "This document was already uploaded."),
        )
        .about("file"),
        "feature_flags_pkey" => ApiError::conflict(
            "feature_flag_taken",
            say!("Cette fonctionnalité existe déjà.", "This feature exists already."),
        )
        .about("key"),
        _ => return None,
    };
    Some(answer)
}

#[cfg(test)]
mod tests {
    use super::problem;

    /// Keys that no caller can run into: their values are made by the house, or looked up under a lock before.
    const OURS: [&str; 16] = [
        "users_email_key",
        "sessions_refresh_hash_key",
        "api_keys_hash_key",
        "api_keys_principal",
        "letters_message_id_key",
        "letter_events_told",
        "documents_storage_key_key",
        "document_thumbnails_storage_key_key",
        "jobs_unique_key",
        "notifications_dedup",
        "notification_deliveries_channel_key",
        "push_subscriptions_endpoint_key",
        "vehicle_shares_one",
        "exports_storage_key_key",
        "exports_one_queued",
        "audit_chain_audit_id_key",
    ];

    fn is_key(line: &str) -> bool {
        let line = line.trim_end_matches(',');
        line.contains(" unique index ") || line.ends_with(" unique") || line.contains(" unique (")
    }

    #[test]
    fn every_unique_key_of_the_schema_is_answered_or_ours() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations");
        let mut found = 0;
        for entry in folder.read_dir().unwrap() {
            let sql = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            for line in sql.lines().map(str::trim_start).filter(|line| is_key(line)) {
                let words: Vec<&str> = line.split_whitespace().collect();
                let named = words.windows(2).find(|pair| ["constraint", "index"].contains(&pair[0]));
                let name = named.unwrap_or_else(|| panic!("a key without a name: {line}"))[1];
                assert!(problem(name).is_some() || OURS.contains(&name), "{name}: answer it in this table");
                found += 1;
            }
        }
        assert!(found > 5, "{found}");
    }
}
