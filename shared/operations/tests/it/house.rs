//! The product without its HTTP side: a database of its own and a clock that stands still.

use std::ops::Deref;
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use config::Settings;
use domain::clock::Clock;
use domain::email_address::EmailAddress;
use domain::ids::{ChallengeId, LetterId, UserId};
use domain::locale::Locale;
use domain::password::NewPassword;
use operations::Context;
use operations::accounts::{self, Login, Origin, Passwords, Registration, SignedIn};
use secrecy::{ExposeSecret, SecretString};
use tempfile::TempDir;
use testkit::TestDatabase;

pub const PASSWORD: &str = "tournesol bleu";

/// What the operations need.
pub struct House {
    pub ctx: Context,
    _database: TestDatabase,
    _files: TempDir,
}

impl Deref for House {
    type Target = Context;

    fn deref(&self) -> &Context {
        &self.ctx
    }
}

impl House {
    pub async fn open() -> Self {
        Self::open_with(|_| ()).await
    }

    /// A house with other settings or another cost of passwords.
    pub async fn open_with(change: impl FnOnce(&mut Context)) -> Self {
        let database = TestDatabase::start_with(20).await;
        let folder = TempDir::new().unwrap();
        let settings = settings(&database, &folder);
        let mut ctx = Context {
            db: database.pool().clone(),
            tickets: queue::Tickets::connect("redis://127.0.0.1:1").unwrap(),
            files: files::Files::from_settings(&settings.files).unwrap(),
            clock: Clock::fixed(start()),
            settings: Arc::new(settings),
            stripe: None,
            health: Arc::default(),
            // The cost is that of tests about something else.
            passwords: Passwords::with_cost(64, 1, 1),
        };
        change(&mut ctx);
        Self { ctx, _database: database, _files: folder }
    }

    pub fn later(&self, by: Duration) {
        self.clock.advance(by);
    }

    pub async fn register(&self, email: &str, password: &str) -> ChallengeId {
        let email = address(email);
        let registration = Registration {
            password: NewPassword::choose(password, &email).unwrap(),
            email,
            first_name: "Camille".into(),
            last_name: "Martin".into(),
            phone_number: None,
            locale: Locale::En,
            marketing_opt_in: false,
        };
        accounts::register(&self.ctx, registration, &Origin::default()).await.unwrap()
    }

    /// Somebody with a confirmed address, signed in.
    pub async fn sign_up(&self, email: &str) -> SignedIn {
        let challenge = self.register(email, PASSWORD).await;
        let code = self.read_code(email).await;
        self.verify(email, &code, Some(challenge)).await.unwrap()
    }

    /// The code of the newest letter with one, as its reader sees it: it is made when the letter is sent.
    pub async fn read_code(&self, email: &str) -> String {
        self.mint(self.newest_letter(email).await).await.expect("a code is sent")
    }

    /// What sending this letter makes its code to be.
    pub async fn mint(&self, letter: LetterId) -> Option<String> {
        let challenge: Option<uuid::Uuid> =
            sqlx::query_scalar("select challenge_id from letters where id = $1")
                .bind(letter.0)
                .fetch_one(&self.db)
                .await
                .unwrap();
        let mut db = self.ctx.read().await.unwrap();
        let minted =
            accounts::mint_code(&mut db, &self.settings, challenge?.into(), letter, self.clock.now()).await;
        minted.unwrap().map(|code| code.expose_secret().to_owned())
    }

    pub async fn newest_letter(&self, email: &str) -> LetterId {
        let id: i64 =
            sqlx::query_scalar("select max(id) from letters where address = $1::citext and kind = 'otp'")
                .bind(email)
                .fetch_one(&self.db)
                .await
                .unwrap();
        LetterId(id)
    }

    pub async fn verify(
        &self,
        email: &str,
        code: &str,
        challenge: Option<ChallengeId>,
    ) -> Result<SignedIn, accounts::AccountError> {
        accounts::verify_code(&self.ctx, &address(email), code, challenge, &Origin::default()).await
    }

    pub async fn login(&self, email: &str, password: &str) -> Result<Login, accounts::AccountError> {
        accounts::login(&self.ctx, &address(email), &password.into(), false, &Origin::default()).await
    }

    pub async fn refresh(&self, token: &SecretString) -> Result<accounts::Tokens, accounts::AccountError> {
        accounts::refresh(&self.ctx, token, &Origin::default()).await
    }

    pub async fn resend(&self, email: &str) -> Result<std::time::Duration, accounts::AccountError> {
        accounts::resend(&self.ctx, &address(email), None, Locale::Fr, &Origin::default()).await
    }

    /// Who holds this access token now.
    pub async fn holder(&self, access: &SecretString) -> Option<UserId> {
        accounts::authenticate(&self.ctx, access.expose_secret()).await.ok().map(|holder| holder.user)
    }

    /// How many rows a query counts.
    pub async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.db).await.unwrap()
    }

    pub async fn execute(&self, sql: &'static str) {
        sqlx::query(sql).execute(&self.db).await.unwrap();
    }

    /// The kinds of the letters to an address, in order.
    pub async fn letters(&self, email: &str) -> Vec<String> {
        sqlx::query_scalar("select kind from letters where address = $1::citext order by id")
            .bind(email)
            .fetch_all(&self.db)
            .await
            .unwrap()
    }

    /// The actions in the audit log, in order.
    pub async fn audited(&self) -> Vec<String> {
        sqlx::query_scalar("select action from audit_log order by id").fetch_all(&self.db).await.unwrap()
    }
}

pub fn address(text: &str) -> EmailAddress {
    text.parse().unwrap()
}

/// The refresh token of a session, to be shown again.
pub fn copy(token: &SecretString) -> SecretString {
    token.expose_secret().into()
}

fn start() -> DateTime<Utc> {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

fn settings(database: &TestDatabase, folder: &TempDir) -> Settings {
    let files = format!("file://{}", folder.path().display());
    Settings::from_lookup(|name| match name {
        "AUTOTRACK_ENV" => Some("test".to_owned()),
        "DATABASE_URL" => Some(database.url().to_owned()),
        "REDIS_URL" => Some("redis://127.0.0.1:1".to_owned()),
        "AUTOTRACK_FILES_URL" => Some(files.clone()),
        _ => None,
    })
    .unwrap()
}
