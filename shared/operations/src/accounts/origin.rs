//! Where a request came from, as far as the audit log and the list of sessions show it.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use database::DatabaseError;
use database::audit::{self, Actor, Event};
use domain::ids::UserId;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

/// Where a request came from.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// The caller's address.
    pub ip: Option<IpAddr>,
    /// What the caller says it is.
    pub user_agent: Option<String>,
    /// The request's id.
    pub request_id: Option<Uuid>,
}

impl Origin {
    /// Writes a security event about `user` into the audit log.
    pub(crate) async fn audit(
        &self,
        db: &mut PgConnection,
        actor: Actor,
        action: &str,
        user: Option<UserId>,
        now: DateTime<Utc>,
    ) -> Result<(), DatabaseError> {
        let event = Event {
            actor,
            action,
            target: user.map(|user| ("user", user.to_string())),
            ip: self.ip,
            user_agent: self.user_agent.as_deref(),
            request_id: self.request_id,
            diff: None,
        };
        audit::insert(db, &event, now).await
    }

    /// Writes what was done to `user`, with its particulars, into the audit log.
    pub(crate) async fn audit_with(
        &self,
        db: &mut PgConnection,
        actor: Actor,
        action: &str,
        user: UserId,
        diff: &Value,
        now: DateTime<Utc>,
    ) -> Result<(), DatabaseError> {
        let event = Event {
            actor,
            action,
            target: Some(("user", user.to_string())),
            ip: self.ip,
            user_agent: self.user_agent.as_deref(),
            request_id: self.request_id,
            diff: Some(diff),
        };
        audit::insert(db, &event, now).await
    }
}
