//! Handing letters of the ledger to the mail server.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use domain::letter::LetterState;
use mail::{Envelope, SendError, Sender, Surroundings, Transport, compose, render, sample_secret};
use operations::Context;
use operations::letters::{self, Answer, Next, Sending, Verdict};
use queue::kinds::SendLetter;
use queue::{Finished, JobError, Run};
use telemetry::metrics::{self, MailOutcome};
use tokio::time::sleep;
use tracing::info;

/// How long one step of a conversation with the mail server may take.
const STEP: Duration = Duration::from_secs(12);
/// How long the whole may take: less than the job's own limit, so that the answer can still be written down.
const CONVERSATION: Duration = Duration::from_secs(48);

/// How often the server's answer is written again while the database is away, and after which pause: together less than
/// a lease.
const WRITES: usize = 6;
const PAUSE: Duration = Duration::from_secs(1);

/// The way out of the house.
pub struct Post {
    transport: Transport,
    name: String,
    sender: Sender,
}

impl Post {
    /// The way that the settings name; nothing is opened yet.
    ///
    /// # Errors
    /// When the server's address or the sender cannot be used.
    pub fn open(context: &Context) -> anyhow::Result<Arc<Self>> {
        let settings = &context.settings.mail;
        let transport =
            Transport::from_url(&settings.smtp_url).context("AUTOTRACK_SMTP_URL")?.with_timeout(STEP);
        let sender = settings.from.parse().context("AUTOTRACK_MAIL_FROM")?;
        Ok(Arc::new(Self { name: transport.name(), transport, sender }))
    }

    /// Writes the letter and hands it over.
    async fn hand_over(&self, context: &Context, letter: &Sending) -> Answer {
        let message = match self.write(context, letter) {
            Ok(message) => message,
            Err(error) => return Answer::Refused(format!("{error:#}")),
        };
        match tokio::time::timeout(CONVERSATION, self.transport.send(&message)).await {
            Ok(Ok(accepted)) => Answer::Accepted(accepted.answer),
            Ok(Err(error)) => told(&error),
            Err(_) => Answer::Later { answer: "no answer in time".to_owned(), maybe_delivered: true },
        }
    }

    fn write(&self, context: &Context, letter: &Sending) -> anyhow::Result<mail::Message> {
        let secret = if letter.is_sample { sample_secret(letter.kind) } else { letter.secret.clone() };
        let surroundings = Surroundings {
            frontend_url: context.settings.http.frontend_url.as_str(),
            secret: secret.as_ref(),
        };
        let rendered = render(letter.kind, letter.locale, &letter.context, &surroundings)?;
        let unsubscribe = letter.unsubscribe.as_deref().map(|token| one_click(context, token));
        let envelope = Envelope {
            kind: letter.kind,
            to: &letter.address,
            from: &self.sender,
            message_id: &letter.message_id,
            date: context.clock.now(),
            unsubscribe: unsubscribe.as_deref(),
        };
        Ok(compose(&envelope, &rendered)?)
    }
}

/// Sends a letter. What the mail server answered is written with the job's end, or with its putting off.
pub async fn send(context: Context, post: Arc<Post>, run: Run<SendLetter>) -> Result<Finished, JobError> {
    let id = run.job.letter_id;
    // Committed by itself, before the first byte leaves: a crash from here on leaves a trace.
    let mut tx = run.db().begin().await?;
    let now = context.clock.now();
    let next = letters::begin(&mut tx, &context.settings, id, &post.name, now).await.map_err(JobError::of)?;
    tx.commit().await?;
    let letter = match next {
        Next::Send(letter) => letter,
        Next::Wait(wait) => {
            return Err(JobError::snooze(
                wait,
                "the mail server refused us a while ago, or a newer build is needed",
            ));
        }
        Next::Ended(state) => {
            info!(letter.id = %id, letter.state = %state, "letter not sent");
            metrics::mail(unsent(state));
            return run.finish().await?.done().await;
        }
        Next::Nothing => return run.finish().await?.done().await,
    };
    let answer = post.hand_over(&context, &letter).await;
    let now = context.clock.now();
    let verdict = letters::judge(&letter, &answer, now);
    report(&letter, &answer, &verdict);
    let told = Told { letter: &letter, transport: &post.name, answer: &answer, verdict: &verdict, now };
    // A letter that was taken must not leave again because a database that was away for a moment knows nothing of it.
    for _ in 0..WRITES {
        match told.write(&run).await {
            Err(JobError::Snooze { .. }) if !run.token().is_cancelled() => sleep(PAUSE).await,
            written => return told.end(written),
        }
    }
    told.end(told.write(&run).await)
}

