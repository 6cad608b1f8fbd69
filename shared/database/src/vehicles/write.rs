//! Entering a vehicle, and writing what changed.

use chrono::{DateTime, Utc};
use domain::access::{Access, Role};
use domain::ids::{UserId, VehicleId};
use domain::plate::Plate;
use domain::vehicle::{Details, EuroNorm, FuelType, Transmission};
use domain::vin::Vin;
use sqlx::PgConnection;

use super::Vehicle;
use crate::DatabaseError;

/// Enters a vehicle that belongs to `owner`.
///
/// # Errors
/// `vehicles_owner_vin_key`, `vehicles_owner_plate_key`: its owner has such a vehicle already.
pub async fn insert(
    db: &mut PgConnection,
    owner: UserId,
    details: Details,
    now: DateTime<Utc>,
) -> Result<Vehicle, DatabaseError> {
    let plate = details.license_plate.as_ref();
    let row = sqlx::query!(
        "insert into vehicles
            (owner_id, make, model, year, nickname, license_plate, plate_normalized, plate_format, vin, color, fuel_type,
            transmission, first_registration_date, certificate_date, formula_number, type_variant_version, cnit,
            max_mass_kg, ptac_kg, ptra_kg, kerb_kg, empty_kg, category_eu, genre_national, body_eu, body_fr,
            approval_number, displacement_cc, power_kw, energy_code, fiscal_power, power_weight, seats,
            standing_places, noise_db, noise_rpm, co2_gkm, euro_class_raw, euro_norm, inspection_due_date,
            is_collection, purchase_date, status, created_at, updated_at)
        values
            ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
            $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40,
            $41, $42, $43, $44, $44)
        returning id, version, created_at, updated_at",
        owner.0,
        details.make,
        details.model,
        details.year,
        details.nickname,
        plate.map(Plate::as_str),
        plate.map(Plate::normalized),
        plate.map(|plate| plate.format().as_str()),
        details.vin.as_ref().map(Vin::as_str),
        details.color,
        details.fuel_type.map(FuelType::as_str),
        details.transmission.map(Transmission::as_str),
        details.first_registration_date,
        details.certificate_date,
        details.formula_number,
        details.type_variant_version,
        details.cnit,
        details.max_mass_kg,
        details.ptac_kg,
        details.ptra_kg,
        details.kerb_kg,
        details.empty_kg,
        details.category_eu,
        details.genre_national,
        details.body_eu,
        details.body_fr,
        details.approval_number,
        details.displacement_cc,
        details.power_kw,
        details.energy_code,
        details.fiscal_power,
        details.power_weight,
        details.seats,
        details.standing_places,
        details.noise_db,
        details.noise_rpm,
        details.co2_gkm,
        details.euro_class_raw,
        details.euro_norm.map(EuroNorm::as_str),
        details.inspection_due_date,
        details.is_collection,
        details.purchase_date,
        details.status.as_str(),
        now
    )
    .fetch_one(db)
    .await?;
    Ok(Vehicle {
        id: VehicleId(row.id),
        owner,
        role: Role::Owner,
        documents_count: 0,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
        details,
    })
}

/// Writes what is known of a vehicle that `access` reaches, as its next version.
///
/// # Errors
/// Not found; `vehicles_owner_vin_key`, `vehicles_owner_plate_key`: its owner has such a vehicle already.
pub async fn save(
    db: &mut PgConnection,
    access: Access,
    vehicle: &mut Vehicle,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let details = &vehicle.details;
    let plate = details.license_plate.as_ref();
    let row = sqlx::query!(
        "update vehicles v
        set make = $2, model = $3, year = $4, nickname = $5, license_plate = $6, plate_normalized = $7,
            plate_format = $8, vin = $9, color = $10, fuel_type = $11, transmission = $12,
            first_registration_date = $13, certificate_date = $14, formula_number = $15, type_variant_version = $16,
            cnit = $17, max_mass_kg = $18, ptac_kg = $19, ptra_kg = $20, kerb_kg = $21, empty_kg = $22,
            category_eu = $23, genre_national = $24, body_eu = $25, body_fr = $26, approval_number = $27,
            displacement_cc = $28, power_kw = $29, energy_code = $30, fiscal_power = $31, power_weight = $32,
            seats = $33, standing_places = $34, noise_db = $35, noise_rpm = $36, co2_gkm = $37,
            euro_class_raw = $38, euro_norm = $39, inspection_due_date = $40, is_collection = $41,
            purchase_date = $42, status = $43, version = version + 1, updated_at = $44
        from vehicle_access a
        where v.id = $1 and v.deleted_at is null and a.vehicle_id = v.id and a.user_id = $45 and a.rank >= $46
        returning v.version, v.updated_at",
        vehicle.id.0,
        details.make,
        details.model,
        details.year,
        details.nickname,
        plate.map(Plate::as_str),
        plate.map(Plate::normalized),
        plate.map(|plate| plate.format().as_str()),
        details.vin.as_ref().map(Vin::as_str),
        details.color,
        details.fuel_type.map(FuelType::as_str),
        details.transmission.map(Transmission::as_str),
        details.first_registration_date,
        details.certificate_date,
        details.formula_number,
        details.type_variant_version,
        details.cnit,
        details.max_mass_kg,
        details.ptac_kg,
        details.ptra_kg,
        details.kerb_kg,
        details.empty_kg,
        details.category_eu,
        details.genre_national,
        details.body_eu,
        details.body_fr,
        details.approval_number,
        details.displacement_cc,
        details.power_kw,
        details.energy_code,
        details.fiscal_power,
        details.power_weight,
        details.seats,
        details.standing_places,
        details.noise_db,
        details.noise_rpm,
        details.co2_gkm,
        details.euro_class_raw,
        details.euro_norm.map(EuroNorm::as_str),
        details.inspection_due_date,
        details.is_collection,
        details.purchase_date,
        details.status.as_str(),
        now,
        access.principal(),
        access.at_least.rank()
    )
    .fetch_one(db)
    .await?;
    vehicle.version = row.version;
    vehicle.updated_at = row.updated_at;
    Ok(())
}
