//! French number plates: every lawful form, and why the rest is refused.

use std::fmt;
use std::str::FromStr;

use crate::document::words;
use serde::{Deserialize, Serialize};

words! {
    /// The series that a plate belongs to.
    PlateFormat {
        /// `AA-123-BB`, since 15 April 2009.
        Siv = "siv",
        /// `1234 AB 75`, 1950 to 2009.
        Fni = "fni",
        /// `WW-123-AB`, provisional.
        Ww = "ww",
        /// `W-123-AB`, garages.
        W = "w",
        /// `A 12 B`, mopeds before they joined the SIV.
        MopedOld = "moped_old",
        /// `123 CMD 45`, embassies and consulates.
        Diplomatic = "diplomatic",
    }
}

/// A French number plate in its usual spelling: `AA-123-BB`, `1234 AB 75`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Plate {
    display: String,
    format: PlateFormat,
}

/// Why a text is no French plate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadPlate {
    /// Nothing there.
    #[error("empty")]
    Empty,
    /// Signs that no plate carries.
    #[error("only letters, digits, spaces and hyphens")]
    Characters,
    /// No series looks like this.
    #[error("no French series has this form")]
    Form,
    /// I, O and U are never used: they look like 1, 0 and V.
    #[error("the letters I, O and U are never used")]
    Letters,
    /// SS is never used in either block.
    #[error("SS is never used")]
    ForbiddenPair,
    /// Numbers start at 001.
    #[error("numbers start at 001")]
    Zero,
    /// No department has this number.
    #[error("no department has this number")]
    Department,
}

impl Plate {
    /// Letters and digits alone, for comparing: `AA123BB`.
    pub fn normalized(&self) -> String {
        self.display.chars().filter(char::is_ascii_alphanumeric).collect()
    }

    /// The usual spelling.
    pub fn as_str(&self) -> &str {
        &self.display
    }

    /// The series.
    pub fn format(&self) -> PlateFormat {
        self.format
    }
}

impl fmt::Display for Plate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.display)
    }
}

/// Plates are personal data and stay out of logs.
impl fmt::Debug for Plate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Plate({})", self.format)
    }
}

impl FromStr for Plate {
    type Err = BadPlate;

    /// Reads any usual spelling, with or without separators, in either case.
    ///
    /// Rules: arrêté of 9 February 2009 (SIV); departmental series 1950-2009 (FNI), department 20 before 1976.
    fn from_str(text: &str) -> Result<Self, BadPlate> {
        let text = text.trim().to_ascii_uppercase();
        if text.is_empty() {
            return Err(BadPlate::Empty);
        }
        if !text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '.' | '\u{b7}')) {
            return Err(BadPlate::Characters);
        }
        let compact: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
        let runs = runs(&compact);
        let shape: Vec<(char, usize)> = runs.iter().map(|run| (kind(run), run.len())).collect();
        match shape.as_slice() {
            [('A', 2), ('9', 3), ('A', 2)] => siv(runs[0], runs[1], runs[2]),
            [('A', 1), ('9', 3), ('A', 2)] if runs[0] == "W" => garage(runs[1], runs[2]),
            [('A', 1..=2), ('9', 2..=3), ('A', 1)] => moped(runs[0], runs[1], runs[2]),
            [('9', 1..=3), ('A', _), ('9', 1..=4)] if is_diplomatic(runs[1], runs[2]) => {
                Ok(plate(&format!("{} {} {}", runs[0], runs[1], runs[2]), PlateFormat::Diplomatic))
            }
            [('9', 1..=4), ('A', 1..=3), ('9', 2..=3)] => fni(runs[0], runs[1], runs[2]),
            [('9', 1..=4), ('A', 1..=3), ('9', 1), ('A', 1)] => {
                fni(runs[0], runs[1], &format!("{}{}", runs[2], runs[3]))
            }
            _ => Err(BadPlate::Form),
        }
    }
}

fn plate(display: &str, format: PlateFormat) -> Plate {
    Plate { display: display.to_owned(), format }
}

fn kind(run: &str) -> char {
    if run.starts_with(|c: char| c.is_ascii_digit()) { '9' } else { 'A' }
}

/// Splits into runs of letters and runs of digits.
fn runs(text: &str) -> Vec<&str> {
    let mut runs = Vec::new();
    let mut start = 0;
    let bytes = text.as_bytes();
    for at in 1..=bytes.len() {
        if at == bytes.len() || bytes[at].is_ascii_digit() != bytes[at - 1].is_ascii_digit() {
            runs.push(&text[start..at]);
            start = at;
        }
    }
    runs
}

