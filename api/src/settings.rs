//! What the caller set for themselves, and which features they have.

mod forms;
mod options;
mod views;

use std::collections::BTreeMap;

use database::{feature_flags, settings};
use domain::locale::Locale;
use domain::paging::Page as Rows;
use domain::settings::Settings;
use operations::Context;
use operations::notifications::all_letters_again;
use poem::Request;
use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::Query;
use poem_openapi::payload::Json;

use crate::body::Body;
use crate::error::ApiError;
use crate::paging::{self, Page};
use crate::security::Caller;
use crate::tags::Tag;
use forms::{SettingsForm, SettingsPatch};
use options::SettingsOptions;
use views::SettingsView;

/// The plan of everybody, as long as none can be bought.
const PLAN: &str = "free";

/// Settings and features.
pub struct SettingsApi;

#[OpenApi(prefix_path = "/api", tag = "Tag::Settings")]
impl SettingsApi {
    /// List my settings
    ///
    /// A list of one.
    #[oai(path = "/settings", method = "get", operation_id = "list_settings")]
    async fn list_settings(
        &self,
        caller: Caller,
        context: Data<&Context>,
        request: &Request,
        /// Page, from 1.
        page: Query<Option<u32>>,
        /// Rows on a page, 1 to 100; 20 when absent.
        page_size: Query<Option<u32>>,
    ) -> Result<Json<Page<SettingsView>>, ApiError> {
        let wanted = paging::wanted(page.0, page_size.0)?;
        let mut db = context.read().await?;
        let view = SettingsView::load(&mut db, caller.user()).await?;
        let rows = if wanted.number() == 1 { vec![view] } else { Vec::new() };
        let public_url = context.settings.http.public_url.as_str();
        paging::envelope(public_url, request, wanted, Rows { count: 1, rows }).map(Json)
    }

    /// Get my settings
    #[oai(path = "/settings/me", method = "get", operation_id = "get_settings")]
    async fn get_settings(
        &self,
        caller: Caller,
        context: Data<&Context>,
    ) -> Result<Json<SettingsView>, ApiError> {
        let mut db = context.read().await?;
        SettingsView::load(&mut db, caller.user()).await.map(Json)
    }

    /// Replace my settings
    ///
    /// What is left away goes back to its default.
    #[oai(path = "/settings/me", method = "put", operation_id = "replace_settings")]
    async fn replace_settings(
        &self,
        caller: Caller,
        context: Data<&Context>,
        form: Body<SettingsForm>,
    ) -> Result<Json<SettingsView>, ApiError> {
        replace(&caller, &context, form.0).await
    }

    /// Change my settings
    ///
    /// What is left away stays; `null` puts a field back to its default.
    #[oai(path = "/settings/me", method = "patch", operation_id = "update_settings")]
    async fn update_settings(
        &self,
        caller: Caller,
        context: Data<&Context>,
        patch: Body<SettingsPatch>,
    ) -> Result<Json<SettingsView>, ApiError> {
        change(&caller, &context, patch.0).await
    }

    /// Replace my settings, by a historic name
    ///
    /// As `PUT /api/settings/me/`.
    #[oai(path = "/settings/update_me", method = "put", operation_id = "replace_settings_historic")]
    async fn replace_settings_historic(
        &self,
        caller: Caller,
        context: Data<&Context>,
        form: Body<SettingsForm>,
    ) -> Result<Json<SettingsView>, ApiError> {
        replace(&caller, &context, form.0).await
    }

    /// Change my settings, by a historic name
    ///
    /// As `PATCH /api/settings/me/`.
    #[oai(path = "/settings/update_me", method = "patch", operation_id = "update_settings_historic")]
    async fn update_settings_historic(
        &self,
        caller: Caller,
        context: Data<&Context>,
        patch: Body<SettingsPatch>,
    ) -> Result<Json<SettingsView>, ApiError> {
        change(&caller, &context, patch.0).await
    }

    /// Put the defaults back
    ///
    /// French, Europe/Paris, kilometres, litres for 100 km, euros.
    #[oai(path = "/settings/reset", method = "post", operation_id = "reset_settings")]
    async fn reset_settings(
        &self,
        caller: Caller,
        context: Data<&Context>,
    ) -> Result<Json<SettingsView>, ApiError> {
        let mut work = context.begin().await?;
        settings::locale_for_update(&mut work, caller.user()).await?;
        settings::delete(&mut work, caller.user()).await?;
        settings::set_locale(&mut work, caller.user(), Locale::default(), context.clock.now()).await?;
        let view = SettingsView::load(&mut work, caller.user()).await?;
        work.commit().await?;
        Ok(Json(view))
    }

    /// What can be set
    ///
    /// Every value with what people call it, in French or English.
    #[oai(path = "/settings/options", method = "get", operation_id = "get_settings_options")]
    #[expect(clippy::unused_async, reason = "every operation is async")]
    async fn get_settings_options(&self) -> Result<Json<SettingsOptions>, ApiError> {
        Ok(Json(SettingsOptions::all()))
    }

    /// Which features I have
    ///
    /// Every feature that is not for everybody yet, and whether the caller has it.
    #[oai(path = "/feature-flags", method = "get", operation_id = "list_feature_flags")]
    async fn list_feature_flags(
        &self,
        caller: Caller,
        context: Data<&Context>,
    ) -> Result<Json<BTreeMap<String, bool>>, ApiError> {
        let mut db = context.read().await?;
        let flags = feature_flags::all(&mut db).await?;
        let has = |flag: domain::feature_flag::FeatureFlag| {
            let is_on = flag.is_on(caller.user(), PLAN);
            (flag.key, is_on)
        };
        Ok(Json(flags.into_iter().map(has).collect()))
    }
}

async fn replace(
    caller: &Caller,
    context: &Context,
    form: SettingsForm,
) -> Result<Json<SettingsView>, ApiError> {
    let (mut kept, mut locale) = (Settings::default(), Locale::default());
    SettingsPatch::from(form).apply_to(&mut kept, &mut locale)?;
    let mut work = context.begin().await?;
    settings::locale_for_update(&mut work, caller.user()).await?;
    save(work, caller, context, &kept, locale).await
}

async fn change(
    caller: &Caller,
    context: &Context,
    patch: SettingsPatch,
) -> Result<Json<SettingsView>, ApiError> {
    let mut work = context.begin().await?;
    let mut locale = settings::locale_for_update(&mut work, caller.user()).await?;
    let mut kept = settings::get(&mut work, caller.user()).await?;
    patch.apply_to(&mut kept, &mut locale)?;
    save(work, caller, context, &kept, locale).await
}

async fn save(
    mut work: queue::Work,
    caller: &Caller,
    context: &Context,
    kept: &Settings,
    locale: Locale,
) -> Result<Json<SettingsView>, ApiError> {
    let now = context.clock.now();
    let before = settings::get(&mut work, caller.user()).await?.switches;
    if kept.switches.email && !before.email {
        all_letters_again(&mut work, caller.user()).await?;
    }
    settings::save(&mut work, caller.user(), kept, now).await?;
    settings::set_locale(&mut work, caller.user(), locale, now).await?;
    let view = SettingsView::load(&mut work, caller.user()).await?;
    work.commit().await?;
    Ok(Json(view))
}
