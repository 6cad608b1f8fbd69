//! A house of a test's own: API, scheduler and workers as processes, with their database, Redis, files and mail.

mod database;
mod postgres;
mod program;
mod proxy;
mod redis;
mod visitor;

use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use mailsink::{Message, Sink};
use tempfile::TempDir;
use testkit::TestDatabase;
use tokio::time::{Instant, sleep};

pub use database::Database;
pub use postgres::Postgres;
pub use program::Program;
pub use proxy::{Proxy, Weather};
pub use redis::Redis;
pub use visitor::Visitor;

/// How long anything may take on a busy machine before a test gives up.
pub const PATIENCE: Duration = Duration::from_secs(90);

/// Between two looks.
pub const LOOK: Duration = Duration::from_millis(50);

/// What a house stands on.
pub struct Ground {
    pub database: Database,
    pub redis: Redis,
    pub post: Sink,
}

impl Ground {
    /// A database on the server of all tests, an empty Redis, a mail server.
    pub async fn new() -> Self {
        Self::on(Database::Shared(TestDatabase::start().await)).await
    }

    /// The same with another database.
    pub async fn on(database: Database) -> Self {
        Self { database, redis: Redis::start().await, post: Sink::start_local().await.unwrap() }
    }
}

/// Everything but the workers runs from the start; a test starts and ends those as it likes.
pub struct House {
    pub database: Database,
    pub redis: Redis,
    pub post: Sink,
    _api: Program,
    scheduler: Option<Program>,
    url: String,
    settings: Vec<(String, String)>,
    /// What no log may hold.
    secrets: Vec<String>,
    folder: TempDir,
}

impl House {
    /// Opens the house.
    pub async fn open() -> Self {
        Self::open_with(&[]).await
    }

    /// The same with more settings.
    pub async fn open_with(more: &[(&str, &str)]) -> Self {
        Self::open_on(Ground::new().await, more).await
    }

    /// The same on ground that was prepared.
    pub async fn open_on(ground: Ground, more: &[(&str, &str)]) -> Self {
        let Ground { database, redis, post } = ground;
        let folder = TempDir::new().unwrap();
        let mut settings: Vec<(String, String)> = [
            ("AUTOTRACK_ENV", "test".to_owned()),
            ("DATABASE_URL", database.url().to_owned()),
            ("REDIS_URL", redis.url()),
            ("AUTOTRACK_FILES_URL", format!("file://{}", folder.path().join("files").display())),
            ("AUTOTRACK_HTTP_ADDR", "127.0.0.1:0".to_owned()),
            ("AUTOTRACK_OPS_ADDR", "127.0.0.1:0".to_owned()),
            ("AUTOTRACK_RATE_LIMIT_FACTOR", "50".to_owned()),
            ("AUTOTRACK_SMTP_URL", format!("smtp://autotrack:secret@{}", post.smtp_addr())),
            ("AUTOTRACK_WORKER_CONCURRENCY", "ocr=1".to_owned()),
            ("OMP_THREAD_LIMIT", "1".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        settings.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let api = Program::start("api", &settings, folder.path());
        let scheduler = Program::start("scheduler", &settings, folder.path());
        let url = format!("http://{}", api.address().await);
        Self {
            database,
            redis,
            post,
            _api: api,
            scheduler: Some(scheduler),
            url,
            settings,
            secrets: Vec::new(),
            folder,
        }
    }

    /// One more worker; it is at work when this returns.
    pub async fn worker(&self) -> Program {
        self.worker_with(&[]).await
    }

    /// The same with other settings.
    pub async fn worker_with(&self, more: &[(&str, &str)]) -> Program {
        let worker = Program::start("worker", &self.settings_with(more), self.folder.path());
        worker.said("at work").await;
        worker
    }

    /// Stops the scheduler, in order.
    pub async fn stop_scheduler(&mut self) {
        let scheduler = self.scheduler.take().expect("a scheduler runs");
        assert!(scheduler.stop().await.success());
    }

    /// Starts a scheduler instead of the one that was stopped; it is at work when this returns.
    pub async fn start_scheduler(&mut self) {
        let scheduler = Program::start("scheduler", &self.settings, self.folder.path());
        scheduler.said("at work").await;
        self.scheduler = Some(scheduler);
    }

    /// The settings of its programs, and more.
    pub fn settings_with(&self, more: &[(&str, &str)]) -> Vec<(String, String)> {
        let more = more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        self.settings.iter().cloned().chain(more).collect()
    }

    /// Where its programs run and write their logs.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The number that a query answers.
    pub async fn count(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(self.database.pool()).await.unwrap()
    }

    /// The words that a query answers.
    pub async fn words(&self, query: &'static str) -> Vec<String> {
        sqlx::query_scalar(query).fetch_all(self.database.pool()).await.unwrap()
    }

    /// Waits until a query answers at least this number.
    pub async fn until(&self, least: i64, query: &'static str) {
        let deadline = Instant::now() + PATIENCE;
        while self.count(query).await < least {
            assert!(Instant::now() < deadline, "not {least} in time: {query}");
            sleep(LOOK).await;
        }
    }

    /// Waits until nobody has anything left to do: what would be doubled has been by then.
    pub async fn until_idle(&self) {
        self.until(0, "select -count(*) from jobs where state in ('ready', 'running', 'retry')").await;
    }

    /// Fails when a log of this house holds something that belongs to a person.
    pub fn assert_logs_keep_quiet(&self) {
        for (name, text) in program::logs(self.folder.path()) {
            let told = self.secrets.iter().find(|secret| tells(&text, secret));
            assert_eq!(told, None, "the log of {name} tells a secret");
            assert!(
                text.contains("at work") || text.contains("serving"),
                "the log of {name} says nothing: {text}"
            );
        }
    }

    /// Remembers what no log may hold, nor without its hyphens, as plates are kept.
    pub fn keep_secret(&mut self, secret: &str) {
        self.secrets.extend([secret.to_owned(), secret.replace('-', "")]);
    }

    /// The letters about papers that somebody got.
    pub fn letters(&self, visitor: &Visitor) -> Vec<Message> {
        let mut letters = self.post.messages_to(&visitor.email);
        letters.retain(|letter| {
            letter.header("X-AutoTrack-Letter").is_some_and(|kind| kind.starts_with("document-"))
        });
        letters
    }
}

/// Whether the text holds the word by itself: the digits of a code stand in many an id.
fn tells(text: &str, secret: &str) -> bool {
    let is_part = |sign: Option<char>| sign.is_some_and(|sign| sign.is_ascii_alphanumeric());
    text.match_indices(secret).any(|(place, found)| {
        let (before, after) = (&text[..place], &text[place + found.len()..]);
        secret.len() > 8 || !(is_part(before.chars().next_back()) || is_part(after.chars().next()))
    })
}

impl Drop for House {
    /// A failed test shows what its programs said.
    #[expect(clippy::print_stderr, reason = "this is where people look")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            for (name, text) in program::logs(self.folder.path()) {
                let lines: Vec<&str> = text.lines().collect();
                let last = &lines[lines.len().saturating_sub(60)..];
                eprintln!("== {name}\n{}", last.join("\n"));
            }
        }
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
