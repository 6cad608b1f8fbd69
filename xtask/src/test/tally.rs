//! Counts what `cargo test` says.

/// How many tests passed and failed, over all test programs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Passed.
    pub passed: u64,
    /// Failed.
    pub failed: u64,
}

impl Tally {
    /// Adds a line such as `test result: ok. 5 passed; 0 failed; 1 ignored; ..`; other lines count nothing.
    pub fn add_line(&mut self, line: &str) {
        let Some(result) = line.strip_prefix("test result: ") else { return };
        self.passed += count(result, "passed");
        self.failed += count(result, "failed");
    }
}

/// The number before `word`.
fn count(result: &str, word: &str) -> u64 {
    let words: Vec<&str> = result.split([' ', ';', '.']).filter(|it| !it.is_empty()).collect();
    let at = words.iter().skip(1).position(|it| *it == word);
    at.and_then(|at| words[at].parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_add_up_over_the_test_programs() {
        let mut tally = Tally::default();
        for line in [
            "running 2 tests",
            "test a_thing_passed ... ok",
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.05s",
            "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s",
        ] {
            tally.add_line(line);
        }
        assert_eq!(tally, Tally { passed: 15, failed: 2 });
    }
}
