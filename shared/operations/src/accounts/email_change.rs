//! Another address: proven by a link that is sent to it, and told to the old one.

use chrono::Duration;
use database::audit::Actor;
use database::challenges::{self, NewChallenge};
use database::users::{self, Credentials, User};
use domain::email_address::EmailAddress;
use domain::ids::ChallengeId;
use domain::letter::{
    AlreadyRegistered, EmailChangeConfirm, EmailChangeNotice, EmailChanged, Letter, masked,
};
use secrecy::SecretString;
use serde_json::json;
use uuid::Uuid;

use super::codes::{self, Allowance, EMAIL_OTP};
use super::password::{PASSWORD_RESET, hold_to, prove_password};
use super::{AccountError, Authenticated, Origin, tokens};
use crate::Context;
use crate::letters::{self, NewLetter};

/// The flow of links that prove a new address.
pub(crate) const EMAIL_CHANGE: &str = "email_change";
/// How long such a link is good.
const LINK_LIFETIME: Duration = Duration::minutes(30);

/// Sends a link to the new address, and word to the old one. A new address that has an account already is told so by
/// letter, and one that had its share of letters gets none; the answer is the same.
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
    let user = Some(caller.user);
    let mut work = ctx.begin().await?;
    challenges::lock_address(&mut work, new).await?;
    hold_to(&mut work, caller.user, &proved.hash).await?;
    origin.audit(&mut work, Actor::User(caller.user), "email_change_asked", user, now).await?;
    // A link that was just sent stays good, too.
    if codes::allowance(&mut work, new, now).await? != Allowance::Free {
        work.commit().await?;
        return Ok(());
    }
    challenges::close_of_user(&mut work, caller.user, &[EMAIL_CHANGE], now).await?;
    // Who registered it without proving it does not have it.
    let taken = users::find_credentials(&mut work, new).await?.filter(Credentials::is_confirmed);
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
    let (holder, locale) = taken.map_or((user, caller.locale), |taken| (Some(taken.id), taken.locale));
    let to_old = Letter::EmailChangeNotice(EmailChangeNotice { at: now, new_address: masked(new) });
    let confirm = NewLetter { user: holder, address: new, locale, letter: &to_new, challenge };
    let (address, letter) = (&proved.address, &to_old);
    let notice = NewLetter { user, address, locale: caller.locale, letter, challenge: None };
    letters::post(&mut work, &confirm, now).await?;
    letters::post(&mut work, &notice, now).await?;
    work.commit().await?;
    Ok(())
}

/// Gives the account the address that the link was sent to; links to the old one are dead, and it is told by letter.
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
    if users::delete_unproven(&mut work, &found.email).await? {
        challenges::close(&mut work, &found.email, EMAIL_OTP, now).await?;
    }
    let is_free = users::find_credentials(&mut work, &found.email).await?.is_none();
    if !is_first || !is_free {
        return Err(AccountError::WrongLink);
    }
    let before = users::get(&mut work, user).await?;
    users::set_email(&mut work, user, &found.email, now).await?;
    let letter = Letter::EmailChanged(EmailChanged { at: now, new_address: masked(&found.email) });
    letters::post_to(&mut work, &before, &letter, now).await?;
    challenges::close_of_user(&mut work, user, &[PASSWORD_RESET, EMAIL_CHANGE], now).await?;
    origin.audit(&mut work, Actor::User(user), "email_changed", Some(user), now).await?;
    let user = users::get(&mut work, user).await?;
    work.commit().await?;
    Ok(user)
}
