//! Getting an account.

use chrono::{DateTime, Utc};
use database::audit::Actor;
use database::challenges::{self, NewChallenge};
use database::users::{self, Credentials, NewUser};
use domain::email_address::EmailAddress;
use domain::ids::{ChallengeId, UserId};
use domain::letter::{AlreadyRegistered, Letter};
use domain::locale::Locale;
use domain::password::NewPassword;
use queue::Work;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::codes::{self, Allowance, EMAIL_OTP};
use super::{AccountError, Origin};
use crate::Context;
use crate::letters::{self, NewLetter};

/// What somebody says who wants an account.
#[derive(Debug, Clone)]
pub struct Registration {
    /// The address that will sign in.
    pub email: EmailAddress,
    /// The password.
    pub password: NewPassword,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Telephone number.
    pub phone_number: Option<String>,
    /// The language of letters and messages.
    pub locale: Locale,
    /// Whether news may be sent.
    pub marketing_opt_in: bool,
}

/// A registration as it waits in its challenge. It takes effect when the code proves whose the address is: whoever
/// registers somebody else's address first gets no hold of the account.
#[derive(Serialize, Deserialize)]
pub(crate) struct Pending {
    pub(crate) password_hash: String,
    first_name: String,
    last_name: String,
    phone_number: Option<String>,
    locale: Locale,
    marketing_opt_in: bool,
}

impl Pending {
    fn new(registration: &Registration, password_hash: String) -> Self {
        Self {
            password_hash,
            first_name: registration.first_name.clone(),
            last_name: registration.last_name.clone(),
            phone_number: registration.phone_number.clone(),
            locale: registration.locale,
            marketing_opt_in: registration.marketing_opt_in,
        }
    }

    /// The registration in a challenge's payload, if it was opened by one.
    pub(crate) fn of(payload: &Value) -> Option<Self> {
        serde_json::from_value(payload.clone()).ok()
    }

    pub(crate) fn user<'a>(&'a self, email: &'a EmailAddress) -> NewUser<'a> {
        NewUser {
            email,
            password_hash: &self.password_hash,
            first_name: &self.first_name,
            last_name: &self.last_name,
            phone_number: self.phone_number.as_deref(),
            locale: self.locale,
            marketing_opt_in: self.marketing_opt_in,
        }
    }
}

/// Registers an address and sends it a code; gives the challenge that the code meets.
///
/// An address that has an account already gets a letter that says so, and its challenge is a decoy that behaves like
/// any other until the code is right, which it never is.
pub async fn register(
    ctx: &Context,
    registration: Registration,
    origin: &Origin,
) -> Result<ChallengeId, AccountError> {
    let hash = ctx.passwords.hash(registration.password.expose()).await;
    let now = ctx.clock.now();
    let email = &registration.email;
    let mut work = ctx.begin().await?;
    challenges::lock_address(&mut work, email).await?;
    // Before anything is written that would count itself.
    let allowance = codes::allowance(&mut work, email, now).await?;
    let known = users::find_credentials(&mut work, email).await?;
    let pending = Pending::new(&registration, hash);
    let holder = open_account(&mut work, email, known.as_ref(), &pending, now).await?;
    let challenge = open_challenge(&mut work, email, holder, &json!(pending), now).await?;
    let (subject, action) = match &known {
        Some(known) if known.email_verified => (Some(known.id), "register_known_address"),
        _ => (holder, "register"),
    };
    if !matches!(allowance, Allowance::Spent(_)) {
        tell(&mut work, &registration, known.as_ref(), (holder, challenge), now).await?;
    }
    origin.audit(&mut work, Actor::Nobody, action, subject, now).await?;
    work.commit().await?;
    Ok(challenge)
}

/// The account that the challenge will confirm: a new one, one that was never confirmed, or none.
async fn open_account(
    work: &mut Work,
    email: &EmailAddress,
    known: Option<&Credentials>,
    pending: &Pending,
    now: DateTime<Utc>,
) -> Result<Option<UserId>, AccountError> {
    let Some(known) = known else {
        return Ok(Some(users::insert(work, &pending.user(email), now).await?));
    };
    users::touch(work, known.id, now).await?;
    Ok((!known.email_verified).then_some(known.id))
}

/// Opens a challenge that confirms an address. Those before it stay: they may be somebody else's.
pub(crate) async fn open_challenge(
    work: &mut Work,
    email: &EmailAddress,
    user: Option<UserId>,
    payload: &Value,
    now: DateTime<Utc>,
) -> Result<ChallengeId, AccountError> {
    // Random in every bit: the id is half of what a code needs.
    let id = ChallengeId(Uuid::new_v4());
    let challenge =
        NewChallenge { id, user, email, kind: EMAIL_OTP, payload, expires_at: now + codes::LIFETIME };
    challenges::insert(work, &challenge, now).await?;
    Ok(id)
}

/// Sends the code, or word that the address has an account already.
async fn tell(
    work: &mut Work,
    registration: &Registration,
    known: Option<&Credentials>,
    (holder, challenge): (Option<UserId>, ChallengeId),
    now: DateTime<Utc>,
) -> Result<(), AccountError> {
    let address = &registration.email;
    let new = match known {
        Some(known) if known.email_verified => NewLetter {
            user: Some(known.id),
            address,
            locale: known.locale,
            letter: &Letter::AlreadyRegistered(AlreadyRegistered {}),
            challenge: None,
        },
        _ => NewLetter {
            user: holder,
            address,
            locale: registration.locale,
            letter: &codes::letter(),
            challenge: Some(challenge),
        },
    };
    letters::post(work, &new, now).await?;
    Ok(())
}
