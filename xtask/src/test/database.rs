//! A database with today's schema, made without any of our programs: they may not compile yet.

use std::{fs, path::PathBuf};

use anyhow::{Context as _, Result, ensure};
use tokio::process::Command;

use crate::{checkout::Checkout, services::Services};

/// The address of a fresh database called `name` with every migration applied.
pub async fn migrated(checkout: &Checkout, services: &Services, name: &str) -> Result<String> {
    services.create_database(name).await?;
    let url = services.database_url(name);
    for migration in migrations(checkout)? {
        let output = Command::new("psql")
            .args([&url, "-X", "-q", "-v", "ON_ERROR_STOP=1", "--single-transaction", "-f"])
            .arg(&migration)
            .output()
            .await
            .context("cannot start psql")?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(url)
}

/// The migrations in their order.
fn migrations(checkout: &Checkout) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(checkout.root().join("migrations")).context("cannot read migrations")?;
    let mut found = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    found.retain(|path| path.extension().is_some_and(|it| it == "sql"));
    found.sort();
    Ok(found)
}
