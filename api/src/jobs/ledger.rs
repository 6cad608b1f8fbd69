//! The ledger of jobs, for staff.

use chrono::{DateTime, Utc};
use domain::ids::JobId;
use operations::{Context, jobs as deeds};
use poem::Request;
use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use queue::ledger::{self, JobFilter};
use uuid::Uuid;

use super::forms::RetryFailedForm;
use super::views::{JobDetail, JobView, Queued, Retried};
use super::words::{QueueWord, StateFilter};
use crate::body::Body;
use crate::client::Client;
use crate::error::ApiError;
use crate::filters;
use crate::paging::{self, Page};
use crate::security::Staff;
use crate::tags::Tag;

/// The ledger.
pub(super) struct LedgerApi;

#[OpenApi(prefix_path = "/api/jobs", tag = "Tag::Jobs")]
impl LedgerApi {
    /// List jobs
    ///
    /// The newest first. Finished ones are forgotten after some days. For staff.
    #[oai(path = "/", method = "get", operation_id = "list_jobs")]
    async fn list_jobs(
        &self,
        _staff: Staff,
        context: Data<&Context>,
        request: &Request,
        /// Page, from 1.
        page: Query<Option<u32>>,
        /// Rows on a page, 1 to 100; 20 when absent.
        page_size: Query<Option<u32>>,
        /// The beginning of the id, or a part of the kind.
        search: Query<Option<String>>,
        /// What it does.
        kind: Query<Option<String>>,
        /// Where it waits.
        queue: Query<Option<QueueWord>>,
        /// Its state.
        status: Query<Option<StateFilter>>,
        /// Its state, comma-separated.
        #[oai(name = "status__in")]
        status_in: Query<Option<String>>,
        /// Asked for then or later.
        #[oai(name = "created_at__gte")]
        created_at_gte: Query<Option<DateTime<Utc>>>,
        /// Asked for then or earlier.
        #[oai(name = "created_at__lte")]
        created_at_lte: Query<Option<DateTime<Utc>>>,
        /// Only jobs older than this one: the last of the page before, for who walks through a list that grows meanwhile.
        before: Query<Option<Uuid>>,
    ) -> Result<Json<Page<JobView>>, ApiError> {
        let wanted = paging::wanted(page.0, page_size.0)?;
        let states = filters::any_of(status.0, "status__in", status_in.0.as_deref())?;
        let states = states.map(|all| all.into_iter().flat_map(|it| it.states().iter().copied()).collect());
        let filter = JobFilter {
            kind: filters::text("kind", kind.0)?,
            queue: queue.0.map(Into::into),
            states,
            created_from: filters::moment("created_at__gte", created_at_gte.0)?,
            created_to: filters::moment("created_at__lte", created_at_lte.0)?,
            search: filters::text("search", search.0)?,
            before: before.0.map(JobId),
        };
        let rows = ledger::list(&mut *context.read().await?, &filter, wanted).await?;
        Ok(Json(paging::envelope(context.settings.http.public_url.as_str(), request, wanted, rows)?))
    }

    /// Get a job with its runs
    ///
    /// And with what it is to do; secrets and addresses are masked. For staff.
    #[oai(path = "/:id", method = "get", operation_id = "get_job")]
    async fn get_job(
        &self,
        _staff: Staff,
        context: Data<&Context>,
        /// The job's id.
        id: Path<Uuid>,
    ) -> Result<Json<JobDetail>, ApiError> {
        Ok(Json(detail(&context, JobId(id.0)).await?.into()))
    }

    /// Try a job again
    ///
    /// One that was given up or called off; it has all its attempts again. For staff.
    #[oai(path = "/:id/retry", method = "post", operation_id = "retry_job")]
    async fn retry_job(
        &self,
        staff: Staff,
        context: Data<&Context>,
        client: Client,
        /// The job's id.
        id: Path<Uuid>,
    ) -> Result<Queued, ApiError> {
        deeds::retry(&context, staff.user(), JobId(id.0), &client.into()).await?;
        Ok(Queued::Accepted(Json(detail(&context, JobId(id.0)).await?.job.into())))
    }

    /// Call a job off
    ///
    /// Whether it waits or runs; a running one loses the right to finish. For staff.
    #[oai(path = "/:id/cancel", method = "post", operation_id = "cancel_job")]
    async fn cancel_job(
        &self,
        staff: Staff,
        context: Data<&Context>,
        client: Client,
        /// The job's id.
        id: Path<Uuid>,
    ) -> Result<Json<JobDetail>, ApiError> {
        deeds::cancel(&context, staff.user(), JobId(id.0), &client.into()).await?;
        Ok(Json(detail(&context, JobId(id.0)).await?.into()))
    }

    /// Try all jobs of a kind again that were given up
    ///
    /// Those whose unique key another job has are left alone; of several with one key the newest is tried. At most
    /// 10,000 at once: ask again for the rest. For staff.
    #[oai(path = "/retry-failed", method = "post", operation_id = "retry_failed_jobs")]
    async fn retry_failed_jobs(
        &self,
        staff: Staff,
        context: Data<&Context>,
        client: Client,
        form: Body<RetryFailedForm>,
    ) -> Result<Json<Retried>, ApiError> {
        let kind = form.0.parse()?;
        let count = deeds::retry_failed(&context, staff.user(), &kind, &client.into()).await?;
        Ok(Json(Retried { count: count as i64 }))
    }
}

async fn detail(context: &Context, id: JobId) -> Result<ledger::Detail, ApiError> {
    ledger::detail(&mut *context.read().await?, id).await?.ok_or_else(ApiError::not_found)
}
