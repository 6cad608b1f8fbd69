//! The one error of the API, and how the errors of the floors below become it.

use database::DatabaseError;
use operations::accounts::AccountError;
use poem_openapi::{ApiResponse, payload::Json};
use tracing::error;

use crate::messages::Explain;
use crate::problem::{Errors, Problem};
use crate::{constraints, say};

/// Every way in which an operation can fail.
#[derive(Debug, ApiResponse)]
pub enum ApiError {
    /// Something in the request is wrong; `errors` names each bad field.
    #[oai(status = 400, content_type = "application/problem+json")]
    Invalid(Json<Problem>),
    /// No valid access token.
    #[oai(status = 401, content_type = "application/problem+json")]
    NotAuthenticated(Json<Problem>),
    /// Visible, but beyond the caller's role or plan.
    #[oai(status = 403, content_type = "application/problem+json")]
    Forbidden(Json<Problem>),
    /// No such thing, or nothing the caller may see.
    #[oai(status = 404, content_type = "application/problem+json")]
    NotFound(Json<Problem>),
    /// The state of things stands against it.
    #[oai(status = 409, content_type = "application/problem+json")]
    Conflict(Json<Problem>),
    /// The thing changed since the caller read it.
    #[oai(status = 412, content_type = "application/problem+json")]
    PreconditionFailed(Json<Problem>),
    /// The body or file is too large.
    #[oai(status = 413, content_type = "application/problem+json")]
    TooLarge(Json<Problem>),
    /// The body or file is of a kind that is not understood.
    #[oai(status = 415, content_type = "application/problem+json")]
    Unsupported(Json<Problem>),
    /// Too many requests; `Retry-After` says in how many seconds to come back.
    #[oai(status = 429, content_type = "application/problem+json")]
    TooMany(Json<Problem>, #[oai(header = "Retry-After")] u64),
    /// A fault of ours; it has been logged.
    #[oai(status = 500, content_type = "application/problem+json")]
    Internal(Json<Problem>),
    /// A part that this needs is down.
    #[oai(status = 503, content_type = "application/problem+json")]
    Unavailable(Json<Problem>, #[oai(header = "Retry-After")] u64),
}

impl ApiError {
    /// 400 that names each bad field.
    pub fn invalid(errors: Errors) -> Self {
        let detail = say!("Certains champs sont à corriger.", "Some fields need correcting.");
        Self::Invalid(Json(Problem::new(400, "invalid", detail).with_errors(errors)))
    }

    /// 400 that names one bad field.
    pub fn invalid_field(field: &str, message: String) -> Self {
        Self::invalid(Errors::from([(field.to_owned(), vec![message])]))
    }

    /// 400 about the request as a whole.
    pub fn bad_request(detail: String) -> Self {
        Self::Invalid(Json(Problem::new(400, "invalid", detail)))
    }

    /// 401: no access token came along.
    pub fn not_authenticated() -> Self {
        let detail = say!("Connectez-vous pour continuer.", "Sign in to continue.");
        Self::NotAuthenticated(Json(Problem::new(401, "not_authenticated", detail)))
    }

    /// 401: address and password do not go together.
    pub fn refused_sign_in() -> Self {
        let detail = say!(
            "L’adresse e-mail ou le mot de passe est incorrect.",
            "The e-mail address or the password is wrong."
        );
        Self::NotAuthenticated(Json(Problem::new(401, "invalid_credentials", detail)))
    }

    /// 401: the access token is expired, revoked or not ours.
    pub fn token_not_valid() -> Self {
        let detail = say!(
            "Votre session n’est plus valable. Reconnectez-vous.",
            "Your session is no longer valid. Sign in again."
        );
        Self::NotAuthenticated(Json(Problem::new(401, "token_not_valid", detail)))
    }

    /// 401: a key and a token in one request.
    pub fn two_credentials() -> Self {
        let detail = say!("Envoyez une clé ou un jeton, pas les deux.", "Send a key or a token, not both.");
        Self::NotAuthenticated(Json(Problem::new(401, "token_not_valid", detail)))
    }

    /// 403: beyond the caller's role.
    pub fn forbidden() -> Self {
        let detail = say!("Votre rôle ne permet pas cette action.", "Your role does not allow this.");
        Self::Forbidden(Json(Problem::new(403, "permission_denied", detail)))
    }

    /// 403: a form that was not made for this browser.
    pub fn foreign_form(detail: String) -> Self {
        Self::Forbidden(Json(Problem::new(403, "foreign_form", detail)))
    }

    /// 403: for members of staff.
    pub fn staff_only() -> Self {
        let detail = say!("Réservé à l’équipe AutoTrack.", "For AutoTrack staff only.");
        Self::Forbidden(Json(Problem::new(403, "permission_denied", detail)))
    }

    /// 403: for members of staff who signed in with a second factor.
    pub fn second_factor_required() -> Self {
        let detail = say!(
            "Activez la validation en deux étapes, puis reconnectez-vous avec elle.",
            "Turn the second factor on, then sign in with it."
        );
        Self::Forbidden(Json(Problem::new(403, "second_factor_required", detail)))
    }

    /// 403: for superusers.
    pub fn superusers_only() -> Self {
        let detail = say!("Réservé aux super-administrateurs.", "For superusers only.");
        Self::Forbidden(Json(Problem::new(403, "permission_denied", detail)))
    }

    /// 403: the caller's account is to be erased.
    pub fn deletion_pending() -> Self {
        let detail = say!(
            "La suppression de votre compte est en cours. Annulez-la pour continuer à l’utiliser.",
            "Your account is about to be erased. Call that off to go on using it."
        );
        Self::Forbidden(Json(Problem::new(403, "deletion_pending", detail)))
    }

    /// 404.
    pub fn not_found() -> Self {
        let detail = say!("Cet élément n’existe pas.", "There is no such thing.");
        Self::NotFound(Json(Problem::new(404, "not_found", detail)))
    }

    /// 409: what is on the paper is not known yet.
    pub fn not_analyzed() -> Self {
        Self::conflict(
            "document_not_analyzed",
            say!("Ce document n’a pas encore été lu.", "This document has not been read yet."),
        )
    }

    /// 409 with a code of its own.
    pub fn conflict(code: &str, detail: String) -> Self {
        Self::Conflict(Json(Problem::new(409, code, detail)))
    }

    /// The same, and the field that it is about.
    #[must_use]
    pub fn about(self, field: &str) -> Self {
        let named = |Json(problem): Json<Problem>| {
            let errors = Errors::from([(field.to_owned(), vec![problem.detail.clone()])]);
            Json(problem.with_errors(errors))
        };
        match self {
            Self::Conflict(problem) => Self::Conflict(named(problem)),
            Self::TooLarge(problem) => Self::TooLarge(named(problem)),
            Self::Unsupported(problem) => Self::Unsupported(named(problem)),
            other => other,
        }
    }

    /// The same, with a bad field under the name that the caller knows.
    #[must_use]
    pub fn renamed(self, field: &str, name: &str) -> Self {
        let Self::Invalid(Json(mut problem)) = self else { return self };
        if let Some(errors) = &mut problem.errors
            && let Some(messages) = errors.remove(field)
        {
            errors.insert(name.to_owned(), messages);
        }
        Self::Invalid(Json(problem))
    }

    /// 412: `If-Match` names an older version.
    pub fn precondition_failed() -> Self {
        let detail = say!(
            "Cet élément a changé entre-temps. Rechargez-le avant de le modifier.",
            "This has changed in the meantime. Load it again before changing it."
        );
        Self::PreconditionFailed(Json(Problem::new(412, "precondition_failed", detail)))
    }

    /// 413: more bytes than `limit`.
    pub fn too_large(limit: u64) -> Self {
        let mib = limit / (1024 * 1024);
        let detail = say!("La taille maximale est de {} Mo.", "The most that is accepted is {} MB.", mib);
        Self::TooLarge(Json(Problem::new(413, "too_large", detail)))
    }

    /// 415.
    pub fn unsupported(detail: String) -> Self {
        Self::Unsupported(Json(Problem::new(415, "unsupported_media_type", detail)))
    }

    /// 429.
    pub fn too_many(retry_after_s: u64) -> Self {
        let detail = say!(
            "Trop de tentatives. Réessayez dans {} s.",
            "Too many attempts. Try again in {} s.",
            retry_after_s
        );
        Self::TooMany(Json(Problem::new(429, "throttled", detail)), retry_after_s)
    }

    /// 429: the work that is waiting has to be done first.
    pub fn busy(retry_after_s: u64) -> Self {
        let detail = say!(
            "Beaucoup de travail est en attente. Réessayez dans {} s.",
            "Much work is waiting. Try again in {} s.",
            retry_after_s
        );
        Self::TooMany(Json(Problem::new(429, "busy", detail)), retry_after_s)
    }

    /// 500; the cause goes to the log, never to the caller.
    pub fn internal(cause: &(dyn std::error::Error + 'static)) -> Self {
        error!(error = %Chain(cause), "request failed");
        let detail = say!(
            "Une erreur est survenue de notre côté. Elle a été enregistrée.",
            "Something went wrong on our side. It has been recorded."
        );
        Self::Internal(Json(Problem::new(500, "internal_error", detail)))
    }

    /// 503; the cause goes to the log.
    pub fn unavailable(cause: &(dyn std::error::Error + 'static)) -> Self {
        error!(error = %Chain(cause), "a part is down");
        let detail = say!("Réessayez dans quelques instants.", "Try again in a moment.");
        Self::Unavailable(Json(Problem::new(503, "unavailable", detail)), 5)
    }
}

impl From<DatabaseError> for ApiError {
    fn from(error: DatabaseError) -> Self {
        match &error {
            DatabaseError::NotFound => Self::not_found(),
            DatabaseError::Forbidden => Self::forbidden(),
            DatabaseError::Constraint { constraint, .. } => {
                constraints::problem(constraint).unwrap_or_else(|| Self::internal(&error))
            }
            DatabaseError::OutOfRange(_) => Self::bad_request(say!(
                "Une valeur est hors des limites acceptées.",
                "A value is outside the accepted range."
            )),
            DatabaseError::Unavailable(_) => Self::unavailable(&error),
            DatabaseError::Query(_) => Self::internal(&error),
        }
    }
}

impl From<AccountError> for ApiError {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::WrongCredentials => Self::refused_sign_in(),
            AccountError::WrongCode => Self::invalid_field(
                "otp_code",
                say!("Ce code est incorrect ou n’est plus valable.", "This code is wrong or no longer good."),
            ),
            AccountError::WhichChallenge => Self::invalid_field(
                "challenge_id",
                say!(
                    "Plusieurs inscriptions sont en cours pour cette adresse : indiquez laquelle.",
                    "Several registrations are open for this address: say which one."
                ),
            ),
            AccountError::WrongPassword => Self::invalid_field(
                "password",
                say!("Le mot de passe est incorrect.", "The password is wrong."),
            ),
            AccountError::BadPassword(reason) => Self::invalid_field("password", reason.explain()),
            AccountError::PasswordNeeded => Self::invalid_field(
                "password",
                say!("Saisissez votre mot de passe une nouvelle fois.", "Type your password once more."),
            ),
            AccountError::FactorStands => Self::conflict(
                "two_factor_enabled",
                say!("La validation en deux étapes est déjà activée.", "The second factor is on already."),
            ),
            AccountError::NoFactor => Self::conflict(
                "two_factor_disabled",
                say!("La validation en deux étapes n’est pas activée.", "The second factor is not on."),
            ),
            AccountError::WrongLink => Self::invalid_field(
                "token",
                say!(
                    "Ce lien n’est plus valable. Demandez-en un autre.",
                    "This link is no longer good. Ask for another."
                ),
            ),
            AccountError::InvalidToken => Self::token_not_valid(),
            AccountError::TooSoon { retry_after } => Self::too_many(retry_after.as_secs().max(1)),
            AccountError::Database(error) => error.into(),
        }
    }
}

impl From<sqlx::Error> for ApiError {
    fn from(error: sqlx::Error) -> Self {
        DatabaseError::from(error).into()
    }
}

/// An error with its causes in one line.
struct Chain<'a>(&'a (dyn std::error::Error + 'static));

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}
