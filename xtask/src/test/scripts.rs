//! The shell scripts.

use anyhow::Result;
use tokio::process::Command;

use super::step::Outcome;
use crate::{checkout::Checkout, process::find};

/// Every script of the project.
const SCRIPTS: [&str; 4] = ["dev", "test", ".ci/run", "xtask/setup.sh"];

/// What shellcheck says, where it is installed.
pub async fn check(checkout: &Checkout) -> Result<Outcome> {
    if find("shellcheck").is_none() {
        return Ok(Outcome::Skipped("shellcheck is not installed".to_owned()));
    }
    let output =
        Command::new("shellcheck").arg("-x").args(SCRIPTS).current_dir(checkout.root()).output().await?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(if output.status.success() { Outcome::Good } else { Outcome::Failed(said) })
}
