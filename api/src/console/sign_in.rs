//! The door: address and password, then the second factor. The same deeds, limits and letters as the API's login.

use config::ExposeSecret;
use domain::email_address::EmailAddress;
use domain::ids::ChallengeId;
use domain::locale::Locale;
use operations::Context;
use operations::accounts::{self, AccountError, Login, ORDINARY, SignedIn};
use poem::http::{StatusCode, header};
use poem::web::Data;
use poem::{FromRequest, Request, RequestBody, Response, Result, handler};
use serde_json::json;
use uuid::Uuid;

use super::page;
use super::session::{Cookie, Fields, Order, cookie, may_enter};
use crate::accounts::slow_down;
use crate::client::Client;
use crate::error::ApiError;
use crate::limits::Limiter;
use crate::locale;

/// What is said whatever is in the way: a wrong password, no account, no staff, no second factor.
const REFUSED: &str = "That did not open the console. Check the address and the password. The console is for members \
    of staff whose account has a second factor.";
/// Seconds for which the forms of the door are good.
const DOOR_SECONDS: i64 = 3600;

/// A form of the door, and the random text it is bound to.
pub(super) struct Knock {
    held: String,
    fields: Fields,
}

impl<'a> FromRequest<'a> for Knock {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> Result<Self> {
        locale::insist(Locale::En);
        let context: &Context = request.data().expect("the server puts the context into every request");
        let held = cookie(request, &Cookie::Door.name(context)).unwrap_or_default();
        let fields = Fields::read(request, body).await?;
        fields.prove(context, &held)?;
        Ok(Self { held, fields })
    }
}

/// Asks for address and password.
#[handler]
pub(super) fn ask(Data(context): Data<&Context>, request: &Request) -> Response {
    let held = cookie(request, &Cookie::Door.name(context)).filter(|held| held.len() == 36);
    let held = held.unwrap_or_else(|| Uuid::new_v4().to_string());
    let mut response = first_step(context, &held, "", None);
    let set = Cookie::Door.set(context, &held, DOOR_SECONDS);
    response.headers_mut().insert(header::SET_COOKIE, set.parse().expect("a cookie of ours is a header"));
    response
}

/// Bytes of a password that is worth hashing: 128 characters at most.
const MAX_PASSWORD: usize = 512;

/// Takes address and password.
#[handler]
pub(super) async fn password(
    context: Data<&Context>,
    limiter: Data<&Limiter>,
    client: Client,
    knock: Knock,
) -> Result<Response> {
    let typed = knock.fields.text("email");
    let refused = || Ok(first_step(&context, &knock.held, typed, Some(REFUSED)));
    let Ok(email) = typed.parse::<EmailAddress>() else { return refused() };
    slow_down(&context, &limiter, "login", &email, &client).await?;
    if knock.fields.raw("password").len() > MAX_PASSWORD {
        return refused();
    }
    let password = knock.fields.raw("password").to_owned().into();
    let origin = client.into();
    match accounts::login(&context, &email, &password, false, &origin).await {
        Ok(Login::SecondStep(step)) if step.methods.contains(&"totp") => {
            Ok(second_step(&context, &knock.held, (email.as_str(), step.challenge), None))
        }
        Ok(Login::SignedIn(signed_in)) => {
            turn_away(&context, &signed_in, &origin).await?;
            refused()
        }
        Ok(Login::SecondStep(_)) | Err(AccountError::WrongCredentials) => refused(),
        Err(error) => Err(ApiError::from(error).into()),
    }
}

/// Takes the second factor.
#[handler]
pub(super) async fn code(
    context: Data<&Context>,
    limiter: Data<&Limiter>,
    client: Client,
    knock: Knock,
) -> Result<Response> {
    let (typed, challenge) = (knock.fields.text("email"), knock.fields.text("challenge").parse::<Uuid>());
    let refused = || Ok(first_step(&context, &knock.held, typed, Some(REFUSED)));
    let (Ok(email), Ok(challenge)) = (typed.parse::<EmailAddress>(), challenge.map(ChallengeId)) else {
        return refused();
    };
    slow_down(&context, &limiter, "verify", &email, &client).await?;
    let code: String = knock.fields.text("code").chars().filter(|c| !c.is_whitespace()).take(40).collect();
    let origin = client.into();
    let signed_in = match accounts::verify_code(&context, &email, &code, Some(challenge), &origin).await {
        Ok(signed_in) => signed_in,
        Err(AccountError::WrongCode) => {
            let wrong = "That code is wrong, was used, or is over. After five tries begin again.";
            return Ok(second_step(&context, &knock.held, (email.as_str(), challenge), Some(wrong)));
        }
        Err(error) => return Err(ApiError::from(error).into()),
    };
    let holder = accounts::authenticate(&context, signed_in.tokens.access.expose_secret()).await;
    let holder = holder.map_err(ApiError::from)?;
    if !may_enter(&holder) {
        turn_away(&context, &signed_in, &origin).await?;
        return refused();
    }
    let pass = accounts::issue_pass(&context, &holder);
    let mut response = page::see("/ops/");
    let set = Cookie::Pass.set(&context, &pass, ORDINARY.num_seconds());
    response.headers_mut().insert(header::SET_COOKIE, set.parse().expect("a cookie of ours is a header"));
    Ok(response)
}

/// Signs out: the session ends.
#[handler]
pub(super) async fn leave(context: Data<&Context>, client: Client, order: Order) -> Result<Response> {
    let ended = accounts::logout(&context, &order.operator.holder, None, &client.into()).await;
    ended.map_err(ApiError::from)?;
    let mut response = page::see("/ops/sign-in/");
    let set = Cookie::Pass.set(&context, "", 0);
    response.headers_mut().insert(header::SET_COOKIE, set.parse().expect("a cookie of ours is a header"));
    Ok(response)
}

/// Ends a session that must not enter.
async fn turn_away(
    context: &Context,
    signed_in: &SignedIn,
    origin: &accounts::Origin,
) -> Result<(), ApiError> {
    let holder = accounts::authenticate(context, signed_in.tokens.access.expose_secret()).await?;
    Ok(accounts::logout(context, &holder, None, origin).await?)
}

fn first_step(context: &Context, held: &str, email: &str, error: Option<&str>) -> Response {
    let status = if error.is_some() { StatusCode::UNAUTHORIZED } else { StatusCode::OK };
    let token = accounts::form_token(context, held);
    page::html(status, "sign-in.html", json!({ "door_token": token, "email": email, "error": error }))
}

fn second_step(
    context: &Context,
    held: &str,
    (email, challenge): (&str, ChallengeId),
    error: Option<&str>,
) -> Response {
    let status = if error.is_some() { StatusCode::UNAUTHORIZED } else { StatusCode::OK };
    let token = accounts::form_token(context, held);
    let content =
        json!({ "door_token": token, "email": email, "challenge": challenge.to_string(), "error": error });
    page::html(status, "code.html", content)
}
