//! The published document in the eyes of a linter that others use.

use std::time::Duration;

use anyhow::Result;
use tokio::{process::Command, time::timeout};

use super::step::Outcome;
use crate::{checkout::Checkout, process::find};

/// One version, so that a new rule does not turn an old document red.
const LINTER: &str = "@redocly/cli@2.77.0";

/// How long fetching it may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// What the linter says, where Node is installed and the linter can be fetched.
pub async fn check(checkout: &Checkout) -> Result<Outcome> {
    if find("npx").is_none() {
        return Ok(Outcome::Skipped("Node is not installed".to_owned()));
    }
    let npx = |arguments: &[&str]| {
        let mut command = Command::new("npx");
        command.args(["--yes", LINTER]).args(arguments).current_dir(checkout.root());
        command.env("npm_config_cache", checkout.dev().join("npm")).env("npm_config_prefer_offline", "true");
        command.env("REDOCLY_TELEMETRY", "off").env("CI", "true").kill_on_drop(true);
        command
    };
    let fetched = timeout(PATIENCE, npx(&["--version"]).output()).await;
    if !fetched.is_ok_and(|fetched| fetched.is_ok_and(|output| output.status.success())) {
        return Ok(Outcome::Skipped("the linter cannot be fetched".to_owned()));
    }
    let output = npx(&["lint", "--config", "api/redocly.yaml", "api/openapi.json"]).output().await?;
    let said = [output.stdout, output.stderr].concat();
    Ok(if output.status.success() {
        Outcome::Good
    } else {
        Outcome::Failed(String::from_utf8_lossy(&said).into_owned())
    })
}
