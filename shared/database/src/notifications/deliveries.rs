//! What was handed over of a notification, channel by channel.

use chrono::{DateTime, Utc};
use domain::ids::{DeliveryId, LetterId, NotificationId, UserId};
use domain::letter::LetterKind;
use domain::notification::{Channel, DeliveryStatus, NotificationKind};
use serde_json::Value;
use sqlx::PgConnection;

use crate::DatabaseError;

/// A delivery to record.
#[derive(Debug, Clone, Copy)]
pub struct NewDelivery<'a> {
    /// Of what.
    pub notification: NotificationId,
    /// How.
    pub channel: Channel,
    /// How far it is.
    pub status: DeliveryStatus,
    /// A letter that waits for its time, by kind and content.
    pub letter: Option<(LetterKind, &'a Value)>,
    /// The letter that carries it already.
    pub carried_by: Option<LetterId>,
    /// Whether it waits to be bundled.
    pub is_digest: bool,
    /// When it may leave.
    pub send_after: DateTime<Utc>,
    /// Why it is not sent.
    pub error: Option<&'a str>,
}

/// A delivery as its reader sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its number.
    pub id: DeliveryId,
    /// How.
    pub channel: Channel,
    /// How far it is; a letter's state once one carries it.
    pub status: DeliveryStatus,
    /// When it may leave, or could have.
    pub send_after: DateTime<Utc>,
    /// How often it was tried.
    pub attempts: i16,
    /// The letter that carries it.
    pub letter: Option<LetterId>,
    /// Why it is not sent, or not yet.
    pub error: Option<String>,
    /// When it was handed over.
    pub sent_at: Option<DateTime<Utc>>,
}

/// A delivery that may be due.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Its number.
    pub id: DeliveryId,
    /// Of what.
    pub notification: NotificationId,
    /// For whom.
    pub user: UserId,
    /// What it is about.
    pub kind: NotificationKind,
    /// Its title.
    pub title: String,
    /// What it says.
    pub message: String,
    /// Where to go from it.
    pub link: Option<String>,
    /// How.
    pub channel: Channel,
    /// When it may leave.
    pub send_after: DateTime<Utc>,
    /// Whether it waits to be bundled.
    pub is_digest: bool,
    /// The letter that waits with it.
    pub letter: Option<(LetterKind, Value)>,
}

/// What a bundle takes of a notification.
#[derive(Debug, Clone)]
pub struct Bundled {
    /// Its delivery by letter.
    pub id: DeliveryId,
    /// What it is about.
    pub kind: NotificationKind,
    /// Its title.
    pub title: String,
    /// What it says.
    pub message: String,
    /// Where to go from it.
    pub link: Option<String>,
}

/// Records a delivery.
pub async fn insert_delivery(
    db: &mut PgConnection,
    new: &NewDelivery<'_>,
    now: DateTime<Utc>,
) -> Result<DeliveryId, DatabaseError> {
    let id = sqlx::query_scalar!(
        "insert into notification_deliveries
            (notification_id, channel, status, letter_kind, letter_context, letter_id, is_digest, send_after, error,
            created_at, sent_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, case when $3 = 'delivered' then $10::timestamptz end)
        returning id",
        new.notification.0,
        new.channel.as_str(),
        new.status.as_str(),
        new.letter.map(|(kind, _)| kind.as_str()),
        new.letter.map(|(_, context)| context),
        new.carried_by.map(|letter| letter.0),
        new.is_digest,
        new.send_after,
        new.error,
        now
    )
    .fetch_one(db)
    .await?;
    Ok(DeliveryId(id))
}

/// The deliveries of one of the notifications of `user`, in the order in which they were decided on.
pub async fn deliveries(
    db: &mut PgConnection,
    user: UserId,
    id: NotificationId,
) -> Result<Vec<Delivery>, DatabaseError> {
    of_user(db, user, Some(id), None).await
}

/// One delivery to `user`, or not found.
pub async fn delivery(
    db: &mut PgConnection,
    user: UserId,
    id: DeliveryId,
) -> Result<Delivery, DatabaseError> {
    of_user(db, user, None, Some(id)).await?.pop().ok_or(DatabaseError::NotFound)
}

/// Those of one notification, or one; what became of its letter is what became of a delivery.
async fn of_user(
    db: &mut PgConnection,
    user: UserId,
    notification: Option<NotificationId>,
    delivery: Option<DeliveryId>,
) -> Result<Vec<Delivery>, DatabaseError> {
    let rows = sqlx::query_as!(
        Row,
        r#"select d.id, d.channel,
            case l.state
                when 'queued' then 'pending'
                when 'unknown' then 'sending'
                when 'complained' then 'delivered'
                else coalesce(l.state, d.status)
            end as "status!",
            d.send_after, coalesce(l.attempts, d.attempts) as "attempts!", d.letter_id, d.error,
            coalesce(l.sent_at, d.sent_at) as sent_at
        from notification_deliveries d
        join notifications n on n.id = d.notification_id
        left join letters l on l.id = d.letter_id
        where n.user_id = $1 and (d.notification_id = $2 or d.id = $3)
        order by d.id"#,
        user.0,
        notification.map(|id| id.0),
        delivery.map(|id| id.0)
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Delivery::from).collect())
}

