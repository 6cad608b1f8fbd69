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
    Ok(caller)
}

async fn on_staff(request: &Request, bearer: Bearer) -> poem::Result<Authenticated> {
    let caller = signed_in(request, bearer).await?;
    match (caller.is_staff, caller.is_second_factor) {
        (true, true) => Ok(caller),
        (true, false) => Err(ApiError::second_factor_required().into()),
        (false, _) => Err(ApiError::staff_only().into()),
    }
}
