//! How things stand with somebody's notifications, in few numbers.

use domain::ids::{NotificationId, SessionId, UserId};
use domain::notification::NotificationKind;
use sqlx::PgConnection;

use crate::DatabaseError;

/// How many of the newest a glance sees.
const SEEN: i64 = 50;

/// What somebody sees who looks in the passing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glance {
    /// Whether the session that looks still lives.
    pub is_session_active: bool,
    /// How many are not read.
    pub unread: i64,
    /// The newest ones.
    pub newest: Vec<NotificationId>,
}

/// How many there are of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeCount {
    /// What they are about.
    pub kind: NotificationKind,
    /// How many there are.
    pub total: i64,
    /// How many of them are not read.
    pub unread: i64,
}

/// A glance at the notifications of `user`, and whether `session` still lives: one query.
pub async fn glance(
    db: &mut PgConnection,
    user: UserId,
    session: SessionId,
) -> Result<Glance, DatabaseError> {
    let row = sqlx::query!(
        r#"select
            exists (
                select 1
                from sessions s
                join users u on u.id = s.user_id
                where s.id = $2 and s.user_id = $1 and s.is_active and s.expires_at > now() and u.is_active
            ) as "is_session_active!",
            (select count(*) from notifications where user_id = $1 and not is_read and is_shown) as "unread!",
            array(
                select id
                from notifications
                where user_id = $1 and is_shown
                order by created_at desc, id desc
                limit $3
            ) as "newest!""#,
        user.0,
        session.0,
        SEEN
    )
    .fetch_one(db)
    .await?;
    Ok(Glance {
        is_session_active: row.is_session_active,
        unread: row.unread,
        newest: row.newest.into_iter().map(NotificationId).collect(),
    })
}

/// How many notifications of each kind `user` has; kinds without any are left away.
pub async fn stats(db: &mut PgConnection, user: UserId) -> Result<Vec<TypeCount>, DatabaseError> {
    let rows = sqlx::query!(
        r#"select notification_type as kind, count(*) as "total!", count(*) filter (where not is_read) as "unread!"
        from notifications
        where user_id = $1 and is_shown
        group by notification_type
        order by notification_type"#,
        user.0
    )
    .fetch_all(db)
    .await?;
    let counts = rows.into_iter().map(|row| TypeCount {
        kind: NotificationKind::from_word(&row.kind).unwrap_or(NotificationKind::Info),
        total: row.total,
        unread: row.unread,
    });
    Ok(counts.collect())
}
