//! The templates, part of the binary: it needs no folder beside it.

use std::fmt::Write as _;
use std::sync::LazyLock;

use minijinja::{AutoEscape, Environment, Error, Output, State, UndefinedBehavior, Value, escape_formatter};

use crate::words;

macro_rules! source {
    ($($name:expr),+) => {
        (concat!($($name),+), include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../templates/", $($name),+)))
    };
}

macro_rules! sources {
    ($($kind:literal),+ $(,)?) => {
        &[
            source!("base.html"), source!("base.txt"), source!("parts.html"),
            source!("fr/words.jinja"), source!("en/words.jinja"),
            $(
                source!("fr/", $kind, ".html"), source!("fr/", $kind, ".txt"),
                source!("en/", $kind, ".html"), source!("en/", $kind, ".txt"),
            )+
        ]
    };
}

/// Every template by name; a kind of letter has an `.html` and a `.txt` in each language.
const SOURCES: &[(&str, &str)] = sources![
    "welcome",
    "otp",
    "already-registered",
    "session-revoked",
    "password-reset",
    "password-changed",
    "email-change-confirm",
    "email-change-notice",
    "email-changed",
    "new-device",
    "two-factor-reset",
    "account-suspended",
    "export-ready",
    "erasure-asked",
    "erasure-cancelled",
    "erasure-done",
    "inactive-account",
    "document-read",
    "document-needs-review",
    "document-failed",
    "maintenance-reminder",
    "subscription-confirmation",
    "subscription-renewal",
    "subscription-expired",
    "notification-digest",
    "operators-alert",
];

/// The templates, parsed once. HTML escapes what it is given; what is missing is an error, never a gap.
pub(crate) static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates.set_auto_escape_callback(|name| match name.rsplit_once('.') {
        Some((_, "html")) => AutoEscape::Html,
        _ => AutoEscape::None,
    });
    templates.set_formatter(write_value);
    templates.add_filter("moment", words::moment);
    templates.add_filter("shown", words::shown);
    templates.add_filter("day", words::calendar_day);
    templates.add_filter("money", words::money);
    templates.add_filter("km", words::kilometres);
    templates.add_filter("count", words::count);
    templates.add_filter("path", words::path);
    for (name, source) in SOURCES {
        templates.add_template(name, source).expect("a test parses every template of this build");
    }
    templates
});

/// Escapes the five characters that mean something in HTML. The library's own way also escapes the slash, which makes
/// links unreadable in the source.
fn write_value(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    let plain = matches!(state.auto_escape(), AutoEscape::Html).then(|| value.as_str()).flatten();
    let Some(text) = plain.filter(|_| !value.is_safe()) else { return escape_formatter(out, state, value) };
    for c in text.chars() {
        match c {
            '&' => out.write_str("&amp;")?,
            '<' => out.write_str("&lt;")?,
            '>' => out.write_str("&gt;")?,
            '"' => out.write_str("&quot;")?,
            '\'' => out.write_str("&#39;")?,
            c => out.write_char(c)?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use domain::letter::LetterKind;

    use super::*;

    #[test]
    fn every_kind_of_letter_has_its_templates_in_both_languages() {
        for kind in LetterKind::ALL {
            for locale in ["fr", "en"] {
                for form in ["html", "txt"] {
                    let name = format!("{locale}/{kind}.{form}");
                    assert!(TEMPLATES.get_template(&name).is_ok(), "{name}");
                }
            }
        }
    }

    #[test]
    fn every_template_of_the_folder_is_part_of_the_binary() {
        let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../templates"));
        for part in [folder.to_owned(), folder.join("fr"), folder.join("en")] {
            for file in std::fs::read_dir(part).unwrap().map(|entry| entry.unwrap().path()) {
                if file.is_file() {
                    let name = file.strip_prefix(folder).unwrap().to_str().unwrap();
                    assert!(SOURCES.iter().any(|(known, _)| *known == name), "{name}");
                }
            }
        }
    }
}
