//! The console in a real browser, where there is one.

use anyhow::Result;

use super::{cargo::Cargo, programs, step::Outcome, tally::Tally};
use crate::{process::find, terminal::say};

/// The tests that need one; they are ignored everywhere else.
const TESTS: &str = "console::sight";
/// What may be driven by chromedriver.
const BROWSERS: [&str; 3] = ["chromium", "google-chrome", "chromium-browser"];

/// Looks at every page.
pub async fn look(cargo: &Cargo, tally: &mut Tally) -> Result<Outcome> {
    if find("chromedriver").is_none() || BROWSERS.iter().all(|name| find(name).is_none()) {
        return Ok(Outcome::Skipped("Chromium and chromedriver are not installed".to_owned()));
    }
    let all = match programs::all(cargo).await? {
        Ok(all) => all,
        Err(bad) => return Ok(bad),
    };
    let mut outcome = Outcome::Good;
    for program in all.iter().filter(|it| it.package == "api" && it.kind == "test") {
        let which = [TESTS, "--ignored", "--test-threads=2"].map(str::to_owned);
        let heard = |line: String| {
            say!("{line}");
            tally.add_line(&line);
        };
        outcome = outcome.and(cargo.test_program(program, &which, heard).await?);
    }
    Ok(outcome)
}
