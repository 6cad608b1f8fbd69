//! Examples for the fields of vehicles and notifications, by the field's name or `Schema.field`.

use serde_json::{Value, json};

/// The example, if this slice has one.
pub(super) fn example(name: &str) -> Option<Value> {
    let value = match name {
        "make" => json!("Renault"),
        "model" => json!("Clio"),
        "year" => json!(2019),
        "nickname" => json!("La rouge"),
        "license_plate" => json!("GH-482-KT"),
        "plate_normalized" => json!("GH482KT"),
        "plate_format" => json!("siv"),
        "vin" => json!("VF1CB05CF25512345"),
        "color" => json!("rouge"),
        "formula_number" => json!("2019AS05284"),
        "type_variant_version" => json!("RJABE2MT5"),
        "cnit" => json!("M10RENVP0012345"),
        "max_mass_kg" | "ptac_kg" => json!(1640),
        "ptra_kg" => json!(2540),
        "kerb_kg" => json!(1190),
        "empty_kg" => json!(1115),
        "category_eu" => json!("M1"),
        "genre_national" => json!("VP"),
        "body_eu" => json!("AB"),
        "body_fr" => json!("CI"),
        "approval_number" => json!("e2*2007/46*0643*05"),
        "displacement_cc" => json!(1461),
        "power_kw" => json!(63),
        "energy_code" => json!("GO"),
        "fiscal_power" => json!(4),
        "power_weight" => json!(0.16),
        "seats" => json!(5),
        "standing_places" => json!(0),
        "noise_db" => json!(75),
        "noise_rpm" => json!(2000),
        "co2_gkm" => json!(95),
        "euro_class_raw" => json!("715/2007*2018/1832EURO6"),
        "euro_norm" => json!("6"),
        "is_collection" => json!(false),
        "VehicleView.version" => json!(3),
        "by_fuel_type" => json!({ "diesel": 1, "electric": 1 }),
        "by_make" => json!({ "Renault": 2 }),
        "by_year" => json!({ "2019": 1, "2021": 1 }),
        "documents_count" | "total" | "updated" | "unread_count" => json!(2),
        "NotificationView.title" => json!("Votre carte grise est lue"),
        "NotificationView.message" => json!("Vérifiez les champs, puis créez votre véhicule."),
        "NotificationView.metadata" => json!({ "document_id": 42 }),
        "link" => json!("/documents/42"),
        _ => return None,
    };
    Some(value)
}