struct Row {
    id: i64,
    channel: String,
    status: String,
    send_after: DateTime<Utc>,
    attempts: i16,
    letter_id: Option<i64>,
    error: Option<String>,
    sent_at: Option<DateTime<Utc>>,
}

impl From<Row> for Delivery {
    fn from(row: Row) -> Self {
        Self {
            id: DeliveryId(row.id),
            channel: Channel::from_word(&row.channel).expect("a check constraint holds the words"),
            // A letter can come to states that a later build made.
            status: DeliveryStatus::from_word(&row.status).unwrap_or(DeliveryStatus::Sending),
            send_after: row.send_after,
            attempts: row.attempts,
            letter: row.letter_id.map(LetterId),
            error: row.error,
            sent_at: row.sent_at,
        }
    }
}

/// A delivery that still waits for its time; nothing when it was dealt with, or is gone.
pub async fn waiting(db: &mut PgConnection, id: DeliveryId) -> Result<Option<Waiting>, DatabaseError> {
    let row = sqlx::query!(
        "select d.id, d.notification_id, n.user_id, n.notification_type, n.title, n.message, n.link, d.channel,
            d.send_after, d.is_digest, d.letter_kind, d.letter_context
        from notification_deliveries d
        join notifications n on n.id = d.notification_id
        where d.id = $1 and d.status = 'deferred'",
        id.0
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Waiting {
        id: DeliveryId(row.id),
        notification: NotificationId(row.notification_id),
        user: UserId(row.user_id),
        kind: NotificationKind::from_word(&row.notification_type).unwrap_or(NotificationKind::Info),
        title: row.title,
        message: row.message,
        link: row.link,
        channel: Channel::from_word(&row.channel).expect("a check constraint holds the words"),
        send_after: row.send_after,
        is_digest: row.is_digest,
        letter: row.letter_kind.as_deref().and_then(LetterKind::from_word).zip(row.letter_context),
    }))
}

/// Takes a delivery that waits; false when somebody else did.
pub async fn take(db: &mut PgConnection, id: DeliveryId) -> Result<bool, DatabaseError> {
    let done = sqlx::query!(
        "update notification_deliveries set status = 'pending' where id = $1 and status = 'deferred'",
        id.0
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// All that waits to be bundled for `user` and is due, oldest first, locked until the transaction ends.
///
/// Whoever comes second waits here, and then finds nothing left.
pub async fn take_bundle(
    db: &mut PgConnection,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Vec<Bundled>, DatabaseError> {
    let rows = sqlx::query!(
        "select d.id, n.notification_type, n.title, n.message, n.link
        from notification_deliveries d
        join notifications n on n.id = d.notification_id
        where n.user_id = $1 and d.channel = 'email' and d.status = 'deferred' and d.is_digest and d.send_after <= $2
        order by d.id
        for update of d",
        user.0,
        now
    )
    .fetch_all(db)
    .await?;
    let bundled = rows.into_iter().map(|row| Bundled {
        id: DeliveryId(row.id),
        kind: NotificationKind::from_word(&row.notification_type).unwrap_or(NotificationKind::Info),
        title: row.title,
        message: row.message,
        link: row.link,
    });
    Ok(bundled.collect())
}

/// Notes that a letter carries these deliveries from now on.
pub async fn carry(
    db: &mut PgConnection,
    deliveries: &[DeliveryId],
    letter: LetterId,
) -> Result<(), DatabaseError> {
    let ids: Vec<i64> = deliveries.iter().map(|delivery| delivery.0).collect();
    sqlx::query!(
        "update notification_deliveries
        set status = 'sending', letter_id = $2, letter_kind = null, letter_context = null
        where id = any ($1)",
        &ids,
        letter.0
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Notes how far a delivery is. What was handed over to one browser stays so, whatever the others say.
pub async fn set_delivery(
    db: &mut PgConnection,
    id: DeliveryId,
    status: DeliveryStatus,
    error: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    sqlx::query!(
        "update notification_deliveries
        set status = $2, error = left($3, 500),
            attempts = attempts + case when $2 in ('sent', 'failed', 'pending') then 1 else 0 end,
            sent_at = case when $2 = 'sent' then coalesce(sent_at, $4::timestamptz) else sent_at end,
            letter_kind = null, letter_context = null
        where id = $1 and status <> 'sent'",
        id.0,
        status.as_str(),
        error,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}