fn siv_block(letters: &str) -> Result<(), BadPlate> {
    if letters.contains(['I', 'O', 'U']) {
        return Err(BadPlate::Letters);
    }
    if letters == "SS" {
        return Err(BadPlate::ForbiddenPair);
    }
    Ok(())
}

fn not_zero(digits: &str) -> Result<(), BadPlate> {
    if digits.bytes().all(|b| b == b'0') { Err(BadPlate::Zero) } else { Ok(()) }
}

fn siv(left: &str, digits: &str, right: &str) -> Result<Plate, BadPlate> {
    siv_block(left)?;
    siv_block(right)?;
    not_zero(digits)?;
    let format = if left == "WW" { PlateFormat::Ww } else { PlateFormat::Siv };
    Ok(plate(&format!("{left}-{digits}-{right}"), format))
}

fn garage(digits: &str, right: &str) -> Result<Plate, BadPlate> {
    siv_block(right)?;
    not_zero(digits)?;
    Ok(plate(&format!("W-{digits}-{right}"), PlateFormat::W))
}

fn moped(left: &str, digits: &str, right: &str) -> Result<Plate, BadPlate> {
    siv_block(left)?;
    siv_block(right)?;
    not_zero(digits)?;
    Ok(plate(&format!("{left} {digits} {right}"), PlateFormat::MopedOld))
}

/// `CMD`, `CD`, `C` and `K` mark diplomatic plates; a number that could be a department makes it an ordinary one.
fn is_diplomatic(letters: &str, number: &str) -> bool {
    letters == "CMD" || (matches!(letters, "CD" | "C" | "K") && department(number).is_err())
}

fn fni(number: &str, letters: &str, department_code: &str) -> Result<Plate, BadPlate> {
    if letters.contains(['I', 'O']) {
        return Err(BadPlate::Letters);
    }
    if number.starts_with('0') {
        return Err(BadPlate::Zero);
    }
    department(department_code)?;
    Ok(plate(&format!("{number} {letters} {department_code}"), PlateFormat::Fni))
}

fn department(code: &str) -> Result<(), BadPlate> {
    let is_known = match code {
        "2A" | "2B" | "971" | "972" | "973" | "974" | "975" | "976" => true,
        _ => code.len() == 2 && code.parse::<u8>().is_ok_and(|number| (1..=95).contains(&number)),
    };
    if is_known { Ok(()) } else { Err(BadPlate::Department) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_lawful_form_is_read_in_any_spelling() {
        for (typed, shown, format) in [
            ("aa123bb", "AA-123-BB", PlateFormat::Siv),
            (" AB 001 CD ", "AB-001-CD", PlateFormat::Siv),
            ("WW-123-AB", "WW-123-AB", PlateFormat::Ww),
            ("w 123 ab", "W-123-AB", PlateFormat::W),
            ("1234 AB 75", "1234 AB 75", PlateFormat::Fni),
            ("12ABC2A", "12 ABC 2A", PlateFormat::Fni),
            ("9 Z 974", "9 Z 974", PlateFormat::Fni),
            ("123 AB 20", "123 AB 20", PlateFormat::Fni),
            ("A 12 B", "A 12 B", PlateFormat::MopedOld),
            ("123 CMD 45", "123 CMD 45", PlateFormat::Diplomatic),
        ] {
            let plate: Plate = typed.parse().unwrap_or_else(|error| panic!("{typed}: {error}"));
            assert_eq!((plate.as_str(), plate.format()), (shown, format));
        }
    }

    #[test]
    fn nonsense_is_refused_with_its_reason() {
        for (typed, reason) in [
            ("", BadPlate::Empty),
            ("AA-000-BB", BadPlate::Zero),
            ("AI-123-BB", BadPlate::Letters),
            ("SS-123-BB", BadPlate::ForbiddenPair),
            ("AA-123-SS", BadPlate::ForbiddenPair),
            ("1234 AB 99", BadPlate::Department),
            ("AA_123_BB", BadPlate::Characters),
            ("ABCDEFG", BadPlate::Form),
            ("AA-1234-BB", BadPlate::Form),
            ("AÀ-123-BB", BadPlate::Characters),
        ] {
            assert_eq!(typed.parse::<Plate>(), Err(reason), "{typed}");
        }
    }
}
