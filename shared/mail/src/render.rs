//! From a letter in the ledger to its subject, HTML and text.

use std::collections::BTreeMap;
use std::fmt;

use domain::letter::{Carried, Letter, LetterKind, UnknownContent};
use domain::locale::Locale;
use minijinja::value::Serde;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::sample::sample;
use crate::templates::TEMPLATES;

/// Longest text of one value from outside, in characters: a title of a million letters stays a title.
const MAX_VALUE: usize = 120;
/// Longest subject, in characters.
const MAX_SUBJECT: usize = 160;

/// What a letter needs beside its content.
#[derive(Debug, Clone)]
pub struct Surroundings<'a> {
    /// Where the frontend is; every link starts with it.
    pub frontend_url: &'a str,
    /// The code or the link's token of a letter that carries one, made for this sending. Never from the ledger.
    pub secret: Option<&'a SecretString>,
}

/// A letter, ready to be composed. May hold a secret: not shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The subject, on one line.
    pub subject: String,
    /// The HTML part.
    pub html: String,
    /// The text part.
    pub text: String,
}

impl fmt::Debug for Rendered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rendered").field("html_bytes", &self.html.len()).finish_non_exhaustive()
    }
}

/// A letter cannot be written. Trying again does not help.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The ledger's content does not fit the kind.
    #[error(transparent)]
    Content(#[from] UnknownContent),
    /// A letter that carries a code or a token was given none.
    #[error("the letter carries a secret and none was given")]
    MissingSecret,
    /// A template failed.
    #[error("a template failed")]
    Template(#[from] minijinja::Error),
}

/// Writes the letter of this kind and content.
///
/// # Errors
/// When the content is not that of the kind, or the kind carries a secret and was given none.
pub fn render(
    kind: LetterKind,
    locale: Locale,
    context: &Value,
    surroundings: &Surroundings<'_>,
) -> Result<Rendered, RenderError> {
    let letter = Letter::from_context(kind, context)?;
    let mut values = values(&letter, locale, surroundings.frontend_url);
    if let Some(carried) = kind.carries() {
        let secret = surroundings.secret.ok_or(RenderError::MissingSecret)?;
        values.insert(name(carried).to_owned(), secret.expose_secret().into());
    }
    let template = format!("{}/{kind}", locale.as_str());
    let mut page = TEMPLATES.get_template(&format!("{template}.txt"))?.render_captured(Serde(&values))?;
    let subject = one_line(&page.with_state_mut(|state| state.render_block("subject"))?, MAX_SUBJECT);
    let text = page.output().to_owned();
    values.insert("subject".to_owned(), subject.clone().into());
    let html = TEMPLATES.get_template(&format!("{template}.html"))?.render(Serde(&values))?;
    Ok(Rendered { subject, html, text })
}

/// What the templates call it.
fn name(carried: Carried) -> &'static str {
    match carried {
        Carried::Code => "code",
        Carried::Token => "token",
    }
}

/// The names that the templates of a kind can use beside `frontend`, `locale` and `subject`, as its sample has them.
pub fn variables(kind: LetterKind) -> Vec<String> {
    let mut names: Vec<String> = match sample(kind, Locale::default()).to_context() {
        Value::Object(content) => content.into_iter().map(|(name, _)| name).collect(),
        _ => Vec::new(),
    };
    names.extend(kind.carries().map(|carried| name(carried).to_owned()));
    names
}

/// The content, cleaned, and what every letter has.
fn values(letter: &Letter, locale: Locale, frontend_url: &str) -> BTreeMap<String, Value> {
    let mut values = BTreeMap::new();
    if let Value::Object(content) = letter.to_context() {
        values.extend(content.into_iter().map(|(key, value)| (key, cleaned(value))));
    }
    values.insert("locale".to_owned(), locale.as_str().into());
    values.insert("frontend".to_owned(), frontend_url.trim_end_matches('/').into());
    values
}

/// Takes from every text what could break out of its line: titles and names are typed by people.
fn cleaned(value: Value) -> Value {
    match value {
        Value::String(text) => one_line(&text, MAX_VALUE).into(),
        Value::Array(items) => items.into_iter().map(cleaned).collect(),
        Value::Object(members) => members
            .into_iter()
            .map(|(key, member)| (key, cleaned(member)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => other,
    }
}

/// The text on one line, without control, direction and other invisible characters, of at most `max` of them.
fn one_line(text: &str, max: usize) -> String {
    let visible: String = text.chars().map(|c| if is_breaking(c) { ' ' } else { c }).collect();
    let mut line = String::new();
    for word in visible.split(' ').filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if line.chars().count() > max {
        line = line.chars().take(max - 1).chain(['…']).collect();
    }
    line
}

/// Control characters, line and paragraph separators, zero-width and direction marks.
fn is_breaking(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_from_outside_stays_on_its_line_and_short() {
        assert_eq!(one_line(" a\r\nBcc: x\u{202e}\u{2028}b\t ", 99), "a Bcc: x b");
        assert_eq!(one_line("prix\u{a0}: 1\u{202f}000", 99), "prix\u{a0}: 1\u{202f}000");
        assert_eq!(one_line(&"é".repeat(1_000_000), 99).chars().count(), 99);
    }
}
