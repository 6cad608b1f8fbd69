//! Who is calling: the bearer token becomes a person, or the request ends with 401.

use domain::access::Access;
use domain::ids::{SessionId, UserId};
use operations::Context;
use operations::accounts::{self, Authenticated};
use poem::Request;
use poem_openapi::SecurityScheme;
use poem_openapi::auth::Bearer;

use crate::error::ApiError;
use crate::locale;

/// Access token of a signed-in person: `Authorization: Bearer <access>`, 15 minutes, ended at once by logout.
#[derive(SecurityScheme)]
#[oai(ty = "bearer", bearer_format = "JWT", checker = "signed_in")]
pub struct Caller(pub Authenticated);

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

    /// Access that changes records.
    pub fn as_editor(&self) -> Access {
        Access::editor(self.user())
    }

    /// Access that only the owner has.
    pub fn as_owner(&self) -> Access {
        Access::owner(self.user())
    }
}

async fn signed_in(request: &Request, bearer: Bearer) -> poem::Result<Authenticated> {
    let context: &Context = request.data().expect("the server puts the context into every request");
    let caller = accounts::authenticate(context, &bearer.token).await.map_err(ApiError::from)?;
    locale::prefer(caller.locale);
    if caller.is_leaving && !is_open_to_leaving(request.original_uri().path()) {
        return Err(ApiError::deletion_pending().into());
    }
    Ok(caller)
}

fn is_open_to_leaving(path: &str) -> bool {
    let path = path.trim_end_matches('/');
    let is_copy = path.strip_prefix("/api/auth/me/exports").is_some_and(|rest| rest.starts_with('/'));
    is_copy || OPEN_TO_LEAVING.contains(&path)
}

async fn on_staff(request: &Request, bearer: Bearer) -> poem::Result<Authenticated> {
    let caller = signed_in(request, bearer).await?;
    match (caller.is_staff, caller.is_second_factor) {
        (true, true) => Ok(caller),
        (true, false) => Err(ApiError::second_factor_required().into()),
        (false, _) => Err(ApiError::staff_only().into()),
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
