//! Who uses the console: the browser's pass becomes a member of staff, or the way leads to the door.

use std::collections::BTreeMap;

use domain::locale::Locale;
use operations::Context;
use operations::accounts::{self, AccountError, Authenticated};
use poem::http::header;
use poem::web::Form;
use poem::{Error, FromRequest, Request, RequestBody, Result};

use super::{FIGURES, page};
use crate::error::ApiError;
use crate::{locale, say};

/// The field of every form that shows that it is ours.
pub(super) const TOKEN: &str = "form_token";

/// A member of staff who signed in with a second factor.
pub(super) struct Operator {
    /// Who, and through which session.
    pub(super) holder: Authenticated,
    /// What their forms carry.
    pub(super) form_token: String,
}

impl<'a> FromRequest<'a> for Operator {
    async fn from_request(request: &'a Request, _body: &mut RequestBody) -> Result<Self> {
        locale::insist(Locale::En);
        let context: &Context = request.data().expect("the server puts the context into every request");
        let Some(pass) = cookie(request, &Cookie::Pass.name(context)) else { return Err(door(request)) };
        match accounts::authenticate_pass(context, &pass).await {
            Ok(holder) if may_enter(&holder) => {
                Ok(Self { holder, form_token: accounts::form_token(context, &pass) })
            }
            Ok(_) | Err(AccountError::InvalidToken) => Err(door(request)),
            Err(error) => Err(ApiError::from(error).into()),
        }
    }
}

/// Whether somebody who is signed in may use the console.
pub(super) fn may_enter(holder: &Authenticated) -> bool {
    holder.is_staff && holder.is_second_factor && !holder.is_leaving
}

/// Where one signs in; a program is told so.
fn door(request: &Request) -> Error {
    if request.uri().path() == FIGURES {
        return ApiError::not_authenticated().into();
    }
    Error::from_response(page::see("/ops/sign-in/"))
}

/// A form that an operator sent, by whose session it is bound.
pub(super) struct Order {
    /// Who sent it.
    pub(super) operator: Operator,
    /// What stands in it.
    pub(super) fields: Fields,
}

impl<'a> FromRequest<'a> for Order {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> Result<Self> {
        let operator = Operator::from_request(request, body).await?;
        let context: &Context = request.data().expect("the server puts the context into every request");
        let held = cookie(request, &Cookie::Pass.name(context)).unwrap_or_default();
        let fields = Fields::read(request, body).await?;
        fields.prove(context, &held)?;
        Ok(Self { operator, fields })
    }
}

/// The fields of a form.
pub(super) struct Fields(BTreeMap<String, String>);

impl Fields {
    /// The fields that came in the body.
    pub(super) async fn read(request: &Request, body: &mut RequestBody) -> Result<Self> {
        let Form(pairs) = Form::<Vec<(String, String)>>::from_request(request, body).await?;
        if pairs.iter().any(|(_, text)| text.contains('\0')) {
            return Err(
                ApiError::bad_request(say!("Formulaire illisible.", "The form cannot be read.")).into()
            );
        }
        Ok(Self(pairs.into_iter().collect()))
    }

    /// One of them; empty when it is not there.
    pub(super) fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |text| text.trim())
    }

    /// One of them as it came.
    pub(super) fn raw(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// Refuses a form that was not made for who holds `held`.
    pub(super) fn prove(&self, context: &Context, held: &str) -> Result<(), ApiError> {
        if !held.is_empty() && accounts::is_form_token(context, held, self.text(TOKEN)) {
            return Ok(());
        }
        Err(ApiError::foreign_form(say!(
            "Ce formulaire n’est plus valable. Rechargez la page et recommencez.",
            "This form is no longer good. Load the page again and send it from there."
        )))
    }
}

/// What a browser keeps for the console.
#[derive(Clone, Copy)]
pub(super) enum Cookie {
    /// The pass of a session.
    Pass,
    /// Something random that the forms of the door are bound to.
    Door,
}

impl Cookie {
    /// Over https no other host, and nothing but https, can set a cookie of such a name.
    pub(super) fn name(self, context: &Context) -> String {
        let name = match self {
            Self::Pass => "ops_session",
            Self::Door => "ops_door",
        };
        if is_https(context) { format!("__Host-{name}") } else { name.to_owned() }
    }

    /// The header that sets it for so many seconds; 0 removes it.
    pub(super) fn set(self, context: &Context, value: &str, seconds: i64) -> String {
        // Names that begin with `__Host-` must be good for every path.
        let (path, secure) = if is_https(context) { ("/", "; Secure") } else { ("/ops", "") };
        let name = self.name(context);
        format!("{name}={value}; Path={path}; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}")
    }
}

fn is_https(context: &Context) -> bool {
    context.settings.http.public_url.scheme() == "https"
}

/// A cookie of the request.
pub(super) fn cookie(request: &Request, name: &str) -> Option<String> {
    let lines = request.headers().get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
}
