//! Features that are switched on for some people first, for staff.

mod forms;
mod views;

use database::feature_flags;
use operations::Context;
use operations::feature_flags as deeds;
use poem::Request;
use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;

use crate::body::Body;
use crate::client::Client;
use crate::created::Created;
use crate::error::ApiError;
use crate::paging::{self, Page};
use crate::security::Staff;
use crate::tags::Tag;
use forms::{FlagForm, FlagPatch};
use views::FlagView;

/// Features.
pub(super) struct FeatureFlagsApi;

#[OpenApi(prefix_path = "/api/admin/feature-flags", tag = "Tag::Admin")]
impl FeatureFlagsApi {
    /// List features
    ///
    /// By name, with who has them. For staff.
    #[oai(path = "/", method = "get", operation_id = "list_flags")]
    async fn list_flags(
        &self,
        _staff: Staff,
        context: Data<&Context>,
        request: &Request,
        /// Page, from 1.
        page: Query<Option<u32>>,
        /// Rows on a page, 1 to 100; 20 when absent.
        page_size: Query<Option<u32>>,
    ) -> Result<Json<Page<FlagView>>, ApiError> {
        let wanted = paging::wanted(page.0, page_size.0)?;
        let rows = feature_flags::list(&mut *context.read().await?, wanted).await?;
        Ok(Json(paging::envelope(context.settings.http.public_url.as_str(), request, wanted, rows)?))
    }

    /// Add a feature
    ///
    /// Nobody has it unless something else is said. For staff.
    #[oai(path = "/", method = "post", operation_id = "create_flag")]
    async fn create_flag(
        &self,
        staff: Staff,
        context: Data<&Context>,
        client: Client,
        form: Body<FlagForm>,
    ) -> Result<Created<FlagView>, ApiError> {
        let (flag, description) = form.0.parse()?;
        let kept = deeds::create(&context, staff.user(), flag, description, &client.into()).await?;
        Ok(Created::at(format!("/api/admin/feature-flags/{}/", kept.flag.key), kept.into()))
    }

    /// Change who has a feature
    ///
    /// What is left away stays; `rules` are replaced as a whole. For staff.
    #[oai(path = "/:key", method = "patch", operation_id = "update_flag")]
    async fn update_flag(
        &self,
        staff: Staff,
        context: Data<&Context>,
        client: Client,
        /// The feature's name.
        key: Path<String>,
        patch: Body<FlagPatch>,
    ) -> Result<Json<FlagView>, ApiError> {
        let apply = |kept: &mut feature_flags::Kept| patch.0.apply_to(kept);
        let kept = deeds::change(&context, staff.user(), &key.0, apply, &client.into()).await?;
        Ok(Json(kept.into()))
    }
}
