//! The browsers that take pushes for somebody.

use chrono::{DateTime, Utc};
use domain::ids::{DeliveryId, NotificationId, PushSubscriptionId, UserId};
use domain::notification::NotificationKind;
use domain::paging::{Page, PageRequest};
use sqlx::PgConnection;

use crate::DatabaseError;

/// A browser to remember.
#[derive(Debug, Clone, Copy)]
pub struct NewSubscription<'a> {
    /// Whose it is.
    pub user: UserId,
    /// The address at its push service; a secret, since who knows it can send to it.
    pub endpoint: &'a str,
    /// Its public key, an uncompressed point of P-256.
    pub p256dh: &'a [u8],
    /// The secret that it shares with us.
    pub auth: &'a [u8],
    /// Which of our keys it was given.
    pub vapid_kid: &'a str,
    /// What it calls itself.
    pub user_agent: Option<&'a str>,
}

/// A browser as its person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Its number.
    pub id: PushSubscriptionId,
    /// The address at its push service.
    pub endpoint: String,
    /// What it calls itself.
    pub user_agent: Option<String>,
    /// Pushes in a row that failed.
    pub failures: i32,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When it took a push last.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// A push that is to be sent: what it says, and how it gets to one browser.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Of which notification.
    pub notification: NotificationId,
    /// What it is about.
    pub kind: NotificationKind,
    /// Its title.
    pub title: String,
    /// What it says.
    pub message: String,
    /// Where to go from it.
    pub link: Option<String>,
    /// The address at the push service.
    pub endpoint: String,
    /// The browser's public key.
    pub p256dh: Vec<u8>,
    /// The secret that the browser shares with us.
    pub auth: Vec<u8>,
    /// Which of our keys the browser was given.
    pub vapid_kid: String,
}

/// Remembers a browser, with its newest keys; one that changed hands is this person's from now on.
pub async fn insert(
    db: &mut PgConnection,
    new: &NewSubscription<'_>,
    now: DateTime<Utc>,
) -> Result<Subscription, DatabaseError> {
    let row = sqlx::query!(
        "insert into push_subscriptions (user_id, endpoint, p256dh, auth, vapid_kid, user_agent, created_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (endpoint) do update
        set user_id = excluded.user_id, p256dh = excluded.p256dh, auth = excluded.auth,
            vapid_kid = excluded.vapid_kid, user_agent = excluded.user_agent, failures = 0
        returning id, endpoint, user_agent, failures, created_at, last_used_at",
        new.user.0,
        new.endpoint,
        new.p256dh,
        new.auth,
        new.vapid_kid,
        new.user_agent,
        now
    )
    .fetch_one(db)
    .await?;
    Ok(Subscription {
        id: PushSubscriptionId(row.id),
        endpoint: row.endpoint,
        user_agent: row.user_agent,
        failures: row.failures,
        created_at: row.created_at,
        last_used_at: row.last_used_at,
    })
}

/// A page of the browsers of `user`, newest first.
pub async fn list(
    db: &mut PgConnection,
    user: UserId,
    page: PageRequest,
) -> Result<Page<Subscription>, DatabaseError> {
    let rows = sqlx::query!(
        r#"select id, endpoint, user_agent, failures, created_at, last_used_at, count(*) over () as "total!"
        from push_subscriptions
        where user_id = $1
        order by created_at desc, id desc
        limit $2 offset $3"#,
        user.0,
        page.limit(),
        page.offset()
    )
    .fetch_all(db)
    .await?;
    let count = rows.first().map_or(0, |row| row.total);
    let subscriptions = rows.into_iter().map(|row| Subscription {
        id: PushSubscriptionId(row.id),
        endpoint: row.endpoint,
        user_agent: row.user_agent,
        failures: row.failures,
        created_at: row.created_at,
        last_used_at: row.last_used_at,
    });
    Ok(Page { count, rows: subscriptions.collect() })
}

/// Forgets the browsers of `user` that were silent for longest, but for `newest`, until `most` are left.
pub async fn make_room(
    db: &mut PgConnection,
    user: UserId,
    newest: PushSubscriptionId,
    most: i64,
) -> Result<(), DatabaseError> {
    sqlx::query!(
        "delete from push_subscriptions
        where id in (
            select id
            from push_subscriptions
            where user_id = $1
            order by id = $2 desc, coalesce(last_used_at, created_at) desc, id desc
            offset $3)",
        user.0,
        newest.0,
        most
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The numbers of all browsers of `user`.
pub async fn ids(db: &mut PgConnection, user: UserId) -> Result<Vec<PushSubscriptionId>, DatabaseError> {
    let ids = sqlx::query_scalar!("select id from push_subscriptions where user_id = $1 order by id", user.0)
        .fetch_all(db)
        .await?;
    Ok(ids.into_iter().map(PushSubscriptionId).collect())
}

/// Forgets one of the browsers of `user`, or not found.
pub async fn delete(
    db: &mut PgConnection,
    user: UserId,
    id: PushSubscriptionId,
) -> Result<(), DatabaseError> {
    let done = sqlx::query!("delete from push_subscriptions where id = $1 and user_id = $2", id.0, user.0)
        .execute(db)
        .await?;
    if done.rows_affected() == 0 { Err(DatabaseError::NotFound) } else { Ok(()) }
}

/// Forgets a browser that its push service no longer knows.
pub async fn forget(db: &mut PgConnection, id: PushSubscriptionId) -> Result<(), DatabaseError> {
    sqlx::query!("delete from push_subscriptions where id = $1", id.0).execute(db).await?;
    Ok(())
}

/// What a push says and how it gets to one browser; nothing when the notification or the browser is gone, or has
/// another owner.
pub async fn outgoing(
    db: &mut PgConnection,
    delivery: DeliveryId,
    id: PushSubscriptionId,
) -> Result<Option<Outgoing>, DatabaseError> {
    let row = sqlx::query!(
        "select n.id, n.notification_type, n.title, n.message, n.link, b.endpoint, b.p256dh, b.auth, b.vapid_kid
        from notification_deliveries d
        join notifications n on n.id = d.notification_id
        join push_subscriptions b on b.id = $2 and b.user_id = n.user_id
        where d.id = $1",
        delivery.0,
        id.0
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Outgoing {
        notification: NotificationId(row.id),
        kind: NotificationKind::from_word(&row.notification_type).unwrap_or(NotificationKind::Info),
        title: row.title,
        message: row.message,
        link: row.link,
        endpoint: row.endpoint,
        p256dh: row.p256dh,
        auth: row.auth,
        vapid_kid: row.vapid_kid,
    }))
}

/// Notes that a browser took a push.
pub async fn mark_used(
    db: &mut PgConnection,
    id: PushSubscriptionId,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    sqlx::query!("update push_subscriptions set last_used_at = $2, failures = 0 where id = $1", id.0, now)
        .execute(db)
        .await?;
    Ok(())
}

/// Notes that a push to a browser was given up.
pub async fn mark_failed(db: &mut PgConnection, id: PushSubscriptionId) -> Result<(), DatabaseError> {
    sqlx::query!("update push_subscriptions set failures = failures + 1 where id = $1", id.0)
        .execute(db)
        .await?;
    Ok(())
}

/// Forgets browsers to which `failures` pushes in a row failed and that took none since `before`; says how many.
pub async fn delete_dead(
    db: &mut PgConnection,
    failures: i32,
    before: DateTime<Utc>,
) -> Result<u64, DatabaseError> {
    let done = sqlx::query!(
        "delete from push_subscriptions where failures >= $1 and coalesce(last_used_at, created_at) < $2",
        failures,
        before
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}
