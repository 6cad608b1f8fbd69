//! What the product tells a person inside the product. Each is one person's own and cannot be shared.

mod deliveries;
mod glance;
mod list;
mod preferences;

pub use deliveries::{
    Bundled, Delivery, NewDelivery, Waiting, carry, deliveries, delivery, insert_delivery, set_delivery,
    take, take_bundle, waiting,
};
pub use glance::{Glance, TypeCount, glance, stats};
pub use list::{Column, Filter, list, list_of};
pub use preferences::{Kept, Recipient, preferences, recipient, save_preferences, unknown_readers};

use chrono::{DateTime, Utc};
use domain::ids::{DocumentId, NotificationId, UserId, VehicleId};
use domain::notification::NotificationKind;
use serde_json::Value;
use sqlx::PgConnection;

use crate::DatabaseError;

/// A notification to write.
#[derive(Debug, Clone)]
pub struct NewNotification<'a> {
    /// Whom it is for.
    pub user: UserId,
    /// What it is about.
    pub kind: NotificationKind,
    /// The vehicle it is about.
    pub vehicle: Option<VehicleId>,
    /// The paper it is about.
    pub document: Option<DocumentId>,
    /// Its title, in the person's language.
    pub title: &'a str,
    /// What it says, in the person's language.
    pub message: &'a str,
    /// Where to go from it, a path of the frontend.
    pub link: Option<&'a str>,
    /// More for programs.
    pub metadata: &'a Value,
    /// What it is told once of, however often it is written.
    pub dedup_key: Option<&'a str>,
}

/// A notification as its person sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Notification {
    /// Its number.
    pub id: NotificationId,
    /// What it is about.
    pub kind: NotificationKind,
    /// The vehicle it is about.
    pub vehicle: Option<VehicleId>,
    /// The paper it is about.
    pub document: Option<DocumentId>,
    /// Its title.
    pub title: String,
    /// What it says.
    pub message: String,
    /// Where to go from it.
    pub link: Option<String>,
    /// More for programs.
    pub metadata: Value,
    /// When it was read; none while it is not.
    pub read_at: Option<DateTime<Utc>>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

struct Row {
    id: i64,
    notification_type: String,
    vehicle_id: Option<i64>,
    document_id: Option<i64>,
    title: String,
    message: String,
    link: Option<String>,
    metadata: Value,
    read_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    /// Rows of the whole list, when it is one.
    total: Option<i64>,
}

impl From<Row> for Notification {
    fn from(row: Row) -> Self {
        Self {
            id: NotificationId(row.id),
            kind: NotificationKind::from_word(&row.notification_type).unwrap_or(NotificationKind::Info),
            vehicle: row.vehicle_id.map(VehicleId),
            document: row.document_id.map(DocumentId),
            title: row.title,
            message: row.message,
            link: row.link,
            metadata: row.metadata,
            read_at: row.read_at,
            created_at: row.created_at,
        }
    }
}

/// Writes a notification, shown or only kept for its letter and push; none when its person was told of the same
/// already.
pub async fn insert(
    db: &mut PgConnection,
    new: &NewNotification<'_>,
    is_shown: bool,
    now: DateTime<Utc>,
) -> Result<Option<NotificationId>, DatabaseError> {
    let id = sqlx::query_scalar!(
        "insert into notifications
            (user_id, notification_type, vehicle_id, document_id, title, message, link, metadata, dedup_key,
            created_at, is_shown)
        values ($1, $2, $3, $4, left($5, 255), $6, $7, $8, $9, $10, $11)
        on conflict (user_id, dedup_key) where dedup_key is not null do nothing
        returning id",
        new.user.0,
        new.kind.as_str(),
        new.vehicle.map(|vehicle| vehicle.0),
        new.document.map(|document| document.0),
        new.title,
        new.message,
        new.link,
        new.metadata,
        new.dedup_key,
        now,
        is_shown
    )
    .fetch_optional(db)
    .await?;
    Ok(id.map(NotificationId))
}

/// One of the notifications of `user`, or not found.
pub async fn get(
    db: &mut PgConnection,
    user: UserId,
    id: NotificationId,
) -> Result<Notification, DatabaseError> {
    find(db, user, id, true).await
}

/// One that has just been written to `user`, whether they want to see such ones in the product or not.
pub async fn written(
    db: &mut PgConnection,
    user: UserId,
    id: NotificationId,
) -> Result<Notification, DatabaseError> {
    find(db, user, id, false).await
}

async fn find(
    db: &mut PgConnection,
    user: UserId,
    id: NotificationId,
    only_shown: bool,
) -> Result<Notification, DatabaseError> {
    let row = sqlx::query_as!(
        Row,
        "select id, notification_type, vehicle_id, document_id, title, message, link, metadata, read_at, created_at,
            null::bigint as total
        from notifications
        where id = $1 and user_id = $2 and (is_shown or not $3::boolean)",
        id.0,
        user.0,
        only_shown,
    )
    .fetch_one(db)
    .await?;
    Ok(row.into())
}

/// How many of the notifications of `user` are not read.
pub async fn unread_count(db: &mut PgConnection, user: UserId) -> Result<i64, DatabaseError> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!"
        from notifications
        where user_id = $1 and not is_read and is_shown"#,
        user.0
    )
    .fetch_one(db)
    .await?;
    Ok(count)
}

/// Notes that `user` has read one, or has not; read twice, the first time counts.
pub async fn set_read(
    db: &mut PgConnection,
    user: UserId,
    id: NotificationId,
    is_read: bool,
    now: DateTime<Utc>,
) -> Result<Notification, DatabaseError> {
    let row = sqlx::query_as!(
        Row,
        "update notifications
        set is_read = $3, read_at = case when $3 then coalesce(read_at, $4) end
        where id = $1 and user_id = $2 and is_shown
        returning id, notification_type, vehicle_id, document_id, title, message, link, metadata, read_at, created_at,
            null::bigint as total",
        id.0,
        user.0,
        is_read,
        now
    )
    .fetch_one(db)
    .await?;
    Ok(row.into())
}

/// Notes that `user` has read all; says how many that changed.
pub async fn mark_all_read(
    db: &mut PgConnection,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<u64, DatabaseError> {
    let done = sqlx::query!(
        "update notifications
        set is_read = true, read_at = $2
        where user_id = $1 and not is_read and is_shown",
        user.0,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Deletes one of the notifications of `user`; what waits to be sent of it is not sent any more.
pub async fn delete(db: &mut PgConnection, user: UserId, id: NotificationId) -> Result<(), DatabaseError> {
    let done =
        sqlx::query!("delete from notifications where id = $1 and user_id = $2 and is_shown", id.0, user.0)
            .execute(db)
            .await?;
    if done.rows_affected() == 0 { Err(DatabaseError::NotFound) } else { Ok(()) }
}

/// Deletes what `user` has read; says how many.
pub async fn delete_all_read(db: &mut PgConnection, user: UserId) -> Result<u64, DatabaseError> {
    let done = sqlx::query!("delete from notifications where user_id = $1 and is_read and is_shown", user.0)
        .execute(db)
        .await?;
    Ok(done.rows_affected())
}

/// Deletes up to `limit` notifications, with their deliveries, that were read before `before`, or that were written
/// before it and never shown; says how many.
pub async fn delete_read(
    db: &mut PgConnection,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<u64, DatabaseError> {
    let done = sqlx::query!(
        "delete from notifications
        where id in (
            select id
            from notifications
            where (is_read and read_at < $1)
                or (not is_shown and created_at < $1)
            limit $2
            for update skip locked)",
        before,
        limit
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}
