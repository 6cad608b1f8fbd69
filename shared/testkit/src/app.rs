//! The API under test: the real server on a free port, over a database of its own.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use config::{ExposeSecret, Settings};
use domain::clock::Clock;
use files::Files;
use operations::Context;
use operations::accounts::Passwords;
use queue::Tickets;
use telemetry::Shutdown;
use tempfile::TempDir;
use uuid::Uuid;

use crate::TestDatabase;
use crate::client::Client;
use crate::person::{self, Person};

/// A running API. It stops, and its database goes, when this is dropped.
pub struct TestApp {
    /// Its address, such as `http://127.0.0.1:34567`.
    pub url: String,
    /// What its operations use; for looking behind the answers.
    pub context: Context,
    /// Its database.
    pub database: TestDatabase,
    people: AtomicU32,
    shutdown: Shutdown,
    _files: TempDir,
}

/// Settings that a test changes, by name.
pub type Overrides<'a> = &'a [(&'a str, &'a str)];

impl TestApp {
    /// Starts the API with the settings of a test.
    pub async fn start() -> Self {
        Self::start_with(&[], Clock::system()).await
    }

    /// The same with other settings or another clock.
    pub async fn start_with(overrides: Overrides<'_>, clock: Clock) -> Self {
        let database = TestDatabase::start().await;
        let folder = TempDir::new().expect("a temporary folder can be made");
        let settings = settings(&database, &folder, overrides);
        let namespace = format!("test-{}", Uuid::new_v4().simple());
        let context = Context {
            db: database.pool().clone(),
            tickets: Tickets::connect_as(settings.redis.url.expose_secret(), &namespace)
                .expect("REDIS_URL is good"),
            files: Files::from_settings(&settings.files).expect("a folder can be opened"),
            clock,
            // Cheap: what a password costs is tested beside the hashing.
            passwords: Passwords::with_cost(64, 1, 1),
            stripe: None,
            health: Arc::default(),
            settings: Arc::new(settings),
        };
        let bound = api::server::bind(context.settings.http.addr).await.expect("a free port can be had");
        let url = format!("http://{}", bound.address);
        let shutdown = Shutdown::new();
        tokio::spawn(api::server::serve(bound, context.clone(), shutdown.clone(), Duration::from_secs(1)));
        Self { url, context, database, people: AtomicU32::new(0), shutdown, _files: folder }
    }

    /// Asks the server to stop, as SIGTERM does.
    pub fn stop(&self) {
        self.shutdown.request("the test says so");
    }

    /// Somebody who is not signed in.
    pub fn nobody(&self) -> Client {
        Client::new(&self.url, None)
    }

    /// Alice, with an account and signed in.
    pub async fn alice(&self) -> Person {
        self.person("alice").await
    }

    /// Bob, who has nothing to do with Alice.
    pub async fn bob(&self) -> Person {
        self.person("bob").await
    }

    /// A member of staff, signed in with a second factor.
    pub async fn staff(&self) -> Person {
        let staff = self.person("staff").await;
        sqlx::query("update users set is_staff = true where id = $1")
            .bind(staff.id.0)
            .execute(&self.context.db)
            .await
            .expect("an account can be made staff");
        sqlx::query("update sessions set auth_method = 'totp' where user_id = $1")
            .bind(staff.id.0)
            .execute(&self.context.db)
            .await
            .expect("a session can be a stronger one");
        staff
    }

    /// Many confirmed accounts at once: `name1@exemple.fr` and so on, with everybody's password.
    pub async fn accounts(&self, name: &str, count: usize) {
        person::settle(self, name, count).await;
    }

    /// Somebody with a verified account, signed in. The address is new each time: limits are counted by it.
    pub async fn person(&self, name: &str) -> Person {
        let number = self.people.fetch_add(1, Ordering::Relaxed);
        let address = format!("{name}{number}-{}@exemple.fr", Uuid::new_v4().simple());
        person::sign_up(self, &address).await
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.shutdown.request("the test is over");
    }
}

fn settings(database: &TestDatabase, folder: &TempDir, overrides: Overrides<'_>) -> Settings {
    let mut values: HashMap<String, String> = [
        ("AUTOTRACK_ENV", "test".to_owned()),
        ("DATABASE_URL", database.url().to_owned()),
        ("REDIS_URL", crate::redis_url()),
        ("AUTOTRACK_HTTP_ADDR", "127.0.0.1:0".to_owned()),
        ("AUTOTRACK_OPS_ADDR", "127.0.0.1:0".to_owned()),
        ("AUTOTRACK_RATE_LIMIT_FACTOR", "1000".to_owned()),
        ("AUTOTRACK_SMTP_URL", "smtp://127.0.0.1:1".to_owned()),
        ("AUTOTRACK_FILES_URL", format!("file://{}", folder.path().display())),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    values.extend(overrides.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    Settings::from_lookup(|name| values.get(name).cloned()).expect("the settings of a test are complete")
}
