//! Lists of papers with one question each, and how many there are.

use chrono::{Duration, NaiveDate};
use chrono_tz::Europe::Paris;
use database::documents::{self, DocumentColumn, DocumentFilter};
use database::vehicles;
use domain::ids::VehicleId;
use domain::paging::OrderBy;
use operations::Context;
use poem::Request;
use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;

use super::filter::DocumentFilters;
use super::groups::{GroupView, StatsView};
use super::view::DocumentView;
use crate::error::ApiError;
use crate::paging::{self, Page};
use crate::say;
use crate::security::Principal;
use crate::tags::Tag;

/// Papers of a group that are shown with it.
const NEWEST: i64 = 10;
/// Furthest that one may look ahead, in days.
const MAX_DAYS: i64 = 365;

/// Lists of papers.
pub struct DocumentListsApi;

/// Papers of one vehicle.
pub struct VehicleDocumentsApi;

#[OpenApi(prefix_path = "/api/documents", tag = "Tag::Documents")]
impl DocumentListsApi {
    /// Papers of one kind
    #[oai(path = "/by_type", method = "get", operation_id = "list_documents_by_type")]
    async fn list_documents_by_type(
        &self,
        request: &Request,
        context: Data<&Context>,
        caller: Principal,
        /// The kind, or several separated by commas.
        #[oai(name = "type")]
        kind: Query<Option<String>>,
        /// Page, from 1.
        page: Query<Option<u32>>,
        /// Rows a page, 1 to 100.
        page_size: Query<Option<u32>>,
        /// Up to two of `created_at`, `updated_at`, `title`, `document_type`, `expires_on`, `file_size`; `-` for descending.
        ordering: Query<Option<String>>,
    ) -> Result<Json<Page<DocumentView>>, ApiError> {
        let kind = kind.0.filter(|kind| !kind.trim().is_empty());
        let kind = kind.ok_or_else(|| {
            ApiError::invalid_field("type", say!("Indiquez un type de document.", "Name a kind of document."))
        })?;
        let filter = DocumentFilters { kind: Some(kind), ..DocumentFilters::default() };
        let filter = filter.parse().map_err(|error| error.renamed("document_type", "type"))?;
        list(&context, request, &caller, &filter, (page.0, page_size.0), newest(ordering.0.as_deref())?).await
    }

    /// Papers without an analysis
    ///
    /// Those that wait, are being read, or could not be.
    #[oai(path = "/unanalyzed", method = "get", operation_id = "list_unanalyzed_documents")]
    async fn list_unanalyzed_documents(
        &self,
        request: &Request,
        context: Data<&Context>,
        caller: Principal,
        /// Page, from 1.
        page: Query<Option<u32>>,
        /// Rows a page, 1 to 100.
        page_size: Query<Option<u32>>,
        /// Up to two of `created_at`, `updated_at`, `title`, `document_type`, `expires_on`, `file_size`; `-` for descending.
        ordering: Query<Option<String>>,
    ) -> Result<Json<Page<DocumentView>>, ApiError> {
        let filter = DocumentFilter { is_analyzed: Some(false), ..DocumentFilter::default() };
        list(&context, request, &caller, &filter, (page.0, page_size.0), newest(ordering.0.as_deref())?).await
    }

    /// Papers that end soon
    ///
    /// From today on, for so many days, in Paris; what ends first comes first.
    #[oai(path = "/expiring_soon", method = "get", operation_id = "list_expiring_documents")]
    async fn list_expiring_documents(
        &self,
        request: &Request,
        context: Data<&Context>,
        caller: Principal,
        /// How many days to look ahead, 1 to 365; 30 when absent.
        days: Query<Option<i64>>,
        /// Page, from 1.
        page: Query<Option<u32>>,
        /// Rows a page, 1 to 100.
        page_size: Query<Option<u32>>,
    ) -> Result<Json<Page<DocumentView>>, ApiError> {
        let days = days.0.unwrap_or(30);
        if !(1..=MAX_DAYS).contains(&days) {
            let message = say!("Entre 1 et {} jours.", "Between 1 and {} days.", MAX_DAYS);
            return Err(ApiError::invalid_field("days", message));
        }
        let today = today(&context);
        let filter = DocumentFilter {
            expires_from: Some(today),
            expires_until: Some(today + Duration::days(days)),
            ..DocumentFilter::default()
        };
        list(&context, request, &caller, &filter, (page.0, page_size.0), by_end(false)).await
    }

