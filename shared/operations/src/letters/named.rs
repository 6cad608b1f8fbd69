//! The letters that every account may get, one function each, under the names that other parts have called them by.

use chrono::{DateTime, Utc};
use database::DatabaseError;
use domain::email_address::EmailAddress;
use domain::ids::{ChallengeId, LetterId, UserId};
use domain::letter::{
    Letter, LetterKind, MaintenanceReminder, Otp, OtpPurpose, PasswordReset, SubscriptionConfirmation,
    SubscriptionExpired, SubscriptionRenewal, Welcome,
};
use domain::locale::Locale;
use queue::Enqueuer;

use super::{NewLetter, post};

/// Who a letter is for.
#[derive(Debug, Clone, Copy)]
pub struct To<'a> {
    /// The account; none for an address that has none.
    pub user: Option<UserId>,
    /// Where it goes.
    pub address: &'a EmailAddress,
    /// In which language.
    pub locale: Locale,
}

impl To<'_> {
    async fn post(
        self,
        work: &mut impl Enqueuer,
        letter: Letter,
        challenge: Option<ChallengeId>,
        now: DateTime<Utc>,
    ) -> Result<LetterId, DatabaseError> {
        let (user, address, locale) = (self.user, self.address, self.locale);
        post(work, &NewLetter { user, address, locale, letter: &letter, challenge }, now).await
    }
}

/// Welcomes somebody whose address was confirmed.
pub async fn send_welcome_email(
    work: &mut impl Enqueuer,
    to: To<'_>,
    first_name: &str,
    now: DateTime<Utc>,
) -> Result<LetterId, DatabaseError> {
    to.post(work, Letter::Welcome(Welcome { first_name: first_name.to_owned() }), None, now).await
}

/// Sends the code of a challenge, which is made when the letter leaves.
pub async fn send_otp_email(
    work: &mut impl Enqueuer,
    to: To<'_>,
    purpose: OtpPurpose,
    challenge: ChallengeId,
    now: DateTime<Utc>,
) -> Result<LetterId, DatabaseError> {
    let letter = Letter::Otp(Otp { purpose, expires_minutes: minutes(LetterKind::Otp) });
    to.post(work, letter, Some(challenge), now).await
}

/// Sends the link of a challenge under which a new password is chosen; its token is made when the letter leaves.
pub async fn send_password_reset_email(
    work: &mut impl Enqueuer,
    to: To<'_>,
    challenge: ChallengeId,
    now: DateTime<Utc>,
) -> Result<LetterId, DatabaseError> {
    let expires_minutes = minutes(LetterKind::PasswordReset);
    let letter = Letter::PasswordReset(PasswordReset { uid: challenge, expires_minutes });
    to.post(work, letter, Some(challenge), now).await
}

/// Confirms that a subscription began.
pub async fn send_subscription_confirmation_email(
    work: &mut impl Enqueuer,
    to: To<'_>,
    subscription: SubscriptionConfirmation,
    now: DateTime<Utc>,
) -> Result<LetterId, DatabaseError> {
    to.post(work, Letter::SubscriptionConfirmation(subscription), None, now).await
}

/// Tells that a subscription is about to be renewed.
pub async fn send_renewal_reminder_email(
    work: &mut impl Enqueuer,
    to: To<'_>,
    renewal: SubscriptionRenewal,
    now: DateTime<Utc>,
) -> Result<LetterId, DatabaseError> {
    to.post(work, Letter::SubscriptionRenewal(renewal), None, now).await
}

/// Tells that a subscription has ended.
pub async fn send_subscription_expired_email(
    work: &mut impl Enqueuer,
    to: To<'_>,
    subscription: SubscriptionExpired,
    now: DateTime<Utc>,
) -> Result<LetterId, DatabaseError> {
    to.post(work, Letter::SubscriptionExpired(subscription), None, now).await
}

/// Reminds of what is due on a vehicle.
pub async fn send_maintenance_reminder_email(
    work: &mut impl Enqueuer,
    to: To<'_>,
    reminder: MaintenanceReminder,
    now: DateTime<Utc>,
) -> Result<LetterId, DatabaseError> {
    to.post(work, Letter::MaintenanceReminder(reminder), None, now).await
}

/// How long what such a letter carries is good for.
fn minutes(kind: LetterKind) -> u32 {
    kind.lifetime().num_minutes() as u32
}
