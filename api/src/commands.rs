//! What the binary can do: serve, and the small jobs around serving.

use std::io::{IsTerminal, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use config::{DatabaseSettings, Environment, ExposeSecret, Settings};
use domain::email_address::EmailAddress;
use domain::password::NewPassword;
use operations::accounts;
use operations::audit;
use operations::{Context, demo};
use serde_json::json;
use telemetry::{Shutdown, ops};
use tracing::info;

use crate::{openapi, server};

/// Serves the API until a signal asks to stop.
///
/// # Errors
/// When a setting is missing or an address is taken.
pub async fn serve() -> anyhow::Result<()> {
    let settings = Settings::from_env()?;
    let telemetry = telemetry::start("autotrack-api", &settings.telemetry)?;
    let shutdown = Shutdown::listen()?;
    let context = Context::open(settings)?;
    context.check_redis().await?;
    // What uploads left that were cut off with an earlier process.
    tokio::task::spawn_blocking(|| files::sweep_temporary(Duration::from_hours(24)));
    let settings = Arc::clone(&context.settings);
    let _ops = ops::serve(&settings.ops, &shutdown, operations::probes::api(&context)).await?;
    let bound = server::bind(settings.http.addr)
        .await
        .with_context(|| format!("cannot listen on {}", settings.http.addr))?;
    info!(server.address = %bound.address, "serving");
    server::serve(bound, context, shutdown, settings.http.drain_grace).await;
    telemetry.shutdown().await;
    Ok(())
}

/// Brings the database to this build's schema.
///
/// # Errors
/// When a migration fails.
pub async fn migrate() -> anyhow::Result<()> {
    let settings: DatabaseSettings = config::load()?;
    let pool = operations::open_pool(&settings)?;
    database::schema::migrate(&pool).await?;
    say(&format!("schema {}\n", database::schema::needed_version()))
}

/// Prints the API document.
///
/// # Errors
/// When standard output is closed.
pub fn print_document() -> anyhow::Result<()> {
    say(&openapi::text())
}

/// Fills a development database with demonstration data; a second time changes nothing. Prints the logins as JSON.
///
/// # Errors
/// Outside development, when a specimen is missing, or when the database refuses.
pub async fn seed(specimens: &Path) -> anyhow::Result<()> {
    let settings = Settings::from_env()?;
    if settings.environment != Environment::Development {
        bail!("demonstration data is for development only (AUTOTRACK_ENV=development)");
    }
    demo::seed(&Context::open(settings)?, specimens).await?;
    let login = |email, about| json!({"email": email, "password": demo::PASSWORD, "about": about});
    let logins = [login(demo::DRIVER, "Alice, in French"), login(demo::FLEET, "Bruno, in English, two vans")];
    let staff = json!({"email": demo::STAFF, "password": demo::PASSWORD, "totp_secret": demo::STAFF_SECRET});
    say(&format!("{}\n", json!({"logins": logins, "staff": staff})))
}

/// Makes a staff account, with a password from standard input or one that is printed.
///
/// # Errors
/// When the address or the password is refused.
pub async fn add_staff(address: &str, is_superuser: bool) -> anyhow::Result<()> {
    let context = Context::open(Settings::from_env()?)?;
    let address: EmailAddress = address.parse().context("ADDRESS is not an e-mail address")?;
    let password = match typed_password()? {
        Some(typed) => Some(NewPassword::choose(&typed, &address).context("the password is refused")?),
        None => None,
    };
    let (db, passwords, clock) = (&context.db, &context.passwords, &context.clock);
    let added = accounts::add_staff(db, passwords, clock, &address, is_superuser, password).await?;
    if let Some(password) = added.password {
        say(&format!("password, shown this once: {}\n", password.expose_secret()))?;
    }
    say(if is_superuser { "the account is a superuser now\n" } else { "the account is staff now\n" })
}

/// Walks the audit log's chain, and prints where it ends. Keep that line elsewhere: it shows later that nothing was cut off.
///
/// # Errors
/// When the chain is broken, or the database does not answer.
pub async fn verify_audit() -> anyhow::Result<()> {
    let settings: DatabaseSettings = config::load()?;
    let verdict = audit::verify(&operations::open_pool(&settings)?).await?;
    let hash = hex::encode(&verdict.last_hash);
    say(&format!("{} links are whole, the last one's hash is {hash}\n", verdict.links))?;
    match verdict.first_break {
        None => say("the audit log is whole\n"),
        Some(found) => bail!("{found}"),
    }
}

/// The password that comes in by a pipe; none from a terminal or an empty pipe, and then one is made.
fn typed_password() -> anyhow::Result<Option<String>> {
    if std::io::stdin().is_terminal() {
        return Ok(None);
    }
    let mut password = String::new();
    std::io::stdin().take(1024).read_to_string(&mut password)?;
    let password = password.trim_end_matches(['\r', '\n']);
    Ok((!password.is_empty()).then(|| password.to_owned()))
}

fn say(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}
