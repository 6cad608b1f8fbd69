//! `api/openapi.json`: the document the API publishes, checked in so that a change of the contract is seen in review.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use tokio::process::Command;

use super::step::Outcome;
use crate::{checkout::Checkout, terminal::say};

/// Compares or writes the document.
pub async fn check(checkout: &Checkout, write: bool) -> Result<Outcome> {
    let output = Command::new(checkout.program("autotrack-api")).arg("openapi").output().await;
    let output = output.context("cannot start autotrack-api; ./test build makes it")?;
    ensure!(
        output.status.success(),
        "autotrack-api openapi: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    );
    let fresh = String::from_utf8(output.stdout).context("the document is not UTF-8")?;
    let path = checkout.root().join("api/openapi.json");
    if write {
        fs::write(&path, &fresh)?;
        say!("written to api/openapi.json");
        return Ok(Outcome::Good);
    }
    let kept = fs::read_to_string(&path).context("cannot read api/openapi.json; ./test --write makes it")?;
    Ok(difference(&kept, &fresh).map_or(Outcome::Good, Outcome::Failed))
}

/// The first line that differs.
fn difference(kept: &str, fresh: &str) -> Option<String> {
    if kept == fresh {
        return None;
    }
    let same = kept.lines().zip(fresh.lines()).take_while(|(kept, fresh)| kept == fresh).count();
    let line = |text: &str| text.lines().nth(same).unwrap_or("(the end)").trim().to_owned();
    Some(format!(
        "api/openapi.json differs from line {}:\n  - {}\n  + {}\n./test --write brings it up to date",
        same + 1,
        line(kept),
        line(fresh)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_differs_is_shown() {
        assert_eq!(difference("a\nb\n", "a\nb\n"), None);
        let shown = difference("a\nb\nc\n", "a\nx\nc\n").unwrap();
        assert!(shown.contains("line 2") && shown.contains("- b") && shown.contains("+ x"), "{shown}");
        assert!(difference("a\n", "a\nb\n").unwrap().contains("(the end)"));
    }
}
