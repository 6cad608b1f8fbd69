//! Keys with which programs act for somebody: random, shown once, kept only as hashes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use database::api_keys::{self, KeyHolder, NewApiKey};
use database::audit::Actor;
use database::{DatabaseError, vehicles};
use domain::access::{Access, Role};
use domain::ids::{ApiKeyId, VehicleId};
use queue::Work;
use secrecy::SecretString;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::notices::{self, Event};
use super::{AccountError, Authenticated, Origin};
use crate::Context;

/// What every key begins with, so that scanners of leaked secrets know one when they see it.
const MARK: &str = "atk_";
/// Bytes of a key before encoding.
const BYTES: usize = 32;
/// Letters of a key that stay readable: the mark and 48 of its 256 bits.
const PREFIX: usize = 12;
/// Keys that somebody may have at a time.
const MAX: i64 = 25;

/// What a key is to reach.
#[derive(Debug, Clone)]
pub struct KeyWish {
    /// What its person calls it.
    pub name: String,
    /// The roles it has; the best one counts. Never the owner's.
    pub scopes: Vec<Role>,
    /// The vehicles that it reaches; none for all.
    pub vehicles: Option<Vec<VehicleId>>,
    /// When it ends, if it does.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Why there is no new key.
#[derive(Debug, thiserror::Error)]
pub enum KeyRefusal {
    /// Somebody has as many as one may have.
    #[error("at most {MAX} keys")]
    TooMany,
    /// The person does not reach this vehicle.
    #[error("vehicle {0} is out of reach")]
    UnknownVehicle(VehicleId),
    /// The database refused or did not answer.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl KeyRefusal {
    /// Keys that somebody may have at a time.
    pub const MAX: i64 = MAX;
}

/// A key, whole: it is never shown again.
#[derive(Debug)]
pub struct Minted {
    /// Its number.
    pub id: ApiKeyId,
    /// Its first letters, by which people know it again.
    pub prefix: String,
    /// All of it.
    pub key: SecretString,
}

/// Makes a key of the caller's in an open transaction, writes it into the audit log and tells the caller.
///
/// # Errors
/// [`KeyRefusal`].
pub async fn create_key(
    ctx: &Context,
    work: &mut Work,
    caller: &Authenticated,
    wish: &KeyWish,
    origin: &Origin,
) -> Result<Minted, KeyRefusal> {
    let now = ctx.clock.now();
    if api_keys::count_for_update(work, caller.user).await? >= MAX {
        return Err(KeyRefusal::TooMany);
    }
    for id in wish.vehicles.iter().flatten() {
        vehicles::get(work, Access::viewer(caller.user), *id).await.map_err(|error| match error {
            DatabaseError::NotFound => KeyRefusal::UnknownVehicle(*id),
            other => other.into(),
        })?;
    }
    let key = format!("{MARK}{}", URL_SAFE_NO_PAD.encode(rand::random::<[u8; BYTES]>()));
    let prefix = key[..PREFIX].to_owned();
    let new = NewApiKey {
        user: caller.user,
        name: &wish.name,
        prefix: &prefix,
        hash: &hash(&key),
        scopes: &wish.scopes,
        vehicles: wish.vehicles.as_deref(),
        expires_at: wish.expires_at,
    };
    let id = api_keys::insert(work, &new, now).await?;
    let particulars =
        json!({ "api_key": id.0, "scopes": wish.scopes, "is_narrowed": wish.vehicles.is_some() });
    origin
        .audit_with(work, Actor::User(caller.user), "api_key_created", caller.user, &particulars, now)
        .await?;
    notices::tell(work, caller.user, Event::KeyMade(&wish.name), now).await?;
    Ok(Minted { id, prefix, key: key.into() })
}

/// Ends one of the caller's keys: it opens nothing from its next use on.
///
/// # Errors
/// Not found when it is another's, or was ended before.
pub async fn revoke_key(
    ctx: &Context,
    caller: &Authenticated,
    key: ApiKeyId,
    origin: &Origin,
) -> Result<(), AccountError> {
    let now = ctx.clock.now();
    let mut work = ctx.begin().await?;
    api_keys::revoke(&mut work, caller.user, key, now).await?;
    let particulars = json!({ "api_key": key.0 });
    origin
        .audit_with(&mut work, Actor::User(caller.user), "api_key_revoked", caller.user, &particulars, now)
        .await?;
    work.commit().await?;
    Ok(())
}

/// For whom a program acts that shows this key.
///
/// # Errors
/// [`AccountError::InvalidToken`], whatever is wrong with it.
pub async fn authenticate_key(ctx: &Context, presented: &str) -> Result<KeyHolder, AccountError> {
    if !looks_like_one(presented) {
        return Err(AccountError::InvalidToken);
    }
    let mut db = ctx.read().await?;
    let holder = api_keys::find_holder(&mut db, &hash(presented), ctx.clock.now()).await?;
    holder.ok_or(AccountError::InvalidToken)
}

/// 256 random bits need no salt and no slow hash: nobody guesses them.
fn hash(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}

fn looks_like_one(presented: &str) -> bool {
    let secret = presented.strip_prefix(MARK).and_then(|rest| URL_SAFE_NO_PAD.decode(rest).ok());
    secret.is_some_and(|bytes| bytes.len() == BYTES)
}
