//! What a certificate says under each code: as printed, and as it is meant.

use std::collections::BTreeMap;
use std::fmt::Display;

use chrono::NaiveDate;
use serde_json::{Map, Value};

/// Values by their code, `C.4.1`; a code without a value is not in it.
#[derive(Default)]
pub struct Rubrics(BTreeMap<&'static str, Said>);

struct Said {
    lines: Vec<String>,
    truth: String,
}

impl Rubrics {
    /// A value that is meant as it stands.
    pub fn set(&mut self, code: &'static str, text: impl Display) {
        let text = text.to_string();
        self.put(code, vec![text.clone()], text);
    }

    /// A value if there is one.
    pub fn set_some(&mut self, code: &'static str, text: Option<impl Display>) {
        if let Some(text) = text {
            self.set(code, text);
        }
    }

    /// Several lines, meant as one.
    pub fn set_lines(&mut self, code: &'static str, lines: &[String]) {
        self.put(code, lines.to_vec(), lines.join(" "));
    }

    /// A day, `12/03/2024` on paper, with words before it.
    pub fn set_date(&mut self, code: &'static str, words: &str, day: NaiveDate) {
        let printed = format!("{words}{}", day.format("%d/%m/%Y"));
        self.put(code, vec![printed], day.to_string());
    }

    /// A value printed otherwise than it is meant.
    pub fn put(&mut self, code: &'static str, lines: Vec<String>, truth: String) {
        self.0.insert(code, Said { lines, truth });
    }

    /// The printed lines.
    pub fn lines(&self, code: &str) -> &[String] {
        self.0.get(code).map_or(&[], |said| &said.lines)
    }

    /// The printed text on one line, empty if there is none.
    pub fn line(&self, code: &str) -> String {
        self.lines(code).join(" ")
    }

    /// The truth of a paper that has these codes on it.
    pub fn truth<'a>(&self, codes: impl IntoIterator<Item = &'a str>) -> Map<String, Value> {
        codes
            .into_iter()
            .filter_map(|code| {
                let said = self.0.get(code)?;
                Some((code.replace('.', ""), Value::String(said.truth.clone())))
            })
            .collect()
    }
}