    /// Papers that have ended
    ///
    /// Before today, in Paris; what ended last comes first.
    #[oai(path = "/expired", method = "get", operation_id = "list_expired_documents")]
    async fn list_expired_documents(
        &self,
        request: &Request,
        context: Data<&Context>,
        caller: Principal,
        /// Page, from 1.
        page: Query<Option<u32>>,
        /// Rows a page, 1 to 100.
        page_size: Query<Option<u32>>,
    ) -> Result<Json<Page<DocumentView>>, ApiError> {
        let yesterday = today(&context) - Duration::days(1);
        let filter = DocumentFilter { expires_until: Some(yesterday), ..DocumentFilter::default() };
        list(&context, request, &caller, &filter, (page.0, page_size.0), by_end(true)).await
    }

    /// Count my papers
    ///
    /// Those on shared vehicles are counted too.
    #[oai(path = "/stats", method = "get", operation_id = "get_document_stats")]
    async fn get_document_stats(
        &self,
        context: Data<&Context>,
        caller: Principal,
    ) -> Result<Json<StatsView>, ApiError> {
        let mut db = context.read().await?;
        Ok(Json(documents::stats(&mut db, caller.as_viewer()).await?.into()))
    }

    /// Papers by vehicle
    ///
    /// A group for each vehicle with papers, the one with the newest paper first, and one for those that hang on none, last.
    /// Pages count groups.
    #[oai(path = "/by_vehicle", method = "get", operation_id = "list_documents_by_vehicle")]
    async fn list_documents_by_vehicle(
        &self,
        request: &Request,
        context: Data<&Context>,
        caller: Principal,
        /// Only the group of this vehicle.
        vehicle_id: Query<Option<i64>>,
        /// Page, from 1.
        page: Query<Option<u32>>,
        /// Groups a page, 1 to 100.
        page_size: Query<Option<u32>>,
    ) -> Result<Json<Page<GroupView>>, ApiError> {
        let wanted = paging::wanted(page.0, page_size.0)?;
        let mut db = context.read().await?;
        let found = documents::groups(&mut db, caller.as_viewer(), vehicle_id.0, NEWEST, wanted).await?;
        Ok(Json(paging::envelope(context.settings.http.public_url.as_str(), request, wanted, found)?))
    }
}

#[OpenApi(prefix_path = "/api/vehicles", tag = "Tag::Documents")]
impl VehicleDocumentsApi {
    /// Papers of a vehicle
    ///
    /// Of all its people, for everybody who sees it.
    #[oai(path = "/:id/documents", method = "get", operation_id = "list_vehicle_documents")]
    async fn list_vehicle_documents(
        &self,
        request: &Request,
        context: Data<&Context>,
        caller: Principal,
        /// Number of the vehicle.
        id: Path<i64>,
        /// Only papers of this kind.
        document_type: Query<Option<String>>,
        /// Only papers in this state.
        status: Query<Option<String>>,
        /// Page, from 1.
        page: Query<Option<u32>>,
        /// Rows a page, 1 to 100.
        page_size: Query<Option<u32>>,
        /// Up to two of `created_at`, `updated_at`, `title`, `document_type`, `expires_on`, `file_size`; `-` for descending.
        ordering: Query<Option<String>>,
    ) -> Result<Json<Page<DocumentView>>, ApiError> {
        let (kind, status) = (document_type.0, status.0);
        let filter = DocumentFilters { vehicle: Some(id.0), kind, status, ..DocumentFilters::default() };
        let (filter, order) = (filter.parse()?, newest(ordering.0.as_deref())?);
        vehicles::get(&mut *context.read().await?, caller.as_viewer(), VehicleId(id.0)).await?;
        list(&context, request, &caller, &filter, (page.0, page_size.0), order).await
    }
}

async fn list(
    context: &Context,
    request: &Request,
    caller: &Principal,
    filter: &DocumentFilter,
    (page, page_size): (Option<u32>, Option<u32>),
    order: Vec<OrderBy<DocumentColumn>>,
) -> Result<Json<Page<DocumentView>>, ApiError> {
    let wanted = paging::wanted(page, page_size)?;
    let mut db = context.read().await?;
    let found = documents::list(&mut db, caller.as_viewer(), filter, &order, wanted).await?;
    Ok(Json(paging::envelope(context.settings.http.public_url.as_str(), request, wanted, found)?))
}

fn newest(ordering: Option<&str>) -> Result<Vec<OrderBy<DocumentColumn>>, ApiError> {
    let newest = OrderBy { column: DocumentColumn::CreatedAt, descending: true };
    paging::ordering(ordering, DocumentColumn::ALL, newest)
}

fn by_end(descending: bool) -> Vec<OrderBy<DocumentColumn>> {
    vec![OrderBy { column: DocumentColumn::ExpiresOn, descending }]
}

/// What the calendar says where the papers are from.
fn today(context: &Context) -> NaiveDate {
    context.clock.now().with_timezone(&Paris).date_naive()
}
