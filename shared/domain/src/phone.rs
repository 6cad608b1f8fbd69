//! Telephone numbers, as far as they can be judged without calling them.

use std::fmt;
use std::str::FromStr;

/// A telephone number: six to fifteen digits (ITU-T E.164, section 6), with a `+` in front when it is international.
#[derive(Clone, PartialEq, Eq)]
pub struct PhoneNumber(String);

/// The text cannot be a telephone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a telephone number")]
pub struct NotAPhoneNumber;

impl PhoneNumber {
    /// The number without separators.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Telephone numbers are personal data and stay out of logs.
impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PhoneNumber({} characters)", self.0.len())
    }
}

impl FromStr for PhoneNumber {
    type Err = NotAPhoneNumber;

    /// Reads any usual spelling; spaces, dots, hyphens, slashes and brackets are dropped.
    fn from_str(text: &str) -> Result<Self, NotAPhoneNumber> {
        let compact: String =
            text.chars().filter(|c| !c.is_whitespace() && !".-/()\u{2011}".contains(*c)).collect();
        let digits = compact.strip_prefix('+').unwrap_or(&compact);
        let is_one = (6..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        if is_one { Ok(Self(compact)) } else { Err(NotAPhoneNumber) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_telephone_number_is_six_to_fifteen_digits_in_any_spelling() {
        for (typed, kept) in
            [("06 12 34 56 78", "0612345678"), ("+33 (6) 12.34-56.78", "+33612345678"), ("112 112", "112112")]
        {
            assert_eq!(typed.parse::<PhoneNumber>().unwrap().as_str(), kept);
        }
        for bad in ["", "+", "12345", "1234567890123456", "06 12 34 56 7x", "++33612345678", "٠٦١٢٣٤٥٦٧٨"]
        {
            assert_eq!(bad.parse::<PhoneNumber>(), Err(NotAPhoneNumber), "{bad}");
        }
    }
}
