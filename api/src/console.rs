//! The operators' console at `/ops/`: pages for staff who signed in with a second factor.
//!
//! Plain pages and forms. One small script refreshes the figures of the overview; everything works without it. Nothing
//! is decided here: the pages show what the staff's API shows, and their forms do what it does.

mod charts;
mod errors;
mod fleet;
mod health;
mod jobs;
mod letters;
mod overview;
mod page;
mod session;
mod sign_in;
mod timetable;
mod words;

use std::time::Duration;

use poem::{Endpoint, EndpointExt as _, IntoResponse as _, Response, Route, RouteMethod, get, post};
use tokio::time::timeout;

use crate::error::ApiError;

pub(crate) use errors::{Errors, out_of_cors};
pub(crate) use overview::Memory;

/// Where the script asks for figures: a program, which is told of problems as programs are.
const FIGURES: &str = "/ops/overview.json";

/// The console's routes beside those of the API.
pub(crate) fn beside(routes: Route) -> Route {
    routes
        .at("/ops", soon(get(overview::show)))
        .at(FIGURES, soon(get(overview::refresh)))
        .at("/ops/console.css", get(page::style))
        .at("/ops/console.js", get(page::script))
        .at("/ops/sign-in", get(sign_in::ask).post(sign_in::password))
        .at("/ops/sign-in/code", post(sign_in::code))
        .at("/ops/sign-out", post(sign_in::leave))
        .at("/ops/jobs", soon(get(jobs::list)))
        .at("/ops/jobs/retry-failed", get(jobs::confirm_retry).post(jobs::retry_failed))
        .at("/ops/jobs/:id", get(jobs::show))
        .at("/ops/jobs/:id/retry", post(jobs::retry))
        .at("/ops/jobs/:id/cancel", post(jobs::cancel))
        .at("/ops/workers", soon(get(fleet::list)))
        .at("/ops/schedules", soon(get(timetable::list)))
        .at("/ops/schedules/:name/run", post(timetable::run_now))
        .at("/ops/schedules/:name/switch", post(timetable::switch))
        .at("/ops/letters", soon(get(letters::list)))
        .at("/ops/letters/:id/resend", post(letters::resend))
        .at("/ops/suppressions", soon(get(letters::list_suppressed)))
        .at("/ops/suppressions/:id/lift", post(letters::lift))
        .at("/ops/health", get(health::show))
}

/// Longest wait for a page. A ledger that is locked must not hold every connection while operators look again and again.
const PATIENCE: Duration = Duration::from_secs(8);

/// The page, or word that it cannot be had now.
fn soon(page: RouteMethod) -> impl Endpoint<Output = Response> {
    page.around(|page, request| async move {
        let shown = timeout(PATIENCE, page.call(request)).await;
        Ok(shown.unwrap_or_else(|late| Err(ApiError::unavailable(&late).into()))?.into_response())
    })
}
