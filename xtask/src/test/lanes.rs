//! The tests in two lanes side by side: the suite of the worker starts processes and mostly waits for them, so the others
//! run meanwhile.

use anyhow::Result;

use super::{
    cargo::Cargo,
    programs::{self, Program},
    step::Outcome,
    tally::Tally,
};
use crate::terminal::say;

/// Whose tests have a lane of their own.
const SLOW: &str = "worker";

/// Runs the tests of some packages, or all, or those whose names hold one of `parts`.
pub async fn run(cargo: &Cargo, packages: &[String], parts: &[String], tally: &mut Tally) -> Result<Outcome> {
    let all = match programs::all(cargo).await? {
        Ok(all) => all,
        Err(bad) => return Ok(bad),
    };
    let wanted = all.into_iter().filter(|it| packages.is_empty() || packages.contains(&it.package));
    let (slow, others): (Vec<_>, Vec<_>) = wanted.partition(|it| it.package == SLOW);
    let mut tell = |line: String| {
        say!("{line}");
        tally.add_line(&line);
    };
    let mut kept = Vec::new();
    let (slow, others) = tokio::join!(
        // Told when the others are done, so that each lane's lines stay together.
        lane(cargo, &slow, parts, |line| kept.push(line)),
        lane(cargo, &others, parts, &mut tell),
    );
    kept.into_iter().for_each(tell);
    Ok(slow?.and(others?))
}

/// One program after the other; a failed one does not keep the next from being tried.
async fn lane(
    cargo: &Cargo,
    programs: &[Program],
    parts: &[String],
    mut heard: impl FnMut(String),
) -> Result<Outcome> {
    let mut outcome = Outcome::Good;
    for program in programs {
        heard(format!("\n-- {}, {}", program.package, program.kind));
        outcome = outcome.and(cargo.test_program(program, parts, &mut heard).await?);
    }
    Ok(outcome)
}
