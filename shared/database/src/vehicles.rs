//! Vehicles, owned or shared.

mod list;
mod row;
mod stats;
mod write;

pub use list::{Column, Filter, list};
pub use stats::{Count, Stats, stats};
pub use write::{insert, save};

use chrono::{DateTime, Utc};
use domain::access::{Access, Role};
use domain::ids::{UserId, VehicleId};
use domain::plate::Plate;
use domain::vehicle::Details;
use domain::vin::Vin;
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
        access.principal()
    )
    .fetch_optional(db)
    .await?;
    access::check(access, row.as_ref().map(|row| row.rank))?;
    row.map(Vehicle::from).ok_or(DatabaseError::NotFound)
}

/// The vehicle that `access` reaches with this VIN; else one with this plate whose VIN is not known, or is this one.
pub async fn find_by_identity(
    db: &mut PgConnection,
    access: Access,
    vin: Option<&Vin>,
    plate: Option<&Plate>,
) -> Result<Option<VehicleId>, DatabaseError> {
    let id = sqlx::query_scalar!(
        "select v.id
        from vehicle_access a
        join vehicles v on v.id = a.vehicle_id
        where a.user_id = $1 and a.rank >= $2
            and (v.vin = $3 or (v.plate_normalized = $4 and v.status = 'active' and (v.vin is null or $3 is null)))
        order by v.vin is not distinct from $3 desc, a.rank desc, v.id
        limit 1",
        access.principal(),
        access.at_least.rank(),
        vin.map(Vin::as_str),
        plate.map(Plate::normalized),
    )
    .fetch_optional(db)
    .await?;
    Ok(id.map(VehicleId))
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

/// Takes a vehicle out of sight; it can be restored until it is purged.
pub async fn delete(
    db: &mut PgConnection,
    access: Access,
    id: VehicleId,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    get_for_update(db, access, id).await?;
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
        access.principal()
    )
    .fetch_optional(db)
    .await?;
    access::check(access, rank)?;
    Ok(())
}
