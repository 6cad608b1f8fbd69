//! The long forms of the fault suite: each says in one line what it saw.

use anyhow::Result;

use super::{cargo::Cargo, step::Outcome, tally::Tally};
use crate::{checkout::Checkout, services::Services, terminal::say};

/// The tests that are long forms; other ignored ones are not of this suite.
const SUITE: &str = "faults::";

/// Runs those whose names hold one of `parts`, or all, one after the other. Builds first, so that nothing else runs beside
/// them.
pub async fn run(
    checkout: &Checkout,
    services: &Services,
    parts: &[String],
    tally: &mut Tally,
) -> Result<Outcome> {
    let cargo = Cargo::new(checkout)
        .with("DATABASE_URL", &services.database_url("postgres"))
        .with("REDIS_URL", &services.redis_url())
        .with("OMP_THREAD_LIMIT", "1");
    let build = ["build", "--locked", "-p", "api", "-p", "scheduler", "-p", "worker"];
    match cargo.run(&build).await? {
        Outcome::Good => {}
        bad => return Ok(bad),
    }
    let told = |line: String| {
        say!("{line}");
        tally.add_line(&line);
    };
    cargo.tests(&arguments(parts), told).await
}

fn arguments(parts: &[String]) -> Vec<String> {
    let line = "test --locked -p worker --test it -- --ignored --test-threads=1 --nocapture";
    let all = [SUITE.to_owned()];
    let names = if parts.is_empty() { &all[..] } else { parts };
    line.split(' ').map(str::to_owned).chain(names.iter().cloned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_run_unless_some_are_named() {
        let last = |parts: &[&str]| {
            let parts: Vec<String> = parts.iter().map(|&part| part.to_owned()).collect();
            arguments(&parts).pop().unwrap()
        };
        assert_eq!(last(&[]), "faults::");
        assert_eq!(last(&["long_06"]), "long_06");
    }
}