/// What a mail server said of a letter.
struct Told<'a> {
    letter: &'a Sending,
    transport: &'a str,
    answer: &'a Answer,
    verdict: &'a Verdict,
    now: DateTime<Utc>,
}

impl Told<'_> {
    /// Writes it down: with the job's end, or, when the letter has to wait, by itself.
    async fn write(&self, run: &Run<SendLetter>) -> Result<Option<Finished>, JobError> {
        let Self { letter, transport, answer, verdict, now } = *self;
        if verdict.wait.is_none() {
            let mut tx = run.finish().await?;
            letters::settle(&mut tx, letter, transport, answer, verdict, now).await.map_err(JobError::of)?;
            return tx.done().await.map(Some);
        }
        let mut db = run.db().begin().await?;
        letters::settle(&mut db, letter, transport, answer, verdict, now).await.map_err(JobError::of)?;
        db.commit().await?;
        Ok(None)
    }

    /// A wait is not counted as a failed attempt: how long a letter is worth trying is decided by its own time.
    fn end(&self, written: Result<Option<Finished>, JobError>) -> Result<Finished, JobError> {
        let wait = self.verdict.wait.unwrap_or_default();
        written?.ok_or_else(|| JobError::snooze(wait, "the mail server cannot take it now"))
    }
}

/// Where the reader declines letters of this kind; answered by the API.
fn one_click(context: &Context, token: &str) -> String {
    let api = context.settings.http.public_url.as_str().trim_end_matches('/');
    format!("{api}/api/notifications/unsubscribe/{token}/")
}

fn told(error: &SendError) -> Answer {
    let (maybe_delivered, words) = (error.maybe_delivered(), error.answer().to_owned());
    match error {
        SendError::Temporary { .. } => Answer::Later { answer: words, maybe_delivered },
        SendError::BadAddress { .. } => Answer::BadAddress(words),
        SendError::OwnFault { .. } => Answer::OwnFault(words),
        SendError::Refused { .. } => Answer::Refused(words),
    }
}

/// Logs and counts; never with the server's words, which may quote the address.
fn report(letter: &Sending, answer: &Answer, verdict: &Verdict) {
    let outcome = match (answer, verdict.wait) {
        (Answer::Accepted(_), _) => MailOutcome::Sent,
        (_, Some(_)) => MailOutcome::Deferred,
        (Answer::BadAddress(_), None) => MailOutcome::Bounced,
        (Answer::Later { .. }, None) if verdict.state == LetterState::Unknown => MailOutcome::Unknown,
        (Answer::Later { .. }, None) => MailOutcome::Expired,
        (Answer::OwnFault(_) | Answer::Refused(_), None) => MailOutcome::Failed,
    };
    metrics::mail(outcome);
    let (id, kind, outcome) = (letter.id, letter.kind, outcome.as_str());
    if let Answer::OwnFault(_) = answer {
        tracing::error!(
            letter.id = %id, alert = true,
            "the mail server refuses us: look at AUTOTRACK_SMTP_URL and AUTOTRACK_MAIL_FROM; sending pauses"
        );
        return;
    }
    info!(letter.id = %id, letter.kind = %kind, letter.outcome = outcome, "the mail server answered");
}

fn unsent(state: LetterState) -> MailOutcome {
    match state {
        LetterState::Suppressed => MailOutcome::Suppressed,
        LetterState::Unknown => MailOutcome::Unknown,
        _ => MailOutcome::Expired,
    }
}
