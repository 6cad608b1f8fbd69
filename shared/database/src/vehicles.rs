//! Vehicles, owned or shared.

mod list;
mod row;
mod stats;

pub use list::{Column, Filter, list};
pub use stats::{Count, Stats, stats};

use chrono::{DateTime, Utc};
use domain::access::{Access, Role};
use domain::ids::{UserId, VehicleId};
use domain::vehicle::Details;
use sqlx::PgConnection;

use crate::{DatabaseError, access};
use row::Row;

/// A vehicle as one of its people sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Vehicle {
    /// Its number.
    pub id: VehicleId,
    /// Whose it is.
    pub owner: UserId,
    /// What the person who asks may do with it.
    pub role: Role,
    /// Papers that hang on it.
    pub documents_count: i64,
    /// Counts its changes, from 1.
    pub version: i32,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
    /// What is known of it.
    pub details: Details,
}

/// The vehicle that `access` reaches, or not found.
pub async fn get(db: &mut PgConnection, access: Access, id: VehicleId) -> Result<Vehicle, DatabaseError> {
    let row = sqlx::query_as!(
        Row,
        r#"select v.id, v.owner_id, a.rank as "rank!", v.version, v.created_at, v.updated_at,
            (select count(*) from documents d where d.vehicle_id = v.id and d.deleted_at is null)
                as "documents_count!",
            null::bigint as total,
            v.make, v.model, v.year, v.nickname, v.license_plate, v.vin, v.color, v.fuel_type, v.transmission,
            v.first_registration_date, v.certificate_date, v.formula_number, v.type_variant_version, v.cnit,
            v.max_mass_kg, v.ptac_kg, v.ptra_kg, v.kerb_kg, v.empty_kg, v.category_eu, v.genre_national, v.body_eu,
            v.body_fr, v.approval_number, v.displacement_cc, v.power_kw, v.energy_code, v.fiscal_power,
            v.power_weight, v.seats, v.standing_places, v.noise_db, v.noise_rpm, v.co2_gkm, v.euro_class_raw,
            v.euro_norm, v.inspection_due_date, v.is_collection, v.purchase_date, v.status
        from vehicles v
        join vehicle_access a on a.vehicle_id = v.id
        where v.id = $1 and a.user_id = $2"#,
        id.0,
        access.user.0
    )
    .fetch_optional(db)
    .await?;
    access::check(access, row.as_ref().map(|row| row.rank))?;
    row.map(Vehicle::from).ok_or(DatabaseError::NotFound)
}

/// The same, locked until the transaction ends.
pub async fn get_for_update(
    db: &mut PgConnection,
    access: Access,
    id: VehicleId,
) -> Result<Vehicle, DatabaseError> {
    lock(db, access, id).await?;
    get(db, access, id).await
}

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
    // One statement knows all columns: what must be there is entered first, then written like any other change.
    let id = sqlx::query_scalar!(
        "insert into vehicles (owner_id, make, model, year, version, created_at)
        values ($1, $2, $3, $4, 0, $5)
        returning id",
        owner.0,
        details.make,
        details.model,
        details.year,
        now
    )
    .fetch_one(&mut *db)
    .await?;
    let id = VehicleId(id);
    let mut vehicle = Vehicle {
        id,
        owner,
        role: Role::Owner,
        documents_count: 0,
        version: 0,
        created_at: now,
        updated_at: now,
        details,
    };
    save(db, &mut vehicle, now).await?;
    Ok(vehicle)
}

/// Writes what is known of a vehicle taken by [`get_for_update`], as its next version.
///
/// # Errors
/// `vehicles_owner_vin_key`, `vehicles_owner_plate_key`: its owner has such a vehicle already.
pub async fn save(
    db: &mut PgConnection,
    vehicle: &mut Vehicle,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let details = &vehicle.details;
    let plate = details.license_plate.as_ref();
    vehicle.version = sqlx::query_scalar!(
        "update vehicles
        set make = $2, model = $3, year = $4, nickname = $5, license_plate = $6, plate_normalized = $7,
            plate_format = $8, vin = $9, color = $10, fuel_type = $11, transmission = $12,
            first_registration_date = $13, certificate_date = $14, formula_number = $15, type_variant_version = $16,
            cnit = $17, max_mass_kg = $18, ptac_kg = $19, ptra_kg = $20, kerb_kg = $21, empty_kg = $22,
            category_eu = $23, genre_national = $24, body_eu = $25, body_fr = $26, approval_number = $27,
            displacement_cc = $28, power_kw = $29, energy_code = $30, fiscal_power = $31, power_weight = $32,
            seats = $33, standing_places = $34, noise_db = $35, noise_rpm = $36, co2_gkm = $37,
            euro_class_raw = $38, euro_norm = $39, inspection_due_date = $40, is_collection = $41,
            purchase_date = $42, status = $43, version = version + 1, updated_at = $44
        where id = $1
        returning version",
        vehicle.id.0,
        details.make,
        details.model,
        details.year,
        details.nickname,
        plate.map(|plate| plate.as_str()),
        plate.map(|plate| plate.normalized()),
        plate.map(|plate| plate.format().as_str()),
        details.vin.as_ref().map(|vin| vin.as_str()),
        details.color,
        details.fuel_type.map(|fuel| fuel.as_str()),
        details.transmission.map(|transmission| transmission.as_str()),
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
        details.euro_norm.map(|norm| norm.as_str()),
        details.inspection_due_date,
        details.is_collection,
        details.purchase_date,
        details.status.as_str(),
        now
    )
    .fetch_one(db)
    .await?;
    vehicle.updated_at = now;
    Ok(())
}

/// Takes a vehicle out of sight; it can be restored until it is purged.
pub async fn delete(
    db: &mut PgConnection,
    access: Access,
    id: VehicleId,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    lock(db, access, id).await?;
    sqlx::query!(
        "update vehicles set deleted_at = $2, updated_at = $2, version = version + 1 where id = $1",
        id.0,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn lock(db: &mut PgConnection, access: Access, id: VehicleId) -> Result<(), DatabaseError> {
    let rank = sqlx::query_scalar!(
        r#"select a.rank as "rank!"
        from vehicles v
        join vehicle_access a on a.vehicle_id = v.id
        where v.id = $1 and a.user_id = $2 and v.deleted_at is null
        for update of v"#,
        id.0,
        access.user.0
    )
    .fetch_optional(db)
    .await?;
    access::check(access, rank)?;
    Ok(())
}
