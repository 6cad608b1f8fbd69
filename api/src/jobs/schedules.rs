//! The timetable, for staff.

use chrono::{DateTime, Utc};
use domain::job::TaskStatus;
use domain::masked;
use operations::Context;
use operations::jobs::{self as deeds, Schedule};
use poem::Request;
use poem::web::Data;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use queue::ledger;
use uuid::Uuid;

use super::forms::SchedulePatch;
use super::views::{JobView, Queued};
use crate::body::Body;
use crate::client::Client;
use crate::error::ApiError;
use crate::idempotency::{self, Begun};
use crate::paging::{self, Page};
use crate::security::Staff;
use crate::tags::Tag;
use crate::tasks::TaskStatusWord;

/// A task of the timetable.
#[derive(Debug, Clone, Object)]
#[oai(rename = "JobSchedule")]
pub struct ScheduleView {
    /// Its name, also the kind of its jobs.
    pub name: String,
    /// When: second, minute, hour, day, month, weekday. Part of the program.
    pub cron: String,
    /// Whose clock that means.
    pub time_zone: String,
    /// Whether its ticks become jobs.
    pub enabled: bool,
    /// Its next tick; null while it is switched off.
    pub next_run: Option<DateTime<Utc>>,
    /// When it last became a job.
    pub last_run: Option<DateTime<Utc>>,
    /// What came of that; null if there was none, or once it was forgotten.
    pub last_result: Option<TaskStatusWord>,
    /// What went wrong then.
    pub last_error: Option<String>,
    /// Whether somebody had asked for it, and not the clock.
    pub last_run_by_hand: bool,
    /// That job.
    pub last_job: Option<Uuid>,
}

impl From<Schedule> for ScheduleView {
    fn from(schedule: Schedule) -> Self {
        let last = schedule.last.as_ref();
        Self {
            name: schedule.name.to_owned(),
            cron: schedule.line.to_owned(),
            time_zone: schedule.zone.to_owned(),
            enabled: schedule.enabled,
            next_run: schedule.next_run,
            last_run: last.map(|run| run.at),
            last_result: last.and_then(|run| run.state).map(|state| TaskStatus::from(state).into()),
            last_error: last.and_then(|run| run.error.as_deref()).map(masked::text),
            last_run_by_hand: last.is_some_and(|run| run.is_by_hand),
            last_job: last.map(|run| run.job.0),
        }
    }
}

/// The timetable.
pub(super) struct SchedulesApi;

#[OpenApi(prefix_path = "/api/jobs/schedules", tag = "Tag::Jobs")]
impl SchedulesApi {
    /// List what runs by the clock
    ///
    /// With the next tick, the last run and what came of it. For staff.
    #[oai(path = "/", method = "get", operation_id = "list_schedules")]
    async fn list_schedules(
        &self,
        _staff: Staff,
        context: Data<&Context>,
        request: &Request,
        /// Page, from 1.
        page: Query<Option<u32>>,
        /// Rows on a page, 1 to 100; 20 when absent.
        page_size: Query<Option<u32>>,
    ) -> Result<Json<Page<ScheduleView>>, ApiError> {
        let wanted = paging::wanted(page.0, page_size.0)?;
        let all = deeds::schedules(&context).await?;
        let count = all.len() as i64;
        let rows = all.into_iter().skip(wanted.offset() as usize).take(wanted.size() as usize).collect();
        let rows = domain::paging::Page { count, rows };
        Ok(Json(paging::envelope(context.settings.http.public_url.as_str(), request, wanted, rows)?))
    }

    /// Switch a task on or off
    ///
    /// Ticks that come while it is off are not made up for. Its times are part of the program. For staff.
    #[oai(path = "/:name", method = "patch", operation_id = "update_schedule")]
    async fn update_schedule(
        &self,
        staff: Staff,
        context: Data<&Context>,
        client: Client,
        /// Name of the task.
        name: Path<String>,
        patch: Body<SchedulePatch>,
    ) -> Result<Json<ScheduleView>, ApiError> {
        let before = deeds::schedule(&context, &name.0).await?;
        if let Some(enabled) = patch.0.parse(before.line)? {
            deeds::set_enabled(&context, staff.user(), &name.0, enabled, &client.into()).await?;
        }
        Ok(Json(deeds::schedule(&context, &name.0).await?.into()))
    }

    /// Run a task now
    ///
    /// As its next tick would. While a run that was asked for waits or is at work, that one is the answer. For staff.
    #[oai(path = "/:name/run", method = "post", operation_id = "run_schedule")]
    async fn run_schedule(
        &self,
        staff: Staff,
        context: Data<&Context>,
        client: Client,
        /// Name of the task.
        name: Path<String>,
        /// Repeating a request with the same key gets the first answer (24 hours).
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
    ) -> Result<Queued, ApiError> {
        let (user, key) = (staff.user(), key.0.as_deref());
        let mut creation = match idempotency::begin(&context, user, key, "run_schedule", &name.0).await? {
            Begun::Replay(view) => return Ok(Queued::Accepted(Json(view))),
            Begun::Fresh(creation) => creation,
        };
        let now = context.clock.now();
        let job = deeds::run_now(&mut creation, user, &name.0, &client.into(), now).await?;
        let job = ledger::detail(&mut creation, job).await?.ok_or_else(ApiError::not_found)?;
        let view = JobView::from(job.job);
        creation.commit(&view).await?;
        Ok(Queued::Accepted(Json(view)))
    }
}
