//! Examples of papers and tasks.

use serde_json::{Value, json};

/// The example of a field of a paper; `Schema.field` where the bare name means something else.
pub(super) fn example(name: &str) -> Option<Value> {
    let value = match name {
        "Document.title" | "DocumentDetail.title" | "DocumentPatch.title" => json!("Facture de révision"),
        "WarningView.code" => json!("low_confidence"),
        "field" => json!("E"),
        "column" => json!("vin"),
        "before" => json!("VF1CB05CF25512345"),
        "after" => json!("VF1CB05CF25512346"),
        "target_id" => json!(7),
        "is_inbox" | "is_new" => json!(true),
        "thumbnail_url" => json!("/api/documents/42/thumbnail/"),
        "note" => json!("Plein à Lyon"),
        "document_count" | "analyzed" | "unanalyzed" | "inbox" | "fields_count" => json!(4),
        "total_size" => json!(1_482_917),
        "vehicle_name" => json!("Renault Clio"),
        "key" => json!("A"),
        "raw" | "value" => json!("AB-123-CD"),
        "engine" => json!("tesseract"),
        "engine_version" => json!("5.3.0"),
        "company" => json!("MATMUT"),
        "first_registration_date" => json!("2017-06-01"),
        "policy_number" => json!("1534901294"),
        "expiry_date" => json!("2027-03-31"),
        "invoice_date" => json!("2026-11-12"),
        "invoice_number" => json!("FAC-548695"),
        "garage_name" => json!("Meca Plus"),
        "total_amount" => json!("452.34"),
        "document_type" => json!("invoice"),
        "description" => json!("Révision des 60 000 km"),
        "error" => json!("Le PDF est protégé par un mot de passe."),
        "file_url" => json!("/api/documents/42/download/"),
        "mime_type" => json!("application/pdf"),
        "original_name" => json!("facture.pdf"),
        "extracted_text" => json!("Facture FAC-548695 du 12/11/2026"),
        "kind" => json!("analyze_document"),
        "result_ref" => json!("/api/documents/42/"),
        "file" => json!("(binary)"),
        _ => return None,
    };
    Some(value)
}
