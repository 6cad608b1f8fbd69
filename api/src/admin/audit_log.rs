//! The audit log, for staff.

use chrono::{DateTime, Utc};
use database::audit::{self, Filter};
use domain::ids::UserId;
use operations::Context;
use poem::Request;
use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;

use super::views::{EntryDetail, EntryView};
use crate::error::ApiError;
use crate::filters;
use crate::paging::{self, Page};
use crate::security::Staff;
use crate::tags::Tag;

/// The audit log.
pub(super) struct AuditLogApi;

#[OpenApi(prefix_path = "/api/admin/audit-log", tag = "Tag::Admin")]
impl AuditLogApi {
    /// List the events of the audit log
    ///
    /// Newest first. Rows are only ever added, and each one's hash takes in the one before. For staff.
    #[oai(path = "/", method = "get", operation_id = "list_audit_log")]
    async fn list_audit_log(
        &self,
        _staff: Staff,
        context: Data<&Context>,
        request: &Request,
        /// Page, from 1.
        page: Query<Option<u32>>,
        /// Rows on a page, 1 to 100; 20 when absent.
        page_size: Query<Option<u32>>,
        /// Number of the account that did it.
        actor: Query<Option<i64>>,
        /// What was done, such as `user_suspended`.
        action: Query<Option<String>>,
        /// To what kind of thing, such as `user`.
        target_type: Query<Option<String>>,
        /// To which one.
        target_id: Query<Option<String>>,
        /// Then or later.
        #[oai(name = "at__gte")]
        at_gte: Query<Option<DateTime<Utc>>>,
        /// Then or earlier.
        #[oai(name = "at__lte")]
        at_lte: Query<Option<DateTime<Utc>>>,
    ) -> Result<Json<Page<EntryView>>, ApiError> {
        let wanted = paging::wanted(page.0, page_size.0)?;
        let filter = Filter {
            actor: actor.0.map(UserId),
            action: filters::text("action", action.0)?,
            target_type: filters::text("target_type", target_type.0)?,
            target_id: filters::text("target_id", target_id.0)?,
            from: filters::moment("at__gte", at_gte.0)?,
            to: filters::moment("at__lte", at_lte.0)?,
        };
        let rows = audit::list(&mut *context.read().await?, &filter, wanted).await?;
        Ok(Json(paging::envelope(context.settings.http.public_url.as_str(), request, wanted, rows)?))
    }

    /// Get one event with its particulars
    ///
    /// For staff.
    #[oai(path = "/:id", method = "get", operation_id = "get_audit_entry")]
    async fn get_audit_entry(
        &self,
        _staff: Staff,
        context: Data<&Context>,
        /// Number of the event.
        id: Path<i64>,
    ) -> Result<Json<EntryDetail>, ApiError> {
        Ok(Json(audit::get(&mut *context.read().await?, id.0).await?.into()))
    }
}
