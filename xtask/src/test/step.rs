//! The steps of `./test`, and what came of each.

use std::time::Duration;

use crate::terminal::say;

/// One thing that is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// How the code is laid out.
    Fmt,
    /// Who may depend on whom.
    Walls,
    /// The shell scripts.
    Scripts,
    /// The queries against the schema.
    Queries,
    /// What the compiler's friend finds.
    Clippy,
    /// Programs and tests compile.
    Build,
    /// What the API links.
    Linkage,
    /// The published document.
    Openapi,
    /// The published document, as others read it.
    Redocly,
    /// The tests themselves.
    Tests,
    /// What a browser makes of the console.
    Browser,
    /// How fast it is; only when asked for.
    Bench,
    /// What it survives, with the figures that are promised; only when asked for.
    Faults,
}

impl Step {
    /// What is checked when nothing is named, quick ones first.
    const ALL: [Self; 11] = [
        Self::Fmt,
        Self::Walls,
        Self::Scripts,
        Self::Queries,
        Self::Clippy,
        Self::Build,
        Self::Linkage,
        Self::Openapi,
        Self::Redocly,
        Self::Tests,
        Self::Browser,
    ];

    /// What is done only when it is named.
    const NAMED: [Self; 2] = [Self::Bench, Self::Faults];

    /// The word on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fmt => "fmt",
            Self::Walls => "walls",
            Self::Scripts => "scripts",
            Self::Queries => "queries",
            Self::Clippy => "clippy",
            Self::Build => "build",
            Self::Linkage => "linkage",
            Self::Openapi => "openapi",
            Self::Redocly => "redocly",
            Self::Tests => "tests",
            Self::Browser => "browser",
            Self::Bench => "bench",
            Self::Faults => "faults",
        }
    }

    /// What it makes sure of.
    pub fn about(self) -> &'static str {
        match self {
            Self::Fmt => "every file is laid out the same way",
            Self::Walls => "no crate reaches where it must not",
            Self::Scripts => "shellcheck has nothing to say",
            Self::Queries => ".sqlx is what the queries and the schema make of each other",
            Self::Clippy => "no warnings",
            Self::Build => "programs and tests compile",
            Self::Linkage => "the API links no Tesseract and no Leptonica",
            Self::Openapi => "api/openapi.json is what the API publishes",
            Self::Redocly => "redocly finds no fault in api/openapi.json",
            Self::Tests => "against a PostgreSQL and a Redis of their own",
            Self::Browser => "the console fits, reads, and obeys the keyboard",
            Self::Faults => "what it survives: the long forms, one after the other",
            Self::Bench => "reading against the tesseract command; from asking for a job to its start",
        }
    }
}

/// Which steps, and which part of a test's name, the words ask for.
pub fn choose(words: &[String], packages: bool, write: bool) -> (Vec<Step>, Vec<String>) {
    let mut steps = Vec::new();
    let mut filters = Vec::new();
    for word in words {
        match Step::ALL.into_iter().chain(Step::NAMED).find(|step| step.name() == word) {
            Some(step) => steps.push(step),
            None => filters.push(word.clone()),
        }
    }
    if steps.is_empty() && (packages || !filters.is_empty()) {
        steps.push(Step::Tests);
    } else if steps.is_empty() && write {
        steps.extend([Step::Queries, Step::Build, Step::Openapi]);
    } else if steps.is_empty() {
        steps.extend(Step::ALL);
    }
    (steps, filters)
}

/// What came of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// All is well.
    Good,
    /// It could not be tried, and why that is no failure.
    Skipped(String),
    /// It failed, and why.
    Failed(String),
}

impl Outcome {
    /// The first that is not good.
    pub fn and(self, other: Self) -> Self {
        if matches!(self, Self::Good) { other } else { self }
    }

    /// Failed with the list, unless it is empty.
    pub fn from_problems(problems: &[String]) -> Self {
        if problems.is_empty() { Self::Good } else { Self::Failed(problems.join("\n")) }
    }
}

/// What came of every step.
#[derive(Debug, Default)]
pub struct Report {
    lines: Vec<(Step, Outcome, Duration)>,
}

impl Report {
    /// Remembers one step.
    pub fn add(&mut self, step: Step, outcome: Outcome, took: Duration) {
        self.lines.push((step, outcome, took));
    }

    /// Whether no step failed.
    pub fn all_good(&self) -> bool {
        self.lines.iter().all(|(_, outcome, _)| !matches!(outcome, Outcome::Failed(_)))
    }

    /// One line per step, and the whole time.
    pub fn print(&self, took: Duration) {
        say!("");
        for (step, outcome, took) in &self.lines {
            let word = match outcome {
                Outcome::Good => "ok".to_owned(),
                Outcome::Skipped(why) => format!("skipped: {why}"),
                Outcome::Failed(_) => "FAILED".to_owned(),
            };
            say!("{:>8.1} s  {:<8} {word}", took.as_secs_f64(), step.name());
        }
        say!("{:>8.1} s  in all", took.as_secs_f64());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn without_words_everything_is_checked() {
        assert_eq!(choose(&[], false, false), (Step::ALL.to_vec(), vec![]));
    }

    #[test]
    fn a_step_is_chosen_by_name_and_anything_else_is_part_of_a_tests_name() {
        assert_eq!(choose(&words(&["walls", "fmt"]), false, false), (vec![Step::Walls, Step::Fmt], vec![]));
        assert_eq!(choose(&words(&["garage"]), false, false), (vec![Step::Tests], words(&["garage"])));
        assert_eq!(choose(&[], true, false), (vec![Step::Tests], vec![]));
        assert_eq!(
            choose(&words(&["faults", "long_06"]), false, false),
            (vec![Step::Faults], words(&["long_06"]))
        );
    }

    #[test]
    fn writing_touches_only_what_is_generated() {
        assert_eq!(choose(&[], false, true).0, [Step::Queries, Step::Build, Step::Openapi]);
    }

    #[test]
    fn one_failed_step_fails_the_run_and_a_skipped_one_does_not() {
        let mut report = Report::default();
        report.add(Step::Scripts, Outcome::Skipped("not installed".to_owned()), Duration::ZERO);
        report.add(Step::Fmt, Outcome::Good, Duration::ZERO);
        assert!(report.all_good());
        report.add(Step::Walls, Outcome::from_problems(&["x".to_owned()]), Duration::ZERO);
        assert!(!report.all_good());
    }
}
