//! The second factor: an authenticator's codes (RFC 6238), and recovery codes for the day the telephone is lost.

use chrono::{DateTime, Duration, Utc};
use config::Key;
use database::audit::Actor;
use database::challenges::{self, NewChallenge};
use database::{DatabaseError, factors, sessions, users};
use domain::email_address::EmailAddress;
use domain::ids::{ChallengeId, UserId};
use domain::letter::{Letter, TwoFactorReset};
use hmac::{Hmac, KeyInit, Mac};
use qrcode::QrCode;
use qrcode::render::svg;
use queue::Work;
use secrecy::SecretString;
use serde_json::{Value, json};
use sha2::Sha256;
use sqlx::PgConnection;
use subtle::ConstantTimeEq;
use totp_rs::{Algorithm, Secret, TOTP};
use uuid::Uuid;

use super::notices::{self, Event};
use super::password::{hold_to, prove_password, prove_presence};
use super::{AccountError, Authenticated, Origin, seal};
use crate::Context;
use crate::letters::{self, NewLetter};

/// The flow of a sign-in that waits for its second factor.
pub(crate) const LOGIN_OTP: &str = "login_otp";
/// How long it waits.
const LIFETIME: Duration = Duration::minutes(10);
/// Seconds of one code.
const STEP: i64 = 30;
/// Bytes of a secret, as RFC 4226 wants at least.
const SECRET: usize = 20;
/// Recovery codes of an account.
const RECOVERY_CODES: usize = 10;
/// Letters and digits that nobody mistakes for each other.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";

/// What an authenticator needs to know.
#[derive(Debug, Clone)]
pub struct Enrolment {
    /// The secret in base 32, for typing.
    pub secret: String,
    /// The same as an address that authenticators understand.
    pub uri: String,
    /// The same as a picture.
    pub qr_svg: String,
}

/// Makes a secret for the caller's authenticator; it counts once it has proved itself with a code.
///
/// # Errors
/// [`AccountError::FactorStands`] when there is one already.
pub async fn begin_enrolment(ctx: &Context, caller: &Authenticated) -> Result<Enrolment, AccountError> {
    let secret: [u8; SECRET] = rand::random();
    let (sealed, kid) = seal::seal(&ctx.settings.keys.totp, caller.user, &secret);
    let mut work = ctx.begin().await?;
    let user = users::get(&mut work, caller.user).await?;
    if !factors::begin(&mut work, caller.user, &sealed, &kid, ctx.clock.now()).await? {
        return Err(AccountError::FactorStands);
    }
    work.commit().await?;
    let totp = authenticator(&secret, &user.email);
    let uri = totp.get_url();
    let code = QrCode::new(uri.as_bytes()).expect("an address of this length fits a code");
    let qr_svg = code.render::<svg::Color<'_>>().min_dimensions(240, 240).build();
    Ok(Enrolment { secret: totp.get_secret_base32(), uri, qr_svg })
}

/// Turns the second factor on with a secret, in base 32, that everybody knows: for demonstrations.
pub(crate) async fn enrol_known(
    ctx: &Context,
    db: &mut PgConnection,
    user: UserId,
    secret: &str,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let secret = Secret::Encoded(secret.to_owned()).to_bytes().expect("the secret is written in base 32");
    let (sealed, kid) = seal::seal(&ctx.settings.keys.totp, user, &secret);
    factors::begin(db, user, &sealed, &kid, now).await?;
    factors::confirm(db, user, now).await?;
    Ok(())
}

