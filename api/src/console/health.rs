//! How the parts are, and whether the audit log is whole.

use std::time::Duration;

use operations::Context;
use operations::audit::{self, Break};
use operations::health::{self, Check, State};
use poem::web::{Data, Query};
use poem::{Response, Result, handler};
use serde_json::{Value, json};

use super::session::Operator;
use super::{page, words};
use crate::error::ApiError;

/// Longest walk along the audit log's chain; a longer one is for the command.
const PATIENCE: Duration = Duration::from_secs(15);

/// What the page is asked.
#[derive(Debug, Default, serde::Deserialize)]
pub(super) struct Asked {
    audit: Option<String>,
}

/// The page.
#[handler]
pub(super) async fn show(
    context: Data<&Context>,
    operator: Operator,
    asked: Query<Asked>,
) -> Result<Response> {
    let (database, redis, stripe, queue) = tokio::join!(
        health::database(&context),
        health::redis(&context),
        health::stripe(&context),
        health::queue(&context)
    );
    let overall = health::overall(database.state, [redis.state, stripe.state]);
    let schema =
        database.details.map(|schema| format!("schema {schema} of {}", database::schema::needed_version()));
    let mode = stripe.details.clone();
    let parts = [
        part("PostgreSQL", &database, schema.as_deref()),
        part("Redis", &redis, None),
        part("Stripe", &stripe, mode.as_deref()),
    ];
    let queue = queue.map(|queue| {
        json!({
            "depth": words::number(queue.depth),
            "oldest": words::length(queue.oldest_s),
            "workers": words::number(queue.workers),
        })
    });
    let is_asked = asked.audit.as_deref() == Some("verify");
    let chain = if is_asked { chain(&context).await? } else { Value::Null };
    let content = json!({ "overall": word(overall), "parts_of": parts, "queue": queue, "chain": chain });
    Ok(page::signed_in(&operator, "health.html", "health", content))
}

/// The word for a state.
pub(super) fn word(state: State) -> &'static str {
    match state {
        State::Healthy => "healthy",
        State::Degraded => "degraded",
        State::Unhealthy => "unhealthy",
        State::Disabled => "disabled",
    }
}

fn part<D>(name: &str, check: &Check<D>, more: Option<&str>) -> Value {
    let latency = check.latency.map(|latency| words::length(latency.as_secs_f64()));
    json!({ "name": name, "state": word(check.state), "says": check.says, "latency": latency, "more": more })
}

async fn chain(context: &Context) -> Result<Value, ApiError> {
    let Ok(verdict) = tokio::time::timeout(PATIENCE, audit::verify(&context.db)).await else {
        let text = "The log is too long to be walked here. Use: autotrack-api audit verify";
        return Ok(json!({ "is_whole": Value::Null, "text": text, "hash": Value::Null }));
    };
    let verdict = verdict?;
    let text = match verdict.first_break {
        None => format!("{} links, all whole.", words::number(verdict.links)),
        Some(Break::MissingLink(seq)) => format!("A link is missing before link {seq}."),
        Some(Break::MissingEntry(seq)) => format!("The event of link {seq} is gone."),
        Some(Break::Changed(seq)) => format!("Link {seq} or its event was changed."),
        Some(Break::SlippedIn(entry)) => format!("Event {entry} hangs in no link."),
    };
    let is_whole = verdict.first_break.is_none();
    Ok(json!({ "is_whole": is_whole, "text": text, "hash": hex::encode(verdict.last_hash) }))
}
