//! What the mail provider tells about letters that it took over.

use chrono::{DateTime, Utc};
use domain::email_address::EmailAddress;
use operations::Context;
use operations::letters::{self, Heard, Report, Told};
use poem::web::Data;
use poem_openapi::param::Header;
use poem_openapi::payload::Json;
use poem_openapi::{Enum, Object, OpenApi};

use crate::body::Raw;
use crate::error::ApiError;
use crate::form::Form;
use crate::meaning::Meaning;
use crate::problem::Errors;
use crate::tags::Tag;

/// Most events of one request.
const MOST: usize = 1000;

/// What became of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename = "ProviderEventType", rename_all = "lowercase")]
pub enum EventType {
    /// The reader's own mail server has it.
    Delivered,
    /// It came back.
    Bounced,
    /// Its reader called it unwanted.
    Complained,
}

/// What the provider tells about one letter.
#[derive(Debug, Clone, Object)]
#[oai(rename = "ProviderEvent")]
pub struct EventForm {
    /// What became of it.
    #[oai(rename = "type")]
    kind: EventType,
    /// Its Message-ID, with or without angle brackets.
    #[oai(validator(max_length = 998))]
    message_id: String,
    /// Where it went.
    #[oai(validator(max_length = 254))]
    address: String,
    /// Why, in the words of a mail server; 5.1.1 and the like say that there is no such address.
    reason: Option<String>,
    /// When; now if absent.
    at: Option<DateTime<Utc>>,
}

/// What the provider tells.
#[derive(Debug, Clone, Object)]
#[oai(rename = "ProviderEvents")]
pub struct EventsForm {
    /// At most a thousand events.
    events: Vec<EventForm>,
}

impl Meaning for EventsForm {
    fn faults(self) -> Errors {
        self.look().into_errors()
    }
}

impl EventsForm {
    fn look(&self) -> Form {
        let mut form = Form::default();
        form.check("events", self.events.len() <= MOST, || {
            crate::say!("{} au maximum.", "At most {}.", MOST)
        });
        for (at, event) in self.events.iter().enumerate() {
            form.require::<EmailAddress>(&format!("events[{at}].address"), Some(&event.address));
            form.require_text(&format!("events[{at}].message_id"), Some(&event.message_id), 998);
        }
        form
    }
}

/// What was made of the events.
#[derive(Debug, Clone, Copy, Default, Object)]
#[oai(rename = "ProviderEventsHeard")]
pub struct HeardView {
    /// Written down.
    noted: u32,
    /// Known already.
    known: u32,
    /// About letters that are not ours.
    ignored: u32,
}

/// Events of the mail provider.
pub struct EventsApi;

#[OpenApi(prefix_path = "/api/emails", tag = "Tag::Emails")]
impl EventsApi {
    /// Tell what became of letters
    ///
    /// For the mail provider, signed with the key that it shares with us (`AUTOTRACK_MAIL_EVENTS_KEY`); without that
    /// setting there is no such route. Telling the same event again changes nothing. An address that bounced with 5.1.1
    /// and the like, or that complained, is written to no more.
    #[oai(path = "/events", method = "post", operation_id = "tell_email_events")]
    async fn tell_email_events(
        &self,
        context: Data<&Context>,
        /// `sha256=` and the HMAC-SHA256 of the body under the shared key, in hexadecimal.
        #[oai(name = "X-AutoTrack-Signature")]
        signature: Header<Option<String>>,
        body: Raw<EventsForm>,
    ) -> Result<Json<HeardView>, ApiError> {
        let key = context.settings.mail.events_key.as_ref().ok_or_else(ApiError::not_found)?;
        if !letters::is_signed(key, &body.bytes, signature.0.as_deref().unwrap_or_default()) {
            return Err(ApiError::not_authenticated());
        }
        let mut form = body.understand()?;
        form.look().finish()?;
        // Addresses and letters are locked one after the other: the same order for everybody, so that none waits for ever.
        form.events
            .sort_by_cached_key(|event| (event.address.trim().to_lowercase(), event.message_id.clone()));
        let (now, mut heard) = (context.clock.now(), HeardView::default());
        let mut work = context.begin().await?;
        for event in &form.events {
            match letters::tell(&mut work, &event.report(now), now).await? {
                Heard::Noted => heard.noted += 1,
                Heard::Known => heard.known += 1,
                Heard::Foreign => heard.ignored += 1,
            }
        }
        work.commit().await?;
        Ok(Json(heard))
    }
}

impl EventForm {
    fn report(&self, now: DateTime<Utc>) -> Report<'_> {
        let told = match self.kind {
            EventType::Delivered => Told::Delivered,
            EventType::Bounced => Told::Bounced,
            EventType::Complained => Told::Complained,
        };
        Report {
            told,
            message_id: &self.message_id,
            address: self.address.trim(),
            reason: self.reason.as_deref(),
            at: self.at.unwrap_or(now),
        }
    }
}
