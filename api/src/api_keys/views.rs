//! What people see of their keys.

use chrono::{DateTime, Utc};
use config::ExposeSecret;
use database::api_keys::ApiKey;
use operations::accounts::{KeyWish, Minted};
use poem_openapi::Object;

use super::forms::ScopeWord;

/// A key for a program.
#[derive(Debug, Clone, Object)]
#[oai(rename = "ApiKey")]
pub struct ApiKeyView {
    /// Its number.
    pub id: i64,
    /// What I call it.
    pub name: String,
    /// Its first letters.
    pub prefix: String,
    /// What it may do; the best one counts.
    pub scopes: Vec<ScopeWord>,
    /// The vehicles that it reaches; all that I reach when null.
    pub vehicle_ids: Option<Vec<i64>>,
    /// When it ends; never when null.
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether it has ended.
    pub is_expired: bool,
    /// When it was used last, to within a quarter of an hour.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

impl ApiKeyView {
    pub(super) fn new(key: ApiKey, now: DateTime<Utc>) -> Self {
        Self {
            id: key.id,
            name: key.name,
            prefix: key.prefix,
            scopes: key.scopes.iter().filter_map(|word| ScopeWord::from_word(word)).collect(),
            vehicle_ids: key.vehicle_ids,
            is_expired: key.expires_at.is_some_and(|at| at <= now),
            expires_at: key.expires_at,
            last_used_at: key.last_used_at,
            created_at: key.created_at,
        }
    }
}

/// A new key, whole this once.
#[derive(Debug, Clone, Object)]
#[oai(rename = "NewApiKey")]
pub struct NewApiKeyView {
    /// Its number.
    pub id: i64,
    /// What I call it.
    pub name: String,
    /// Its first letters.
    pub prefix: String,
    /// The key itself, for `X-API-Key`; null when the request was repeated.
    pub key: Option<String>,
    /// What it may do; the best one counts.
    pub scopes: Vec<ScopeWord>,
    /// The vehicles that it reaches; all that I reach when null.
    pub vehicle_ids: Option<Vec<i64>>,
    /// When it ends; never when null.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

impl NewApiKeyView {
    pub(super) fn new(minted: &Minted, wish: KeyWish, now: DateTime<Utc>) -> Self {
        Self {
            id: minted.id.0,
            name: wish.name,
            prefix: minted.prefix.clone(),
            key: Some(minted.key.expose_secret().to_owned()),
            scopes: wish.scopes.into_iter().filter_map(ScopeWord::from_role).collect(),
            vehicle_ids: wish.vehicles.map(|ids| ids.into_iter().map(|id| id.0).collect()),
            expires_at: wish.expires_at,
            created_at: now,
        }
    }

    /// The same for those who ask again.
    pub(super) fn without_key(&self) -> Self {
        Self { key: None, ..self.clone() }
    }
}
