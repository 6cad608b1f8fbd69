//! `./dev psql`, `./dev logs`, `./dev reset`.

use std::{
    fs,
    os::unix::process::CommandExt as _,
    path::PathBuf,
    process::{Command, ExitCode},
};

use anyhow::{Context as _, Result, bail};

use super::{
    detach::end_running,
    settings::{self, path},
    start::lock_path,
};
use crate::{checkout::Checkout, lock::Lock, services::remove, terminal::say};

/// A SQL prompt; this process becomes psql.
pub fn psql(checkout: &Checkout, arguments: &[String]) -> Result<ExitCode> {
    if Lock::holder(&lock_path(checkout))?.is_none() {
        bail!("the database is not running; start it with ./dev");
    }
    let url = settings::read(&path(checkout), "DATABASE_URL").context("still starting; try again")?;
    Err(Command::new("psql").arg(url).args(arguments).exec()).context("cannot start psql")
}

/// The logs as they grow; this process becomes tail.
pub fn logs(checkout: &Checkout, name: Option<&str>) -> Result<ExitCode> {
    let found = match name {
        Some(name) => {
            let choices = ["log", "txt"].map(|end| checkout.log().join(format!("{name}.{end}")));
            choices.into_iter().filter(|path| path.exists()).collect()
        }
        None => logs_of(checkout, "log")?,
    };
    if found.is_empty() {
        bail!("no such log; there are: {}", names(checkout)?.join(", "));
    }
    Err(Command::new("tail").args(["-n", "100", "-F"]).args(found).exec()).context("cannot start tail")
}

/// Throws the development data away: database, tickets, documents, logs. A running product is stopped first.
pub async fn reset(checkout: &Checkout) -> Result<ExitCode> {
    if end_running(checkout).await? {
        say!("./dev was running and has been stopped.");
    }
    let outside = checkout.outside_folder("postgres");
    for folder in [checkout.dev().join("data"), checkout.log(), outside] {
        remove(&folder)?;
    }
    let _ = fs::remove_file(path(checkout));
    say!("All development data is gone; ./dev starts afresh.");
    Ok(ExitCode::SUCCESS)
}

fn logs_of(checkout: &Checkout, extension: &str) -> Result<Vec<PathBuf>> {
    let Ok(entries) = fs::read_dir(checkout.log()) else { return Ok(Vec::new()) };
    let mut found = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    found.retain(|path| path.extension().is_some_and(|it| it == extension));
    found.sort();
    Ok(found)
}

fn names(checkout: &Checkout) -> Result<Vec<String>> {
    let found = [logs_of(checkout, "log")?, logs_of(checkout, "txt")?].concat();
    Ok(found.iter().filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned())).collect())
}