/// Turns the second factor on: the authenticator proves itself. All other sessions end, and the holder is told. Gives the
/// recovery codes, once.
///
/// # Errors
/// [`AccountError::WrongCode`]; [`AccountError::FactorStands`] when it is on already; [`AccountError::PasswordNeeded`]
/// when the session is older than a quarter of an hour and no password is shown.
pub async fn enable(
    ctx: &Context,
    caller: &Authenticated,
    code: &str,
    password: Option<&SecretString>,
    origin: &Origin,
) -> Result<Vec<String>, AccountError> {
    prove_presence(ctx, caller, password, origin).await?;
    let now = ctx.clock.now();
    let mut work = ctx.begin().await?;
    users::lock(&mut work, caller.user).await?;
    if !is_right_code(ctx, &mut work, caller.user, code, now).await? {
        drop(work);
        return wrong_code(ctx, caller, origin).await;
    }
    if !factors::confirm(&mut work, caller.user, now).await? {
        return Err(AccountError::FactorStands);
    }
    let codes = renew_codes(ctx, &mut work, caller.user).await?;
    sessions::set_method(&mut work, caller.session, "totp").await?;
    sessions::revoke_others(&mut work, caller.user, caller.session, "two_factor", now).await?;
    origin.audit(&mut work, Actor::User(caller.user), "two_factor_enabled", Some(caller.user), now).await?;
    notices::tell(&mut work, caller.user, Event::SecondFactorOn, now).await?;
    work.commit().await?;
    Ok(codes)
}

/// Turns it off again: no session has what it gave any more, all others end, and the holder is told.
///
/// # Errors
/// [`AccountError::WrongPassword`], [`AccountError::WrongCode`].
pub async fn disable(
    ctx: &Context,
    caller: &Authenticated,
    password: &SecretString,
    code: &str,
    origin: &Origin,
) -> Result<(), AccountError> {
    let proved = prove_password(ctx, caller.user, password, origin).await?;
    let now = ctx.clock.now();
    let mut work = ctx.begin().await?;
    hold_to(&mut work, caller.user, &proved.hash).await?;
    if prove(ctx, &mut work, caller.user, code, now).await?.is_none() {
        drop(work);
        return wrong_code(ctx, caller, origin).await;
    }
    factors::remove(&mut work, caller.user).await?;
    sessions::forget_second_factor(&mut work, caller.user).await?;
    sessions::revoke_others(&mut work, caller.user, caller.session, "two_factor", now).await?;
    origin.audit(&mut work, Actor::User(caller.user), "two_factor_disabled", Some(caller.user), now).await?;
    notices::tell(&mut work, caller.user, Event::SecondFactorOff, now).await?;
    work.commit().await?;
    Ok(())
}

async fn wrong_code<T>(ctx: &Context, caller: &Authenticated, origin: &Origin) -> Result<T, AccountError> {
    let mut db = ctx.read().await?;
    let now = ctx.clock.now();
    origin.audit(&mut db, Actor::User(caller.user), "second_factor_failed", Some(caller.user), now).await?;
    Err(AccountError::WrongCode)
}

/// Other recovery codes; those before are dead.
///
/// # Errors
/// [`AccountError::WrongPassword`]; [`AccountError::NoFactor`] when the second factor is off.
pub async fn new_recovery_codes(
    ctx: &Context,
    caller: &Authenticated,
    password: &SecretString,
    origin: &Origin,
) -> Result<Vec<String>, AccountError> {
    let proved = prove_password(ctx, caller.user, password, origin).await?;
    let now = ctx.clock.now();
    let mut work = ctx.begin().await?;
    hold_to(&mut work, caller.user, &proved.hash).await?;
    if !is_on(&mut work, caller.user).await? {
        return Err(AccountError::NoFactor);
    }
    let codes = renew_codes(ctx, &mut work, caller.user).await?;
    origin
        .audit(&mut work, Actor::User(caller.user), "recovery_codes_renewed", Some(caller.user), now)
        .await?;
    work.commit().await?;
    Ok(codes)
}

