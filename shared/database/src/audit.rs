//! The log of security and staff events. Rows are only ever added.

pub mod chain;
mod list;

pub use list::{Entry, Filter, get, list, list_own};

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use domain::ids::UserId;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::DatabaseError;

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// The holder of an account.
    User(UserId),
    /// A member of the staff.
    Staff(UserId),
    /// The product itself, or a command of its operator.
    System,
    /// Somebody who has not shown who they are.
    Nobody,
}

impl Actor {
    fn parts(self) -> (&'static str, Option<i64>) {
        match self {
            Self::User(id) => ("user", Some(id.0)),
            Self::Staff(id) => ("staff", Some(id.0)),
            Self::System => ("system", None),
            Self::Nobody => ("nobody", None),
        }
    }
}

/// One event.
#[derive(Debug, Clone)]
pub struct Event<'a> {
    /// Who did it.
    pub actor: Actor,
    /// What: a stable word such as `login_failed`.
    pub action: &'a str,
    /// To what: a table's word and an id.
    pub target: Option<(&'a str, String)>,
    /// From where.
    pub ip: Option<IpAddr>,
    /// With what.
    pub user_agent: Option<&'a str>,
    /// The request it happened in.
    pub request_id: Option<Uuid>,
    /// Particulars, never a secret.
    pub diff: Option<&'a Value>,
}

/// Adds an event to the log.
pub async fn insert(
    db: &mut PgConnection,
    event: &Event<'_>,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let (actor_kind, actor_id) = event.actor.parts();
    sqlx::query!(
        "insert into audit_log
            (at, actor_id, actor_kind, action, target_type, target_id, ip, user_agent, request_id, diff)
        values ($1, $2, $3, $4, $5, $6, $7::text::inet, $8, $9, $10)",
        now,
        actor_id,
        actor_kind,
        event.action,
        event.target.as_ref().map(|(table, _)| *table),
        event.target.as_ref().map(|(_, id)| id.as_str()),
        event.ip.map(|ip| ip.to_string()),
        event.user_agent,
        event.request_id,
        event.diff
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets from where and with what up to `limit` events came that are older than a year; says how many.
///
/// A year is what French practice keeps security logs for at the most (CNIL, délibération 2021-122). The chain stays whole.
pub async fn forget_origins(db: &mut PgConnection, limit: i64) -> Result<u64, DatabaseError> {
    let done = sqlx::query!(
        "update audit_log
        set ip = null, user_agent = null, origin_salt = null
        where id in (
            select id
            from audit_log
            where origin_salt is not null and at < now() - interval '1 year'
            order by at
            limit $1
            for update skip locked)",
        limit
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}
