//! Euro norms, as they hide in rubric V.9.

use std::fmt;
use std::str::FromStr;

/// A Euro norm: `1` to `6` for light vehicles, `I` to `VI` for heavy ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EuroNorm(&'static str);

/// The text names no Euro norm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no Euro norm")]
pub struct NotAEuroNorm;

/// Every norm; a longer numeral stands before one that it begins with.
const NORMS: &[&str] = &["1", "2", "3", "4", "5", "6", "VI", "V", "IV", "III", "II", "I"];

/// Directives that brought one norm and no other, by their number in V.9.
///
/// Later ones (98/69, 2003/76, 715/2007 ..) cover several norms, told apart only by letters that are not printed
/// reliably: without the word EURO beside them they say nothing here.
const DIRECTIVES: &[(&str, &str)] = &[("91/441", "1"), ("93/59", "1"), ("94/12", "2"), ("96/69", "2")];

impl EuroNorm {
    /// `1` to `6` or `I` to `VI`.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for EuroNorm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl FromStr for EuroNorm {
    type Err = NotAEuroNorm;

    /// Reads `6`, `Euro 6d-TEMP`, `EUROVI` and the directive strings of V.9 such as `70/220*2003/76EURO4`.
    fn from_str(text: &str) -> Result<Self, NotAEuroNorm> {
        let text: String =
            text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
        if let Some(norm) = NORMS.iter().find(|norm| **norm == text) {
            return Ok(Self(norm));
        }
        if let Some((_, after)) = text.split_once("EURO") {
            return NORMS
                .iter()
                .find(|norm| after.starts_with(**norm))
                .map(|norm| Self(norm))
                .ok_or(NotAEuroNorm);
        }
        let directive =
            DIRECTIVES.iter().find(|(number, _)| text.split(['*', '+']).any(|part| part == *number));
        directive.map(|(_, norm)| Self(norm)).ok_or(NotAEuroNorm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_norm_is_found_in_what_v9_prints() {
        for (printed, norm) in [
            ("70/220*2003/76EURO4", "4"),
            ("715/2007*692/2008EURO5", "5"),
            ("EURO6D-TEMP", "6"),
            ("euro vi", "VI"),
            ("EURO IV", "IV"),
            ("3", "3"),
            ("70/220*94/12", "2"),
        ] {
            assert_eq!(printed.parse::<EuroNorm>().map(EuroNorm::as_str), Ok(norm), "{printed}");
        }
        for unclear in ["70/220*2003/76", "EURO", "", "7"] {
            assert_eq!(unclear.parse::<EuroNorm>(), Err(NotAEuroNorm), "{unclear}");
        }
    }
}