/// Takes the second factor off an account; its holder is told by letter, and all its sessions end. False if it has none.
pub(crate) async fn take_off(
    work: &mut Work,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<bool, DatabaseError> {
    if !factors::remove(work, user).await? {
        return Ok(false);
    }
    sessions::revoke_all(work, user, "two_factor_reset", now).await?;
    let holder = users::get(work, user).await?;
    let address: EmailAddress = holder.email.parse().expect("stored addresses were parsed when they came in");
    let letter = Letter::TwoFactorReset(TwoFactorReset { at: now });
    let (user, locale) = (Some(user), holder.locale);
    let new = NewLetter { user, address: &address, locale, letter: &letter, challenge: None };
    letters::post(work, &new, now).await?;
    Ok(true)
}

/// Whether an account has a second factor that proved itself.
pub(crate) async fn is_on(db: &mut PgConnection, user: UserId) -> Result<bool, AccountError> {
    Ok(factors::find(db, user).await?.is_some_and(|device| device.is_confirmed))
}

/// Opens the step that a sign-in still needs.
pub(crate) async fn open_step(
    work: &mut Work,
    user: UserId,
    email: &EmailAddress,
    is_remembered: bool,
    now: DateTime<Utc>,
) -> Result<ChallengeId, AccountError> {
    let id = ChallengeId(Uuid::new_v4());
    let payload: Value = json!({ "remember": is_remembered });
    let expires_at = now + LIFETIME;
    let step = NewChallenge { id, user: Some(user), email, kind: LOGIN_OTP, payload: &payload, expires_at };
    challenges::insert(work, &step, now).await?;
    Ok(id)
}

/// How somebody showed the second factor: `totp` or `recovery`; nothing when they did not. What was shown is used up.
pub(crate) async fn prove(
    ctx: &Context,
    db: &mut PgConnection,
    user: UserId,
    code: &str,
    now: DateTime<Utc>,
) -> Result<Option<&'static str>, AccountError> {
    if is_on(db, user).await? && is_right_code(ctx, db, user, code, now).await? {
        return Ok(Some("totp"));
    }
    let peppers = ctx.settings.keys.pepper.all().iter();
    let hashes: Vec<Vec<u8>> = peppers.map(|pepper| recovery_hash(pepper, user, code).to_vec()).collect();
    Ok(factors::use_recovery(db, user, &hashes, now).await?.then_some("recovery"))
}

/// Whether `code` is the authenticator's of this half minute, or of one beside it, and was not used.
async fn is_right_code(
    ctx: &Context,
    db: &mut PgConnection,
    user: UserId,
    code: &str,
    now: DateTime<Utc>,
) -> Result<bool, AccountError> {
    let Some(device) = factors::find(db, user).await? else { return Ok(false) };
    let keys = &ctx.settings.keys.totp;
    let Some(secret) = seal::open(keys, user, &device.secret, &device.secret_kid) else { return Ok(false) };
    let totp = authenticator(&secret, "");
    let current = now.timestamp() / STEP;
    let is_of = |step: &i64| {
        let right = totp.generate((step * STEP).cast_unsigned());
        bool::from(right.as_bytes().ct_eq(code.as_bytes()))
    };
    match (current - 1..=current + 1).find(is_of) {
        Some(step) => Ok(factors::use_step(db, user, step).await?),
        None => Ok(false),
    }
}

fn authenticator(secret: &[u8], email: &str) -> TOTP {
    // The name may not hold a colon; addresses do not either.
    let name = email.replace(':', "");
    TOTP::new_unchecked(
        Algorithm::SHA1,
        6,
        1,
        STEP.cast_unsigned(),
        secret.to_vec(),
        Some("AutoTrack".to_owned()),
        name,
    )
}

async fn renew_codes(
    ctx: &Context,
    db: &mut PgConnection,
    user: UserId,
) -> Result<Vec<String>, AccountError> {
    let pepper = ctx.settings.keys.pepper.newest();
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| recovery_code()).collect();
    let hashes: Vec<Vec<u8>> = codes.iter().map(|code| recovery_hash(pepper, user, code).to_vec()).collect();
    factors::set_recovery(db, user, &hashes).await?;
    Ok(codes)
}

/// Such as `k3vd-w0qx`: forty random bits, tried five times at the most.
fn recovery_code() -> String {
    let mut signs = (0..8).map(|_| char::from(ALPHABET[rand::random_range(0..ALPHABET.len())]));
    let (front, back): (String, String) = (signs.by_ref().take(4).collect(), signs.collect());
    format!("{front}-{back}")
}

/// People type codes in capitals, with spaces, and without the hyphen.
fn recovery_hash(pepper: &Key, user: UserId, code: &str) -> [u8; 32] {
    let signs = code.chars().filter(char::is_ascii_alphanumeric);
    let plain: String = signs.map(|sign| sign.to_ascii_lowercase()).collect();
    let mut mac = Hmac::<Sha256>::new_from_slice(pepper.secret()).expect("HMAC takes keys of any length");
    mac.update(b"recovery");
    mac.update(&user.0.to_be_bytes());
    mac.update(plain.as_bytes());
    mac.finalize().into_bytes().into()
}
