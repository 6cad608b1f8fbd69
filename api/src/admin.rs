//! Accounts, the audit log and the whole in numbers, for staff.

mod audit_log;
mod feature_flags;
mod forms;
mod users;
mod views;

use chrono::TimeDelta;
use operations::Context;
use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::payload::Json;

use crate::error::ApiError;
use crate::security::Staff;
use crate::tags::Tag;

pub(crate) use users::last_superuser;
use views::OverviewView;

/// What is new or active is so within this time.
const RECENT: TimeDelta = TimeDelta::days(30);

/// Everything that staff do to accounts.
pub(crate) fn apis() -> impl OpenApi {
    (OverviewApi, users::UsersApi, audit_log::AuditLogApi, feature_flags::FeatureFlagsApi)
}

/// The whole in numbers.
struct OverviewApi;

#[OpenApi(prefix_path = "/api/admin", tag = "Tag::Admin")]
impl OverviewApi {
    /// The whole in numbers
    ///
    /// Accounts, jobs, letters and papers. For staff.
    #[oai(path = "/overview", method = "get", operation_id = "get_overview")]
    async fn get_overview(
        &self,
        context: Data<&Context>,
        _staff: Staff,
    ) -> Result<Json<OverviewView>, ApiError> {
        let mut db = context.read().await?;
        let overview = database::admin::overview(&mut db, context.clock.now() - RECENT).await?;
        let jobs = queue::ledger::count_by_state(&mut db).await?;
        Ok(Json(OverviewView::new(overview, jobs)))
    }
}
