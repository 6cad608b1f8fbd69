//! Passes: what a browser of the console holds to stay signed in, and the tokens of its forms.
//!
//! A pass names its session and is signed; it is good as long as the session is. A form's token is bound to what the
//! browser holds, so that no other site can have a form sent in somebody's name.

use config::Key;
use domain::ids::{SessionId, UserId};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::{AccountError, Authenticated};
use crate::Context;

/// The pass of a session: `<session>.<user>.<signature>.<key>`.
pub fn issue_pass(ctx: &Context, holder: &Authenticated) -> String {
    let key = ctx.settings.keys.jwt.newest();
    let (session, user) = (holder.session.0, holder.user.0);
    let signature = sign(key, "console-pass", &format!("{session}.{user}"));
    format!("{session}.{user}.{signature}.{}", key.kid())
}

/// Who holds this pass: it is judged first, then its session and its user, in one query.
///
/// # Errors
/// [`AccountError::InvalidToken`], whatever is wrong with it.
pub async fn authenticate_pass(ctx: &Context, pass: &str) -> Result<Authenticated, AccountError> {
    let (session, user) = read(ctx, pass).ok_or(AccountError::InvalidToken)?;
    let mut db = ctx.read().await?;
    let holder = database::sessions::find_holder(&mut db, session, user, ctx.clock.now()).await?;
    holder.ok_or(AccountError::InvalidToken)
}

fn read(ctx: &Context, pass: &str) -> Option<(SessionId, UserId)> {
    let mut parts = pass.splitn(4, '.');
    let (session, user) = (parts.next()?, parts.next()?);
    let (signature, kid) = (parts.next()?, parts.next()?);
    let right = sign(ctx.settings.keys.jwt.find(kid)?, "console-pass", &format!("{session}.{user}"));
    let is_ours = bool::from(right.as_bytes().ct_eq(signature.as_bytes()));
    is_ours.then_some((SessionId(session.parse().ok()?), UserId(user.parse().ok()?)))
}

/// The token of forms for who holds `held`.
pub fn form_token(ctx: &Context, held: &str) -> String {
    sign(ctx.settings.keys.jwt.newest(), "console-form", held)
}

/// Whether a form's token is that of who holds `held`.
pub fn is_form_token(ctx: &Context, held: &str, token: &str) -> bool {
    let mut keys = ctx.settings.keys.jwt.all().iter();
    keys.any(|key| bool::from(sign(key, "console-form", held).as_bytes().ct_eq(token.as_bytes())))
}

/// Bound to its purpose: nothing else that is signed with the key begins so.
fn sign(key: &Key, purpose: &str, text: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.secret()).expect("HMAC takes keys of any length");
    mac.update(purpose.as_bytes());
    mac.update(b"\n");
    mac.update(text.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}
