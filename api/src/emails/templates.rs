//! What letters look like, for staff.

use database::users;
use domain::letter::LetterKind;
use domain::locale::Locale;
use mail::{Rendered, Surroundings, render, sample, sample_secret};
use operations::{Context, letters};
use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;

use super::views::{Accepted, LetterLocale, PreviewView, TemplateView};
use crate::client::Client;
use crate::error::ApiError;
use crate::locale;
use crate::security::Staff;
use crate::tags::Tag;

/// Templates of letters.
pub struct TemplatesApi;

#[OpenApi(prefix_path = "/api/emails/templates", tag = "Tag::Emails")]
impl TemplatesApi {
    /// List the kinds of letters
    ///
    /// With the subject of a sample, in the caller's language, and what their templates are given. For staff.
    #[oai(path = "/", method = "get", operation_id = "list_email_templates")]
    #[expect(clippy::unused_async, reason = "every handler of the API is async")]
    async fn list_email_templates(
        &self,
        _staff: Staff,
        context: Data<&Context>,
    ) -> Result<Json<Vec<TemplateView>>, ApiError> {
        let views = LetterKind::ALL.iter().map(|&kind| {
            let subject = written(&context, kind, locale::current())?.subject;
            Ok(TemplateView::new(kind, subject, mail::variables(kind)))
        });
        views.collect::<Result<Vec<_>, ApiError>>().map(Json)
    }

    /// Show a sample of a kind of letter
    ///
    /// As it would be sent, with made-up content. For staff.
    #[oai(path = "/:key/preview", method = "get", operation_id = "preview_email_template")]
    #[expect(clippy::unused_async, reason = "every handler of the API is async")]
    async fn preview_email_template(
        &self,
        _staff: Staff,
        context: Data<&Context>,
        /// Kind of the letter, such as `welcome`.
        key: Path<String>,
        /// Its language; the caller's when absent.
        locale: Query<Option<LetterLocale>>,
    ) -> Result<Json<PreviewView>, ApiError> {
        let locale = locale.0.map_or_else(locale::current, Into::into);
        let Rendered { subject, html, text } = written(&context, kind(&key)?, locale)?;
        Ok(Json(PreviewView { subject, html, text }))
    }

    /// Send me a sample of a kind of letter
    ///
    /// To the caller's own address, through the same ledger and queue as any other. For staff.
    #[oai(path = "/:key/send-test", method = "post", operation_id = "send_test_email")]
    async fn send_test_email(
        &self,
        staff: Staff,
        context: Data<&Context>,
        client: Client,
        /// Kind of the letter, such as `welcome`.
        key: Path<String>,
        /// Its language; the caller's when absent.
        locale: Query<Option<LetterLocale>>,
    ) -> Result<Accepted, ApiError> {
        let (kind, now) = (kind(&key)?, context.clock.now());
        let locale = locale.0.map_or_else(locale::current, Into::into);
        let mut work = context.begin().await?;
        let user = users::get(&mut work, staff.user()).await?;
        let address = user.email.parse().map_err(|error| ApiError::internal(&error))?;
        let letter = sample(kind, locale);
        let origin = client.into();
        let id = letters::post_sample(&mut work, (user.id, &address), &letter, locale, &origin, now).await?;
        let recorded = database::letters::get(&mut work, id).await?;
        work.commit().await?;
        Ok(Accepted::Accepted(Json(recorded.into())))
    }
}

fn kind(key: &str) -> Result<LetterKind, ApiError> {
    LetterKind::from_word(key).ok_or_else(ApiError::not_found)
}

pub(super) fn written(context: &Context, kind: LetterKind, locale: Locale) -> Result<Rendered, ApiError> {
    let secret = sample_secret(kind);
    let surroundings =
        Surroundings { frontend_url: context.settings.http.frontend_url.as_str(), secret: secret.as_ref() };
    render(kind, locale, &sample(kind, locale).to_context(), &surroundings)
        .map_err(|error| ApiError::internal(&error))
}
