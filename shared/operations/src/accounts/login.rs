//! Getting in with a password.

use database::audit::Actor;
use database::challenges::{self, OpenChallenge};
use database::users::{self, Credentials};
use domain::email_address::EmailAddress;
use domain::ids::{ChallengeId, UserId};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::codes::{self, Allowance, EMAIL_OTP};
use super::password::hold_to;
use super::passwords::Verdict;
use super::register::{Pending, open_challenge};
use super::session::{self, Proof, SignedIn};
use super::{AccountError, Origin, factor};
use crate::Context;
use crate::letters::{self, NewLetter};

/// What the right password leads to.
#[derive(Debug, Clone)]
pub enum Login {
    /// In.
    SignedIn(Box<SignedIn>),
    /// To a second step.
    SecondStep(SecondStep),
}

/// The step that is still missing.
#[derive(Debug, Clone)]
pub struct SecondStep {
    /// The challenge to meet.
    pub challenge: ChallengeId,
    /// What can meet it: `email`, a code sent to the address; `totp`, an authenticator's; `recovery`, one of the codes for
    /// the day it is lost.
    pub methods: &'static [&'static str],
}

/// Signs somebody in, or says which step is missing: an address that was never confirmed has to be confirmed first.
///
/// A wrong password, an unknown address and a suspended account look and cost the same. So do a first registration
/// and one for an address that has an account: both lead its password to a second step, once with a real code, once
/// with none, so that registering and then signing in tells nothing either.
///
/// # Errors
/// [`AccountError::WrongCredentials`].
pub async fn login(
    ctx: &Context,
    email: &EmailAddress,
    password: &SecretString,
    is_remembered: bool,
    origin: &Origin,
) -> Result<Login, AccountError> {
    let mut db = ctx.read().await?;
    let known = users::find_credentials(&mut db, email).await?;
    let pending = challenges::find_pending(&mut db, email, EMAIL_OTP, None).await?;
    // No connection is held while hashes are computed.
    drop(db);
    let password = password.expose_secret();
    // A second factor proves more than a letter would, also when staff took the confirmation back.
    let confirmed = known.as_ref().filter(|known| known.is_active && known.is_confirmed());
    let verdict = ctx.passwords.verify(password, confirmed.map(|known| known.password_hash.as_str())).await;
    if let (Some(known), Verdict::Right | Verdict::RightButOld) = (confirmed, verdict) {
        let is_old = verdict == Verdict::RightButOld;
        let rehashed = if is_old { Some(ctx.passwords.hash(password).await) } else { None };
        return enter(ctx, email, known, rehashed, is_remembered, origin).await;
    }
    let unconfirmed = known.as_ref().filter(|known| known.is_active && !known.is_confirmed());
    let registered = pending.as_ref().and_then(|pending| Pending::of(&pending.payload));
    let hash = registered.map(|registered| registered.password_hash);
    let hash = hash.or_else(|| unconfirmed.map(|known| known.password_hash.clone()));
    if ctx.passwords.verify(password, hash.as_deref()).await == Verdict::Wrong {
        let subject = known.map(|known| known.id);
        let mut db = ctx.read().await?;
        origin.audit(&mut db, Actor::Nobody, "login_failed", subject, ctx.clock.now()).await?;
        return Err(AccountError::WrongCredentials);
    }
    second_step(ctx, email, unconfirmed, pending, origin).await
}

fn as_wrong_credentials(error: AccountError) -> AccountError {
    match error {
        AccountError::WrongPassword => AccountError::WrongCredentials,
        other => other,
    }
}

async fn enter(
    ctx: &Context,
    email: &EmailAddress,
    known: &Credentials,
    rehashed: Option<String>,
    is_remembered: bool,
    origin: &Origin,
) -> Result<Login, AccountError> {
    let now = ctx.clock.now();
    let mut work = ctx.begin().await?;
    // Another password, or a suspension, may have come in between.
    hold_to(&mut work, known.id, &known.password_hash).await.map_err(as_wrong_credentials)?;
    if let Some(new) = rehashed {
        users::rehash(&mut work, known.id, &known.password_hash, &new).await?;
    }
    if factor::is_on(&mut work, known.id).await? {
        let challenge = factor::open_step(&mut work, known.id, email, is_remembered, now).await?;
        origin.audit(&mut work, Actor::Nobody, "login_second_step", Some(known.id), now).await?;
        work.commit().await?;
        return Ok(Login::SecondStep(SecondStep { challenge, methods: &["totp", "recovery"] }));
    }
    let proof = Proof { method: "password", is_remembered };
    let signed_in = session::begin(ctx, &mut work, known.id, proof, origin, now).await?;
    work.commit().await?;
    Ok(Login::SignedIn(Box::new(signed_in)))
}

/// Leads to the open challenge, with a new code unless one was just sent.
async fn second_step(
    ctx: &Context,
    email: &EmailAddress,
    unconfirmed: Option<&Credentials>,
    pending: Option<OpenChallenge>,
    origin: &Origin,
) -> Result<Login, AccountError> {
    let now = ctx.clock.now();
    let mut work = ctx.begin().await?;
    challenges::lock_address(&mut work, email).await?;
    let allowance = codes::allowance(&mut work, email, now).await?;
    let user: Option<UserId> = unconfirmed.map(|known| known.id);
    let challenge = match pending {
        Some(pending) => pending.id,
        None => open_challenge(&mut work, email, user, &json!({}), now).await?,
    };
    if allowance == Allowance::Free {
        challenges::renew(&mut work, challenge, now + codes::LIFETIME).await?;
        let locale = unconfirmed.map(|known| known.locale).unwrap_or_default();
        let new =
            NewLetter { user, address: email, locale, letter: &codes::letter(), challenge: Some(challenge) };
        letters::post(&mut work, &new, now).await?;
    }
    origin.audit(&mut work, Actor::Nobody, "login_second_step", user, now).await?;
    work.commit().await?;
    Ok(Login::SecondStep(SecondStep { challenge, methods: &["email"] }))
}
