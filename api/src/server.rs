//! The server: which APIs there are, and what stands around them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use config::{Environment, ExposeSecret};
use operations::Context;
use poem::http::{Method, header};
use poem::middleware::{Cors, NormalizePath, TrailingSlash};
use poem::{Endpoint, EndpointExt, IntoEndpoint, Response, Route, get};
use poem_openapi::{OpenApi, OpenApiService};
use telemetry::Shutdown;
use tokio::net::TcpListener;

use crate::accounts::AccountsApi;
use crate::aliases::Aliases;
use crate::api_keys::ApiKeysApi;
use crate::bounded::Bounded;
use crate::compress::Compressed;
use crate::emails::gallery;
use crate::events::Seats;
use crate::factors::FactorsApi;
use crate::headers::SafeHeaders;
use crate::health::HealthApi;
use crate::legible::Legible;
use crate::limits::Limiter;
use crate::locale::Speak;
use crate::observe::Observe;
use crate::pressure::Pressure;
use crate::privacy::PrivacyApi;
use crate::safety::SafetyApi;
use crate::settings::SettingsApi;
use crate::tasks::TasksApi;
use crate::throttle::Throttle;
use crate::vehicles::VehiclesApi;
use crate::{admin, console, docs, documents, door, emails, jobs, notifications, openapi, refusals};

/// Every API. Tuples of OpenApi stop at sixteen: mount a group as a tuple of its own.
fn apis() -> impl OpenApi {
    let health = HealthApi { started: Instant::now() };
    (
        health,
        (AccountsApi, SafetyApi, FactorsApi, ApiKeysApi),
        VehiclesApi,
        documents::apis(),
        TasksApi,
        (notifications::apis(), SettingsApi),
        jobs::apis(),
        emails::apis(),
        (PrivacyApi, admin::apis()),
    )
}

/// The API service, for serving it or for its document.
pub(crate) fn service() -> OpenApiService<impl OpenApi, ()> {
    OpenApiService::new(apis(), "AutoTrack", env!("CARGO_PKG_VERSION"))
}

/// The whole application: routes, and around them what every request passes.
pub fn app(context: Context, shutdown: Shutdown) -> impl Endpoint<Output = Response> {
    let settings = Arc::clone(&context.settings);
    let redis = (settings.redis.url.expose_secret(), context.tickets.namespace());
    let limiter = Limiter::new(redis, settings.http.rate_limit_factor);
    let document = openapi::published(settings.http.public_url.as_str());
    let is_development = settings.environment == Environment::Development;
    let routes = if is_development { gallery::beside(Route::new()) } else { Route::new() };
    let routes = console::beside(routes)
        .at("/api/schema", get(docs::schema(&document)))
        .at("/api/docs", get(docs::page(&document)))
        .nest("/", service().into_endpoint());
    routes
        .with(Aliases)
        .with(Bounded)
        .with(Throttle)
        .with(console::Errors)
        .data(context)
        .data(shutdown)
        .data(limiter)
        .data(Seats::default())
        .data(Pressure::default())
        .data(console::Memory::default())
        .with(Legible)
        .with(Compressed)
        .with(cors(&settings.http.cors_origins))
        .before(console::out_of_cors)
        .catch_all_error(refusals::answer)
        .with(SafeHeaders { is_https: settings.http.public_url.scheme() == "https" })
        .with(Speak)
        .with(Observe)
        .with(NormalizePath::new(TrailingSlash::Trim))
        .map_to_response()
}

fn cors(origins: &[String]) -> Cors {
    origins
        .iter()
        .fold(Cors::new(), Cors::allow_origin)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::ACCEPT_LANGUAGE,
            header::IF_MATCH,
        ])
        .allow_header("idempotency-key")
        .expose_headers([header::ETAG, header::LOCATION, header::RETRY_AFTER])
        .expose_headers(["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset", "ratelimit-policy"])
        .expose_header(crate::observe::REQUEST_ID)
        .max_age(3600)
}

/// A bound listener and the address it got.
pub struct Bound {
    listener: TcpListener,
    /// Where the server will answer.
    pub address: std::net::SocketAddr,
}

/// Binds the listening address; port 0 takes a free one.
///
/// # Errors
/// When the address is taken or not ours.
pub async fn bind(address: std::net::SocketAddr) -> std::io::Result<Bound> {
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    Ok(Bound { listener, address })
}

/// Serves until `shutdown`, then lets running requests finish within `grace`.
pub async fn serve(bound: Bound, context: Context, shutdown: Shutdown, grace: Duration) {
    let app = app(context, shutdown.clone());
    door::keep(bound.listener, app, shutdown.requested(), grace).await;
}
