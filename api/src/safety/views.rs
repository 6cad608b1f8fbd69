//! What people see of their account's safety.

use chrono::{DateTime, Utc};
use database::sessions::LiveSession;
use domain::device;
use domain::ids::SessionId;
use poem_openapi::Object;

/// A live session.
#[derive(Debug, Clone, Object)]
#[oai(rename = "Session")]
pub struct SessionView {
    /// Its number.
    pub id: i64,
    /// From where it was begun.
    pub ip_address: Option<String>,
    /// With what, as the program says itself.
    pub user_agent: Option<String>,
    /// The same in words that people know, such as `Firefox · Windows`.
    pub device: Option<String>,
    /// How it was begun: `password`, `email_otp`, `totp`, `recovery`.
    pub auth_method: String,
    /// Whether it is live; always.
    pub is_active: bool,
    /// Whether it is the one that asks.
    pub is_current: bool,
    /// When it ends at the latest.
    pub expires_at: DateTime<Utc>,
    /// When it was used last, to within a quarter of an hour.
    pub last_seen_at: DateTime<Utc>,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
}

impl SessionView {
    pub(super) fn new(session: LiveSession, current: SessionId) -> Self {
        Self {
            is_current: session.id == current.0,
            id: session.id,
            ip_address: session.ip_address,
            device: session.user_agent.as_deref().and_then(device::label),
            user_agent: session.user_agent,
            auth_method: session.auth_method,
            is_active: true,
            expires_at: session.expires_at,
            last_seen_at: session.last_seen_at,
            created_at: session.created_at,
        }
    }
}

/// How many sessions ended.
#[derive(Debug, Object)]
#[oai(rename = "Revoked")]
pub struct RevokedView {
    /// Sessions that ended.
    pub revoked: u64,
}

/// Whether a link is good.
#[derive(Debug, Object)]
#[oai(rename = "Link")]
pub struct LinkView {
    /// Whether it is; always, since a bad one is a 400.
    pub valid: bool,
    /// The same in the caller's language.
    pub message: String,
}
