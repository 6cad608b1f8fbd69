//! Vehicle identification numbers, ISO 3779.

use std::fmt;
use std::str::FromStr;

/// A vehicle identification number: up to 17 letters and digits without I, O and Q.
///
/// Shorter ones stood on cars before 1981. Position 9 is no check digit in Europe and position 10 need not be the
/// year, so neither is judged here.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Vin(String);

/// Why a text is no VIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadVin {
    /// Nothing there.
    #[error("empty")]
    Empty,
    /// More than 17 characters.
    #[error("longer than 17 characters")]
    TooLong,
    /// I, O and Q are never used.
    #[error("the letters I, O and Q are never used")]
    Letters,
    /// Signs other than letters and digits.
    #[error("only letters and digits")]
    Characters,
}

impl Vin {
    /// Characters of a full VIN.
    pub const LENGTH: usize = 17;

    /// The number, in capitals.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// World manufacturer identifier: the first three characters of a full VIN.
    pub fn wmi(&self) -> Option<&str> {
        (self.0.len() == Self::LENGTH).then(|| &self.0[..3])
    }
}

impl fmt::Display for Vin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// VINs are personal data and stay out of logs.
impl fmt::Debug for Vin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vin({} characters)", self.0.len())
    }
}

impl FromStr for Vin {
    type Err = BadVin;

    /// Reads a VIN in either case; spaces and hyphens between groups are dropped.
    fn from_str(text: &str) -> Result<Self, BadVin> {
        let vin: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .map(|c| c.to_ascii_uppercase())
            .collect();
        if vin.is_empty() {
            return Err(BadVin::Empty);
        }
        if !vin.chars().all(|c| c.is_ascii_alphanumeric()) {
            return Err(BadVin::Characters);
        }
        if vin.len() > Self::LENGTH {
            return Err(BadVin::TooLong);
        }
        if vin.contains(['I', 'O', 'Q']) {
            return Err(BadVin::Letters);
        }
        Ok(Self(vin))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vin_has_up_to_seventeen_characters_and_no_look_alikes() {
        assert_eq!("wp0zzz99zts392124".parse::<Vin>().unwrap().wmi(), Some("WP0"));
        assert_eq!("VF1 CB0 5CF 2551 2345".parse::<Vin>().unwrap().as_str(), "VF1CB05CF25512345");
        assert_eq!("4589".parse::<Vin>().unwrap().wmi(), None);
        assert_eq!("WP0ZZZ99ZTS39212O".parse::<Vin>(), Err(BadVin::Letters));
        assert_eq!("WP0ZZZ99ZTS3921240".parse::<Vin>(), Err(BadVin::TooLong));
        assert_eq!("WP0_ZZ".parse::<Vin>(), Err(BadVin::Characters));
        assert_eq!(" - ".parse::<Vin>(), Err(BadVin::Empty));
    }
}
