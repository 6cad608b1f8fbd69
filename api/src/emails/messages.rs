//! The ledger of letters and the list of suppressed addresses, for staff.

use chrono::{DateTime, Utc};
use database::letters::{self as ledger, Column, Filter};
use database::suppressions;
use domain::ids::LetterId;
use domain::letter::LetterKind;
use domain::paging::OrderBy;
use operations::Context;
use operations::letters::{self, NotAgain};
use poem::Request;
use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;

use super::views::{Accepted, MessageDetail, MessageStatus, MessageView, SuppressionView};
use crate::client::Client;
use crate::created::Gone;
use crate::error::ApiError;
use crate::paging::{self, Page};
use crate::security::Staff;
use crate::tags::Tag;
use crate::{filters, say};

/// Newest first, unless asked otherwise.
const NEWEST: OrderBy<Column> = OrderBy { column: Column::CreatedAt, descending: true };

/// Sent letters.
pub struct MessagesApi;

#[OpenApi(prefix_path = "/api/emails", tag = "Tag::Emails")]
impl MessagesApi {
    /// List the letters that were sent
    ///
    /// Newest first unless ordered otherwise. What a letter said is forgotten after 30 days; its row stays. For staff.
    #[oai(path = "/messages", method = "get", operation_id = "list_email_messages")]
    async fn list_email_messages(
        &self,
        _staff: Staff,
        context: Data<&Context>,
        request: &Request,
        /// Page, from 1.
        page: Query<Option<u32>>,
        /// Rows on a page, 1 to 100; 20 when absent.
        page_size: Query<Option<u32>>,
        /// `created_at` or `-created_at`.
        ordering: Query<Option<String>>,
        /// Part of the address.
        to: Query<Option<String>>,
        /// Kind of the letter, such as `welcome`.
        template: Query<Option<String>>,
        /// Where it is on its way.
        status: Query<Option<MessageStatus>>,
        /// Where it is on its way, comma-separated.
        #[oai(name = "status__in")]
        status_in: Query<Option<String>>,
        /// Asked for then or later.
        #[oai(name = "created_at__gte")]
        created_at_gte: Query<Option<DateTime<Utc>>>,
        /// Asked for then or earlier.
        #[oai(name = "created_at__lte")]
        created_at_lte: Query<Option<DateTime<Utc>>>,
    ) -> Result<Json<Page<MessageView>>, ApiError> {
        let wanted = paging::wanted(page.0, page_size.0)?;
        let order = paging::ordering(ordering.0.as_deref(), Column::ALL, NEWEST)?;
        let states = filters::any_of(status.0, "status__in", status_in.0.as_deref())?;
        let filter = Filter {
            to: filters::text("to", to.0)?,
            kinds: template.0.as_deref().map(known_kind).transpose()?.map(|kind| vec![kind]),
            states: states.map(|all| all.into_iter().map(Into::into).collect()),
            created_from: filters::moment("created_at__gte", created_at_gte.0)?,
            created_to: filters::moment("created_at__lte", created_at_lte.0)?,
        };
        let rows = ledger::list(&mut *context.read().await?, &filter, &order, wanted).await?;
        Ok(Json(paging::envelope(context.settings.http.public_url.as_str(), request, wanted, rows)?))
    }

    /// Get one letter and what happened to it
    ///
    /// For staff.
    #[oai(path = "/messages/:id", method = "get", operation_id = "get_email_message")]
    async fn get_email_message(
        &self,
        _staff: Staff,
        context: Data<&Context>,
        /// Number of the letter.
        id: Path<i64>,
    ) -> Result<Json<MessageDetail>, ApiError> {
        let mut db = context.read().await?;
        let letter = ledger::get(&mut db, LetterId(id.0)).await?;
        let events = ledger::list_events(&mut db, letter.id).await?;
        let frontend = context.settings.http.frontend_url.as_str();
        Ok(Json(MessageDetail::new(letter, events, frontend)))
    }

    /// Send a letter again
    ///
    /// As a letter of its own with the same content. One that carried a code or a link is not sent again, since what it
    /// carried is nowhere at rest: its reader asks for another. For staff.
    #[oai(path = "/messages/:id/resend", method = "post", operation_id = "resend_email_message")]
    async fn resend_email_message(
        &self,
        staff: Staff,
        context: Data<&Context>,
        client: Client,
        /// Number of the letter.
        id: Path<i64>,
    ) -> Result<Accepted, ApiError> {
        let mut work = context.begin().await?;
        let (staff, now) = (staff.user(), context.clock.now());
        let again = letters::resend(&mut work, staff, LetterId(id.0), &client.into(), now).await?;
        let letter = ledger::get(&mut work, again).await?;
        work.commit().await?;
        Ok(Accepted::Accepted(Json(letter.into())))
    }

    /// List the addresses that nothing is sent to
    ///
    /// Because they do not exist, or because their readers called us unwanted. Newest first. For staff.
    #[oai(path = "/suppressions", method = "get", operation_id = "list_email_suppressions")]
    async fn list_email_suppressions(
        &self,
        _staff: Staff,
        context: Data<&Context>,
        request: &Request,
        /// Page, from 1.
        page: Query<Option<u32>>,
        /// Rows on a page, 1 to 100; 20 when absent.
        page_size: Query<Option<u32>>,
    ) -> Result<Json<Page<SuppressionView>>, ApiError> {
        let wanted = paging::wanted(page.0, page_size.0)?;
        let rows = suppressions::list(&mut *context.read().await?, wanted).await?;
        Ok(Json(paging::envelope(context.settings.http.public_url.as_str(), request, wanted, rows)?))
    }

    /// Let letters go to an address again
    ///
    /// For staff.
    #[oai(path = "/suppressions/:id", method = "delete", operation_id = "lift_email_suppression")]
    async fn lift_email_suppression(
        &self,
        staff: Staff,
        context: Data<&Context>,
        client: Client,
        /// Number of the entry.
        id: Path<i64>,
    ) -> Result<Gone, ApiError> {
        let mut work = context.begin().await?;
        let now = context.clock.now();
        letters::lift_suppression(&mut work, staff.user(), id.0, &client.into(), now).await?;
        work.commit().await?;
        Ok(Gone::NoContent)
    }
}

fn known_kind(word: &str) -> Result<LetterKind, ApiError> {
    LetterKind::from_word(word).ok_or_else(|| {
        let message = say!("Il n’existe pas de tel modèle.", "There is no such template.");
        ApiError::invalid_field("template", message)
    })
}

impl From<NotAgain> for ApiError {
    fn from(error: NotAgain) -> Self {
        match error {
            NotAgain::Secret => Self::conflict(
                "letter_not_resendable",
                say!(
                    "Ce message contenait un code ou un lien à usage unique : son destinataire doit en demander un autre.",
                    "This message carried a one-time code or link: its reader has to ask for another."
                ),
            ),
            NotAgain::Forgotten => Self::conflict(
                "letter_forgotten",
                say!(
                    "Le contenu de ce message n’est plus conservé.",
                    "The content of this message is not kept any more."
                ),
            ),
            NotAgain::Database(error) => error.into(),
        }
    }
}
