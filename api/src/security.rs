//! Who is calling: the bearer token becomes a person, or the request ends with 401.

use database::api_keys::KeyHolder;
use domain::access::{Access, Role};
use domain::ids::{SessionId, UserId};
use operations::Context;
use operations::accounts::{self, Authenticated};
use poem::Request;
use poem_openapi::SecurityScheme;
use poem_openapi::auth::{ApiKey, Bearer};

use crate::error::ApiError;
use crate::locale;

/// Access token of a signed-in person: `Authorization: Bearer <access>`, 15 minutes, ended at once by logout.
#[derive(SecurityScheme)]
#[oai(ty = "bearer", bearer_format = "JWT", checker = "signed_in")]
pub struct Caller(pub Authenticated);

/// Key of a program that acts for a person: `X-API-Key: atk_…`, with a role and vehicles of its own.
#[derive(SecurityScheme)]
#[oai(ty = "api_key", key_in = "header", key_name = "X-API-Key", checker = "holds_a_key")]
pub struct KeyCaller(pub KeyHolder);

/// A person, or a program that acts for one.
///
/// The last to be looked at gives the refusal, so the person comes last: theirs is the one that says more.
#[derive(SecurityScheme)]
pub enum Principal {
    /// A program with a key.
    Program(KeyCaller),
    /// The person, signed in.
    Person(Caller),
}

/// What somebody may still do whose account is to be erased: look at it, take a copy, call it off, sign out.
const OPEN_TO_LEAVING: &[&str] = &[
    "/api/auth/me",
    "/api/auth/me/delete",
    "/api/auth/me/delete/cancel",
    "/api/auth/me/exports",
    "/api/auth/logout",
];

/// Access token of a superuser, a member of staff who may do what cannot be undone.
#[derive(SecurityScheme)]
#[oai(ty = "bearer", bearer_format = "JWT", checker = "superuser")]
pub struct Superuser(pub Authenticated);

/// Access token of a member of staff who signed in with a second factor.
#[derive(SecurityScheme)]
#[oai(ty = "bearer", bearer_format = "JWT", checker = "on_staff")]
pub struct Staff(pub Authenticated);

impl Staff {
    /// Who it is.
    pub fn user(&self) -> UserId {
        self.0.user
    }
}

impl Principal {
    /// On whose behalf the request is.
    pub fn user(&self) -> UserId {
        match self {
            Self::Person(caller) => caller.user(),
            Self::Program(key) => key.0.user,
        }
    }

    /// Access that needs no more than looking.
    pub fn as_viewer(&self) -> Access {
        self.limited(Access::viewer(self.user()))
    }

    /// Access that changes records.
    pub fn as_editor(&self) -> Access {
        self.limited(Access::editor(self.user()))
    }

    /// Access that only the owner has; no key has it.
    pub fn as_owner(&self) -> Access {
        self.limited(Access::owner(self.user()))
    }

    /// Whether it is the person, who sees their own work whatever it is on.
    pub fn is_person(&self) -> bool {
        matches!(self, Self::Person(_))
    }

    /// Whether a key narrows this to certain vehicles: what hangs on none of them is out of its reach.
    pub fn is_narrowed(&self) -> bool {
        matches!(self, Self::Program(key) if key.0.is_narrowed)
    }

    /// Who writes.
    ///
    /// # Errors
    /// 403 for a key that may only look.
    pub fn writer(&self) -> Result<UserId, ApiError> {
        match self {
            Self::Program(key) if key.0.role < Role::Editor => Err(ApiError::forbidden()),
            _ => Ok(self.user()),
        }
    }

    /// Who makes something new that hangs on no vehicle.
    ///
    /// # Errors
    /// 403 for a key that may only look, or that could not reach afterwards what it made.
    pub fn maker(&self) -> Result<UserId, ApiError> {
        if self.is_narrowed() { Err(ApiError::forbidden()) } else { self.writer() }
    }

    fn limited(&self, access: Access) -> Access {
        match self {
            Self::Person(_) => access,
            Self::Program(key) => access.through(Some(key.0.key)),
        }
    }
}

impl Caller {
    /// Whose request it is.
    pub fn user(&self) -> UserId {
        self.0.user
    }

    /// Through which session.
    pub fn session(&self) -> SessionId {
        self.0.session
    }

    /// Access that needs no more than looking.
    pub fn as_viewer(&self) -> Access {
        Access::viewer(self.user())
    }

    /// For what staff may do where everybody may do less.
    ///
    /// # Errors
    /// 403 for others, and for staff who signed in without a second factor.
    pub fn check_staff(&self) -> Result<(), ApiError> {
        check_staff(&self.0)
    }
}

/// One request is one caller's: whoever sends a key and a token has not said whose it is.
fn one_credential(request: &Request) -> Result<(), ApiError> {
    let has = |name| request.headers().contains_key(name);
    if has("x-api-key") && has("authorization") { Err(ApiError::two_credentials()) } else { Ok(()) }
}

async fn signed_in(request: &Request, bearer: Bearer) -> poem::Result<Authenticated> {
    one_credential(request)?;
    let context: &Context = request.data().expect("the server puts the context into every request");
    let caller = accounts::authenticate(context, &bearer.token).await.map_err(ApiError::from)?;
    locale::prefer(caller.locale);
    if caller.is_leaving && !is_open_to_leaving(request.original_uri().path()) {
        return Err(ApiError::deletion_pending().into());
    }
    Ok(caller)
}

async fn holds_a_key(request: &Request, key: ApiKey) -> poem::Result<KeyHolder> {
    one_credential(request)?;
    let context: &Context = request.data().expect("the server puts the context into every request");
    let holder = accounts::authenticate_key(context, &key.key).await.map_err(ApiError::from)?;
    locale::prefer(holder.locale);
    if holder.is_leaving { Err(ApiError::deletion_pending().into()) } else { Ok(holder) }
}

fn is_open_to_leaving(path: &str) -> bool {
    let path = path.trim_end_matches('/');
    let is_copy = path.strip_prefix("/api/auth/me/exports").is_some_and(|rest| rest.starts_with('/'));
    is_copy || OPEN_TO_LEAVING.contains(&path)
}

async fn on_staff(request: &Request, bearer: Bearer) -> poem::Result<Authenticated> {
    let caller = signed_in(request, bearer).await?;
    check_staff(&caller)?;
    Ok(caller)
}

fn check_staff(caller: &Authenticated) -> Result<(), ApiError> {
    match (caller.is_staff, caller.is_second_factor) {
        (true, true) => Ok(()),
        (true, false) => Err(ApiError::second_factor_required()),
        (false, _) => Err(ApiError::staff_only()),
    }
}

async fn superuser(request: &Request, bearer: Bearer) -> poem::Result<Authenticated> {
    let caller = on_staff(request, bearer).await?;
    if caller.is_superuser { Ok(caller) } else { Err(ApiError::superusers_only().into()) }
}

#[cfg(test)]
mod tests {
    use super::is_open_to_leaving;

    #[test]
    fn who_is_leaving_reaches_what_leaving_needs_and_no_more() {
        for path in [
            "/api/auth/me/",
            "/api/auth/me",
            "/api/auth/me/delete/cancel/",
            "/api/auth/me/exports/",
            "/api/auth/me/exports/7/download/",
            "/api/auth/logout/",
        ] {
            assert!(is_open_to_leaving(path), "{path}");
        }
        for path in
            ["/api/vehicles/", "/api/auth/me/consents/", "/api/auth/me/exportsx", "/api/auth/mex", "/"]
        {
            assert!(!is_open_to_leaving(path), "{path}");
        }
    }
}
