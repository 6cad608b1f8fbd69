//! What people are told about their account.

use chrono::{DateTime, Utc};
use config::ExposeSecret;
use database::users::{self, User};
use database::{DatabaseError, notifications};
use domain::email_address::EmailAddress;
use domain::ids::{ChallengeId, UserId};
use operations::accounts::{Login, SignedIn, Tokens};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object, Union};
use sqlx::PgConnection;
use uuid::Uuid;

use super::forms::LocaleWord;

/// The answer to a registration.
#[derive(ApiResponse)]
pub enum Registered {
    /// A letter was sent; its code is the next step.
    #[oai(status = 201)]
    Created(Json<RegisteredView>),
}

/// The next step after registering.
#[derive(Object)]
#[oai(rename = "Registered")]
pub struct RegisteredView {
    /// Whether the code from the letter is needed next; always.
    pub otp_required: bool,
    /// The address that was registered.
    pub email: String,
    /// What `verify-otp` takes beside the code.
    pub challenge_id: Uuid,
}

impl RegisteredView {
    pub(super) fn new(email: &EmailAddress, challenge: ChallengeId) -> Self {
        Self { otp_required: true, email: email.as_str().to_owned(), challenge_id: challenge.0 }
    }
}

/// Tokens of a session.
#[derive(Object)]
#[oai(rename = "Tokens")]
pub struct TokensView {
    /// Goes into `Authorization: Bearer <access>`; good for fifteen minutes, or until the session ends.
    pub access: String,
    /// Gets the next pair at `/api/token/refresh/`; good once.
    pub refresh: String,
}

impl From<Tokens> for TokensView {
    fn from(tokens: Tokens) -> Self {
        Self {
            access: tokens.access.expose_secret().to_owned(),
            refresh: tokens.refresh.expose_secret().to_owned(),
        }
    }
}

/// An account as its holder sees it.
#[derive(Debug, Clone, Object)]
#[oai(rename = "User")]
pub struct UserView {
    /// Its number.
    pub id: i64,
    /// The address that signs in.
    pub email: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Telephone number.
    pub phone_number: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Department, such as `75` or `2A`.
    pub department: Option<String>,
    /// What it is: `user`, `garage_owner`, `admin`.
    pub roles: Vec<String>,
    /// Whether the address was confirmed.
    pub email_verified: bool,
    /// Whether it belongs to a member of the staff.
    pub is_staff: bool,
    /// The language of letters and messages.
    pub locale: LocaleWord,
    /// Since when it exists.
    pub created_at: DateTime<Utc>,
}

impl From<User> for UserView {
    fn from(user: User) -> Self {
        Self {
            id: user.id.0,
            email: user.email,
            first_name: user.first_name,
            last_name: user.last_name,
            phone_number: user.phone_number,
            postal_code: user.postal_code,
            department: user.department,
            roles: user.roles,
            email_verified: user.email_verified,
            is_staff: user.is_staff,
            locale: user.locale.into(),
            created_at: user.created_at,
        }
    }
}

/// My account, and what waits for me.
#[derive(Debug, Clone, Object)]
#[oai(rename = "Me")]
pub struct MeView {
    /// My account.
    #[oai(flatten)]
    pub user: UserView,
    /// How many notifications I have not read.
    pub unread_count: i64,
}

impl MeView {
    pub(super) async fn load(db: &mut PgConnection, user: UserId) -> Result<Self, DatabaseError> {
        let unread_count = notifications::unread_count(db, user).await?;
        Ok(Self { user: users::get(db, user).await?.into(), unread_count })
    }
}

/// The address is proven, and its holder signed in.
#[derive(Object)]
#[oai(rename = "Verified")]
pub struct VerifiedView {
    /// Whether the address is proven; always.
    pub verified: bool,
    /// Whose it is.
    pub user: UserView,
    /// What they hold now.
    pub tokens: TokensView,
}

impl From<SignedIn> for VerifiedView {
    fn from(signed_in: SignedIn) -> Self {
        Self { verified: true, user: signed_in.user.into(), tokens: signed_in.tokens.into() }
    }
}

/// What the right password leads to: in, or to a second step.
#[derive(Union)]
#[oai(rename = "Login", one_of)]
pub enum LoginView {
    /// In.
    SignedIn(SignedInView),
    /// To a second step.
    SecondStep(SecondStepView),
}

/// Signed in.
#[derive(Object)]
#[oai(rename = "SignedIn")]
pub struct SignedInView {
    /// Who.
    pub user: UserView,
    /// What they hold now.
    pub tokens: TokensView,
}

/// The step that is missing.
#[derive(Object)]
#[oai(rename = "SecondStep")]
pub struct SecondStepView {
    /// Whether a code is needed; always.
    #[oai(rename = "requireOtp")]
    pub require_otp: bool,
    /// The address that signs in.
    pub email: String,
    /// What `verify-otp` takes beside the code.
    pub challenge_id: Uuid,
    /// What can meet it: `email`, a code sent to the address.
    pub methods: Vec<String>,
}

impl LoginView {
    pub(super) fn new(email: &EmailAddress, login: Login) -> Self {
        match login {
            Login::SignedIn(signed_in) => {
                Self::SignedIn(SignedInView { user: signed_in.user.into(), tokens: signed_in.tokens.into() })
            }
            Login::SecondStep(step) => Self::SecondStep(SecondStepView {
                require_otp: true,
                email: email.as_str().to_owned(),
                challenge_id: step.challenge.0,
                methods: step.methods.iter().map(|method| (*method).to_owned()).collect(),
            }),
        }
    }
}

/// Another code is on its way, if one was waited for.
#[derive(Debug, Object)]
#[oai(rename = "Resent")]
pub struct ResentView {
    /// What happened, in the caller's language.
    pub message: String,
    /// After how many seconds the next one may be asked for.
    pub retry_after: u64,
}

/// What happened.
#[derive(Debug, Object)]
#[oai(rename = "Message")]
pub struct MessageView {
    /// What happened, in the caller's language.
    pub message: String,
}
