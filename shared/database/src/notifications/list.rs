//! A page of notifications.

use chrono::{DateTime, Utc};
use domain::ids::{NotificationId, UserId, VehicleId};
use domain::notification::NotificationKind;
use domain::paging::{OrderBy, Page, PageRequest};
use sqlx::PgConnection;

use super::{Notification, Row};
use crate::{DatabaseError, order};

/// What a list is narrowed to; what is not given does not narrow.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// One of these.
    pub kinds: Option<Vec<NotificationKind>>,
    /// Read, or not.
    pub is_read: Option<bool>,
    /// About this vehicle.
    pub vehicle: Option<VehicleId>,
    /// Written then or later.
    pub created_from: Option<DateTime<Utc>>,
    /// Written then or earlier.
    pub created_to: Option<DateTime<Utc>>,
}

/// What a list can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// When it was written.
    CreatedAt,
}

impl Column {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::CreatedAt];
}

impl order::Column for Column {
    fn word(self) -> &'static str {
        match self {
            Self::CreatedAt => "created_at",
        }
    }
}

/// A page of the notifications of `user`.
pub async fn list(
    db: &mut PgConnection,
    user: UserId,
    filter: &Filter,
    order: &[OrderBy<Column>],
    page: PageRequest,
) -> Result<Page<Notification>, DatabaseError> {
    let (first, _) = order::keys(order);
    let kinds =
        filter.kinds.as_ref().map(|all| all.iter().map(|kind| kind.as_str().to_owned()).collect::<Vec<_>>());
    let rows = sqlx::query_as!(
        Row,
        "select id, notification_type, vehicle_id, document_id, title, message, link, metadata, read_at, created_at,
            count(*) over () as total
        from notifications
        where user_id = $1 and is_shown
            and ($5::text[] is null or notification_type = any ($5))
            and ($6::bool is null or is_read = $6)
            and ($7::bigint is null or vehicle_id = $7)
            and ($8::timestamptz is null or created_at >= $8)
            and ($9::timestamptz is null or created_at <= $9)
        order by
            case when $2::text = 'created_at' then created_at end,
            case when $2::text = 'created_at' then id end,
            created_at desc, id desc
        limit $3 offset $4",
        user.0,
        first,
        page.limit(),
        page.offset(),
        kinds.as_deref(),
        filter.is_read,
        filter.vehicle.map(|vehicle| vehicle.0),
        filter.created_from,
        filter.created_to
    )
    .fetch_all(db)
    .await?;
    // No row, no count: right for an empty list, and a page beyond the end is answered by its being empty.
    let count = rows.first().and_then(|row| row.total).unwrap_or_default();
    Ok(Page { count, rows: rows.into_iter().map(Notification::from).collect() })
}

/// Those of the notifications of `user` that have one of these numbers, oldest first.
pub async fn list_of(
    db: &mut PgConnection,
    user: UserId,
    ids: &[NotificationId],
) -> Result<Vec<Notification>, DatabaseError> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let rows = sqlx::query_as!(
        Row,
        "select id, notification_type, vehicle_id, document_id, title, message, link, metadata, read_at, created_at,
            null::bigint as total
        from notifications
        where user_id = $1 and is_shown and id = any ($2)
        order by created_at, id",
        user.0,
        &ids
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Notification::from).collect())
}
