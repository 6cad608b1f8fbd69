//! Where the product runs.

use crate::{Reader, Section};

/// Where the product runs; decides defaults and how strict the checks are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// On a developer's machine: defaults for everything but the addresses of the services.
    Development,
    /// In automated tests: as development, with the limits of production.
    Test,
    /// Anywhere people rely on it.
    Production,
}

impl Environment {
    /// Whether weak settings are refused.
    pub fn is_production(self) -> bool {
        self == Self::Production
    }

    /// The word of the setting.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Test => "test",
            Self::Production => "production",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Development, Self::Test, Self::Production].into_iter().find(|it| it.as_str() == word)
    }
}

impl Section for Environment {
    fn read(reader: &mut Reader<'_>) -> Self {
        reader.environment()
    }
}

/// The setting; unset means production, so that forgetting it never weakens a server.
pub(crate) const NAME: &str = "AUTOTRACK_ENV";

/// The environment that `word` names.
pub(crate) fn parse(word: Option<&str>) -> Result<Environment, &'static str> {
    match word {
        None => Ok(Environment::Production),
        Some(word) => Environment::from_word(word).ok_or("set development, test or production"),
    }
}
