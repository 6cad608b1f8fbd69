//! People and things of the database tests, written straight into their tables.

use domain::ids::{UserId, VehicleId};
use sqlx::PgConnection;

/// An account.
pub async fn user(db: &mut PgConnection, name: &str) -> UserId {
    let id = sqlx::query_scalar(
        "insert into users (email, password_hash, email_verified) values ($1::citext, 'x', true) returning id",
    )
    .bind(format!("{name}@exemple.fr"))
    .fetch_one(db)
    .await
    .unwrap();
    UserId(id)
}

/// Shares a vehicle with somebody under an address of its own.
pub async fn share(db: &mut PgConnection, vehicle: VehicleId, with: UserId, address: &str, role: &str) {
    sqlx::query(
        "insert into vehicle_shares (vehicle_id, user_id, invited_email, role, status)
         values ($1, $2, $3::citext, $4, 'accepted')",
    )
    .bind(vehicle.0)
    .bind(with.0)
    .bind(address)
    .bind(role)
    .execute(db)
    .await
    .unwrap();
}
