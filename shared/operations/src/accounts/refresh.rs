//! Refresh tokens: random, kept only as hashes, each good once; the family dies when an old one comes back.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use config::Key;
use database::audit::Actor;
use database::sessions::{self, SpentToken};
use database::users;
use domain::ids::UserId;
use domain::letter::{Letter, SessionRevoked};
use hmac::{Hmac, KeyInit, Mac};
use queue::Work;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use super::session::{Tokens, access};
use super::{AccountError, Origin};
use crate::Context;
use crate::letters::{self, NewLetter};

/// How long a replaced token still gets its successor: two tabs that refresh at once both stay signed in.
const GRACE: Duration = Duration::seconds(20);

/// Bytes of a refresh token before encoding.
const BYTES: usize = 32;

/// Replaces a refresh token by its successor, and gives an access token with it.
///
/// The successor is derived from the presented token under a key of ours. So everybody who presents the same token
/// within the grace gets the same successor, and still only hashes are stored.
///
/// # Errors
/// [`AccountError::InvalidToken`]. A token that was replaced longer ago than the grace is one that somebody copied:
/// its session ends, and its holder is told.
pub async fn refresh(
    ctx: &Context,
    presented: &SecretString,
    origin: &Origin,
) -> Result<Tokens, AccountError> {
    let now = ctx.clock.now();
    let presented = presented.expose_secret();
    if !looks_like_one(presented) {
        return Err(AccountError::InvalidToken);
    }
    let key = ctx.settings.keys.refresh.newest();
    let next = successor(key, presented);
    let (old, new) = (token_hash(presented), token_hash(next.expose_secret()));
    let mut db = ctx.read().await?;
    if let Some((session, user)) = sessions::rotate(&mut db, &old, &new, key.kid(), now).await? {
        users::mark_seen(&mut db, user, now).await?;
        return Ok(Tokens { access: access(ctx, session, user, now), refresh: next });
    }
    let spent = sessions::find_spent(&mut db, &old, now).await?;
    drop(db);
    match spent {
        Some(spent) if spent.is_live => again(ctx, presented, &spent, origin, now).await,
        _ => Err(AccountError::InvalidToken),
    }
}

/// The answer to a token that was replaced already, of a session that is still alive.
async fn again(
    ctx: &Context,
    presented: &str,
    spent: &SpentToken,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<Tokens, AccountError> {
    if now - spent.spent_at > GRACE {
        end_family(ctx, spent, origin, now).await?;
        return Err(AccountError::InvalidToken);
    }
    let key = ctx.settings.keys.refresh.find(&spent.successor_kid).ok_or(AccountError::InvalidToken)?;
    Ok(Tokens { access: access(ctx, spent.session, spent.user, now), refresh: successor(key, presented) })
}

async fn end_family(
    ctx: &Context,
    spent: &SpentToken,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<(), AccountError> {
    let mut work = ctx.begin().await?;
    // Somebody else who presented the token may have ended it a moment ago, and told.
    if sessions::revoke(&mut work, spent.session, "refresh_reuse", now).await? {
        origin.audit(&mut work, Actor::Nobody, "refresh_reuse", Some(spent.user), now).await?;
        tell(&mut work, spent.user, now).await?;
        tracing::warn!(user.id = %spent.user, session.id = %spent.session, "a spent refresh token came back: session ended");
    }
    work.commit().await?;
    Ok(())
}

async fn tell(work: &mut Work, user: UserId, now: DateTime<Utc>) -> Result<(), AccountError> {
    let user = users::get(work, user).await?;
    let address = user.email.parse().expect("stored addresses were parsed when they came in");
    let letter = Letter::SessionRevoked(SessionRevoked { at: now, device: None });
    let new = NewLetter {
        user: Some(user.id),
        address: &address,
        locale: user.locale,
        letter: &letter,
        challenge: None,
    };
    letters::post(work, &new, now).await?;
    Ok(())
}

/// A refresh token that nobody has guessed: 256 random bits.
pub(crate) fn new_token() -> SecretString {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; BYTES]>()).into()
}

/// What is stored of a token. A plain hash suffices for 256 random bits.
pub(crate) fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

fn looks_like_one(token: &str) -> bool {
    URL_SAFE_NO_PAD.decode(token).is_ok_and(|bytes| bytes.len() == BYTES)
}

fn successor(key: &Key, presented: &str) -> SecretString {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.secret()).expect("HMAC takes keys of any length");
    mac.update(presented.as_bytes());
    URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()).into()
}
