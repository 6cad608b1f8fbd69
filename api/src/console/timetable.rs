//! What runs by the clock: switched on and off, and run out of turn.

use domain::job::TaskStatus;
use domain::masked;
use operations::Context;
use operations::jobs::{self as deeds, Schedule};
use poem::web::{Data, Path, Query};
use poem::{Response, Result, handler};
use serde_json::{Value, json};
use uuid::Uuid;

use super::session::{Operator, Order};
use super::{page, words};
use crate::client::Client;
use crate::error::ApiError;
use crate::idempotency::{self, Begun};

/// What the page is asked.
#[derive(Debug, Default, serde::Deserialize)]
pub(super) struct Asked {
    done: Option<String>,
}

/// The page.
#[handler]
pub(super) async fn list(
    context: Data<&Context>,
    operator: Operator,
    asked: Query<Asked>,
) -> Result<Response> {
    let schedules = deeds::schedules(&context).await.map_err(ApiError::from)?;
    let content = json!({
        "schedules": schedules.iter().map(row).collect::<Vec<Value>>(),
        "outcome": words::outcome(asked.done.as_deref()),
        "click": Uuid::new_v4().to_string(),
    });
    Ok(page::signed_in(&operator, "schedules.html", "schedules", content))
}

fn row(schedule: &Schedule) -> Value {
    let last = schedule.last.as_ref();
    let result = last.and_then(|run| run.state).map(|state| TaskStatus::from(state).as_str());
    json!({
        "name": schedule.name,
        "cron": schedule.line,
        "zone": schedule.zone,
        "enabled": schedule.enabled,
        "next": words::perhaps(schedule.next_run),
        "last": words::perhaps(last.map(|run| run.at)),
        "result": result,
        "job": last.filter(|run| run.state.is_some()).map(|run| run.job.to_string()),
        "by_hand": last.is_some_and(|run| run.is_by_hand),
        "error": last.and_then(|run| run.error.as_deref()).map(masked::text),
    })
}

/// Runs a task now; a second click on the same page is the same run.
#[handler]
pub(super) async fn run_now(
    context: Data<&Context>,
    client: Client,
    Path(name): Path<String>,
    order: Order,
) -> Result<Response> {
    // Known before its name becomes part of a key.
    deeds::schedule(&context, &name).await.map_err(ApiError::from)?;
    let (user, key) = (order.operator.holder.user, format!("{}-{name}", order.fields.text("click")));
    let begun =
        idempotency::begin::<String>(&context, user, Some(&key), "console_run_schedule", &name).await?;
    if let Begun::Fresh(mut creation) = begun {
        let now = context.clock.now();
        let job =
            deeds::run_now(&mut creation, user, &name, &client.into(), now).await.map_err(ApiError::from)?;
        creation.commit(&job.to_string()).await?;
    }
    Ok(page::see("/ops/schedules/?done=asked"))
}

/// Switches a task on or off.
#[handler]
pub(super) async fn switch(
    context: Data<&Context>,
    client: Client,
    Path(name): Path<String>,
    order: Order,
) -> Result<Response> {
    let (user, enabled) = (order.operator.holder.user, order.fields.text("enabled") == "true");
    deeds::set_enabled(&context, user, &name, enabled, &client.into()).await.map_err(ApiError::from)?;
    let done = if enabled { "switched-on" } else { "switched-off" };
    Ok(page::see(&format!("/ops/schedules/?done={done}")))
}
