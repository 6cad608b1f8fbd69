//! The tests in two lanes side by side: the suite of the worker starts processes and mostly waits for them, so the others
//! run meanwhile.

use anyhow::Result;

use super::{cargo::Cargo, step::Outcome, tally::Tally};
use crate::terminal::say;

/// Whose tests have a lane of their own.
const SLOW: &str = "worker";

/// Runs the tests of some packages, or all, or those whose names hold one of `parts`.
pub async fn run(cargo: &Cargo, packages: &[String], parts: &[String], tally: &mut Tally) -> Result<Outcome> {
    let mut tell = |line: String| {
        say!("{line}");
        tally.add_line(&line);
    };
    if !packages.is_empty() {
        let which = packages.iter().flat_map(|name| ["-p".to_owned(), name.clone()]).collect();
        return cargo.tests(&arguments(which, parts), tell).await;
    }
    let (mut kept, slow) = (Vec::new(), arguments(vec!["-p".to_owned(), SLOW.to_owned()], parts));
    let others = ["--workspace", "--exclude", SLOW].map(str::to_owned);
    let others = arguments(others.to_vec(), parts);
    let (slow, others) = tokio::try_join!(
        // Told when the others are done, so that each lane's lines stay together.
        cargo.tests(&slow, |line| kept.push(line)),
        cargo.tests(&others, &mut tell),
    )?;
    kept.into_iter().for_each(tell);
    Ok(slow.and(others))
}

fn arguments(which: Vec<String>, parts: &[String]) -> Vec<String> {
    let mut all: Vec<String> = ["test", "--locked", "--no-fail-fast"].map(str::to_owned).to_vec();
    all.extend(which);
    if !parts.is_empty() {
        all.push("--".to_owned());
        all.extend(parts.iter().cloned());
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_names_go_to_the_tests_and_packages_to_cargo() {
        let line = arguments(vec!["-p".to_owned(), "api".to_owned()], &["limits".to_owned()]).join(" ");
        assert_eq!(line, "test --locked --no-fail-fast -p api -- limits");
        assert_eq!(
            arguments(vec!["--workspace".to_owned()], &[]).join(" "),
            "test --locked --no-fail-fast --workspace"
        );
    }
}
