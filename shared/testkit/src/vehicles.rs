//! Sharing, which has no route yet.

use domain::access::Role;

use crate::{Person, TestApp};

/// Shares a vehicle with somebody, as if an invitation had been accepted.
pub async fn share(app: &TestApp, vehicle: i64, with: &Person, role: Role) {
    sqlx::query(
        "insert into vehicle_shares (vehicle_id, user_id, invited_email, role, status, accepted_at)
         values ($1, $2, $3::citext, $4, 'accepted', now())",
    )
    .bind(vehicle)
    .bind(with.id.0)
    .bind(&with.email)
    .bind(role.as_str())
    .execute(&app.context.db)
    .await
    .expect("a vehicle can be shared");
}
