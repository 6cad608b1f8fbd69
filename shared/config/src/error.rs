//! What is wrong with the settings, all of it at once.

use std::fmt;

/// One setting that is missing or unusable, and what to set. Never holds the value itself: it may be a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The name of the environment variable.
    pub name: &'static str,
    /// What is wrong and what to set instead.
    pub advice: String,
}

/// Every missing or unusable setting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    /// In the order in which the settings are read; never empty.
    pub problems: Vec<Problem>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the settings cannot be used:")?;
        for problem in &self.problems {
            write!(f, "\n  {}: {}", problem.name, problem.advice)?;
        }
        f.write_str("\nevery setting is explained in deploy/env.example")
    }
}
