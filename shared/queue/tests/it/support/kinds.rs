//! Kinds of jobs that only tests know.

use std::time::Duration;

use domain::job::Queue;
use queue::{Finished, Job, JobError, Run};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Writes a notification down: an effect that can be counted.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Note {
    pub text: String,
}

impl Job for Note {
    const KIND: &'static str = "test_note";
    const QUEUE: Queue = Queue::Default;
    const MAX_ATTEMPTS: i16 = 3;
    const TIME_LIMIT: Duration = Duration::from_secs(2);
}

impl Note {
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned() }
    }
}

/// The same in the third version of its payload; the second one called its field `message`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NoteV3 {
    pub text: String,
}

impl Job for NoteV3 {
    const KIND: &'static str = "test_note";
    const VERSION: i16 = 3;
    const QUEUE: Queue = Queue::Default;

    fn upgrade(version: i16, payload: Value) -> Option<Value> {
        (version == 2).then(|| json!({ "text": payload["message"] }))
    }
}

/// Takes its time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Slow {}

impl Job for Slow {
    const KIND: &'static str = "test_slow";
    const QUEUE: Queue = Queue::Default;
    const TIME_LIMIT: Duration = Duration::from_mins(2);
}

/// Writes the note into a table that is as good as any.
pub async fn write(run: Run<Note>) -> Result<Finished, JobError> {
    let mut finish = run.finish().await?;
    put(&mut finish, &run.job.text).await?;
    finish.done().await
}

/// One row for each call.
pub async fn put(db: &mut sqlx::PgConnection, text: &str) -> Result<(), sqlx::Error> {
    sqlx::query("insert into reminders_sent (subject, due_on, kind) values ($1, current_date, gen_random_uuid()::text)")
        .bind(text)
        .execute(db)
        .await?;
    Ok(())
}
