//! Another address: proven by a link that is sent to it, and told to the old one.

use chrono::Duration;
use database::audit::Actor;
use database::challenges::{self, NewChallenge};
use database::users::{self, User};
use domain::email_address::EmailAddress;
use domain::ids::ChallengeId;
use domain::letter::{AlreadyRegistered, EmailChangeConfirm, EmailChangeNotice, Letter, masked};
use secrecy::SecretString;
use serde_json::json;
use uuid::Uuid;

use super::password::{PASSWORD_RESET, hold_to, prove_password};
use super::{AccountError, Authenticated, Origin, tokens};
use crate::Context;
use crate::letters::{self, NewLetter};

/// The flow of links that prove a new address.
pub(crate) const EMAIL_CHANGE: &str = "email_change";
/// How long such a link is good.
const LINK_LIFETIME: Duration = Duration::minutes(30);

/// Sends a link to the new address, and word to the old one. A new address that has an account already is told so by
/// letter; the answer is the same.
///
/// # Errors
/// [`AccountError::WrongPassword`].
pub async fn change_email(
    ctx: &Context,
    caller: &Authenticated,
    new: &EmailAddress,
    password: &SecretString,
    origin: &Origin,
) -> Result<(), AccountError> {
    let proved = prove_password(ctx, caller.user, password, origin).await?;
    let now = ctx.clock.now();
    let (user, locale) = (Some(caller.user), caller.locale);
    let mut work = ctx.begin().await?;
    hold_to(&mut work, caller.user, &proved.hash).await?;
    challenges::close_of_user(&mut work, caller.user, &[EMAIL_CHANGE], now).await?;
    let taken = users::find_credentials(&mut work, new).await?;
    let id = ChallengeId(Uuid::new_v4());
    let (to_new, challenge) = if taken.is_some() {
        (Letter::AlreadyRegistered(AlreadyRegistered {}), None)
    } else {
        let (kind, expires_at) = (EMAIL_CHANGE, now + LINK_LIFETIME);
        let link = NewChallenge { id, user, email: new, kind, payload: &json!({}), expires_at };
        challenges::insert(&mut work, &link, now).await?;
        let expires_minutes = LINK_LIFETIME.num_minutes() as u32;
        (Letter::EmailChangeConfirm(EmailChangeConfirm { uid: id, expires_minutes }), Some(id))
    };
    let holder = taken.map_or(user, |taken| Some(taken.id));
    let to_old = Letter::EmailChangeNotice(EmailChangeNotice { at: now, new_address: masked(new) });
    let confirm = NewLetter { user: holder, address: new, locale, letter: &to_new, challenge };
    let notice = NewLetter { user, address: &proved.address, locale, letter: &to_old, challenge: None };
    letters::post(&mut work, &confirm, now).await?;
    letters::post(&mut work, &notice, now).await?;
    origin.audit(&mut work, Actor::User(caller.user), "email_change_asked", user, now).await?;
    work.commit().await?;
    Ok(())
}

/// Gives the account the address that the link was sent to; links to the old one are dead.
///
/// # Errors
/// [`AccountError::WrongLink`], whatever is wrong with it, also when the address was registered meanwhile.
pub async fn confirm_email(ctx: &Context, word: &str, origin: &Origin) -> Result<User, AccountError> {
    let (id, token) = tokens::split(word).ok_or(AccountError::WrongLink)?;
    let now = ctx.clock.now();
    let mut work = ctx.begin().await?;
    let found = challenges::find_live(&mut work, id, EMAIL_CHANGE, now).await?;
    let secret = found.as_ref().and_then(|found| found.secret.as_ref());
    let stored = secret.map(|(hash, kid)| (hash.as_slice(), kid.as_str()));
    let is_right = tokens::is_right(&ctx.settings.keys.pepper, (EMAIL_CHANGE, id), stored, token);
    let found = found.filter(|_| is_right).ok_or(AccountError::WrongLink)?;
    let user = found.challenge.user.ok_or(AccountError::WrongLink)?;
    let hash = found.secret.map(|(hash, _)| hash).unwrap_or_default();
    challenges::lock_address(&mut work, &found.email).await?;
    users::lock(&mut work, user).await?;
    let is_first = challenges::consume(&mut work, id, &hash, now).await?;
    let is_free = users::find_credentials(&mut work, &found.email).await?.is_none();
    if !is_first || !is_free {
        return Err(AccountError::WrongLink);
    }
    users::set_email(&mut work, user, &found.email, now).await?;
    challenges::close_of_user(&mut work, user, &[PASSWORD_RESET, EMAIL_CHANGE], now).await?;
    origin.audit(&mut work, Actor::User(user), "email_changed", Some(user), now).await?;
    let user = users::get(&mut work, user).await?;
    work.commit().await?;
    Ok(user)
}
