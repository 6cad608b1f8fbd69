//! Reads single settings and gathers what is wrong with them.

use std::{str::FromStr, time::Duration};

use secrecy::SecretString;
use url::Url;

use crate::{ConfigError, Environment, Problem, environment};

/// A group of settings that can be read from a [`Reader`].
pub trait Section: Sized {
    /// Reads every setting of the section; problems are left in the reader.
    ///
    /// The value is only handed on when no problem was found, so stand-ins never escape.
    fn read(reader: &mut Reader<'_>) -> Self;
}

/// Looks settings up by name and remembers every problem.
pub struct Reader<'a> {
    lookup: &'a dyn Fn(&str) -> Option<String>,
    environment: Environment,
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(lookup: &'a dyn Fn(&str) -> Option<String>) -> Self {
        let mut reader = Self { lookup, environment: Environment::Production, problems: Vec::new() };
        match environment::parse(reader.text(environment::NAME).as_deref()) {
            Ok(environment) => reader.environment = environment,
            Err(advice) => reader.problem(environment::NAME, advice),
        }
        reader
    }

    pub(crate) fn finish<T>(self, value: T) -> Result<T, ConfigError> {
        if self.problems.is_empty() { Ok(value) } else { Err(ConfigError { problems: self.problems }) }
    }

    pub(crate) fn environment(&self) -> Environment {
        self.environment
    }

    pub(crate) fn is_production(&self) -> bool {
        self.environment.is_production()
    }

    /// Remembers that a setting is unusable and what to set.
    pub(crate) fn problem(&mut self, name: &'static str, advice: impl Into<String>) {
        self.problems.push(Problem { name, advice: advice.into() });
    }

    /// The value, without the blanks around it; an empty value counts as unset.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        (self.lookup)(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    pub(crate) fn secret(&self, name: &str) -> Option<SecretString> {
        self.text(name).map(SecretString::from)
    }

    /// The value, or `outside_production` where that is allowed; otherwise a problem.
    pub(crate) fn needed(
        &mut self,
        name: &'static str,
        outside_production: Option<&str>,
        example: &str,
    ) -> String {
        let fallback = outside_production.filter(|_| !self.is_production());
        self.text(name).or_else(|| fallback.map(str::to_owned)).unwrap_or_else(|| {
            self.problem(name, format!("is missing; set it, for example {name}={example}"));
            String::new()
        })
    }

    /// A number or the like; `expected` says in words what is accepted.
    pub(crate) fn parsed<T: FromStr>(&mut self, name: &'static str, default: T, expected: &str) -> T {
        let Some(text) = self.text(name) else { return default };
        text.parse().unwrap_or_else(|_| {
            self.problem(name, format!("set {expected}"));
            default
        })
    }

    /// A whole number from `least` upwards.
    pub(crate) fn at_least(&mut self, name: &'static str, least: u64, default: u64) -> u64 {
        let expected = format!("a whole number, {least} or more");
        let value = self.parsed(name, default, &expected);
        if value < least {
            self.problem(name, format!("set {expected}"));
        }
        value
    }

    /// A length of time in whole seconds, at least one.
    pub(crate) fn seconds(&mut self, name: &'static str, default: u64) -> Duration {
        Duration::from_secs(self.at_least(name, 1, default))
    }

    /// Yes or no.
    pub(crate) fn flag(&mut self, name: &'static str) -> bool {
        self.parsed(name, false, "true or false")
    }

    /// An address that must have one of `schemes`.
    pub(crate) fn url(&mut self, name: &'static str, text: &str, schemes: &[&str]) -> Option<Url> {
        if text.is_empty() {
            return None; // reported as missing already
        }
        let url = Url::parse(text).ok().filter(|url| schemes.contains(&url.scheme()));
        if url.is_none() {
            self.problem(name, format!("set an address that starts with {}://", schemes.join(":// or ")));
        }
        url
    }

    /// A web address that must be https in production.
    pub(crate) fn web_address(&mut self, name: &'static str, development: &str, example: &str) -> Url {
        let text = self.needed(name, Some(development), example);
        let url = self.url(name, &text, &["https", "http"]);
        if self.is_production() && url.as_ref().is_some_and(|url| url.scheme() == "http") {
            self.problem(name, "is not encrypted; set an address that starts with https://");
        }
        url.unwrap_or_else(|| Url::parse(development).expect("development addresses are written in the code"))
    }
}
