//! Money: integer cents inside, a decimal string with two places on the wire.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// An amount of money in hundredths of its currency's unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cents(pub i64);

/// The text is not an amount with at most two decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an amount with at most two decimals")]
pub struct NotAnAmount;

impl fmt::Display for Cents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let cents = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", cents / 100, cents % 100)
    }
}

impl FromStr for Cents {
    type Err = NotAnAmount;

    fn from_str(text: &str) -> Result<Self, NotAnAmount> {
        let amount = Decimal::from_str(text.trim()).map_err(|_| NotAnAmount)?;
        Self::try_from(amount)
    }
}

impl TryFrom<Decimal> for Cents {
    type Error = NotAnAmount;

    fn try_from(amount: Decimal) -> Result<Self, NotAnAmount> {
        let cents = amount.checked_mul(Decimal::ONE_HUNDRED).ok_or(NotAnAmount)?;
        if !cents.fract().is_zero() {
            return Err(NotAnAmount);
        }
        i64::try_from(cents.trunc()).map(Self).map_err(|_| NotAnAmount)
    }
}

impl From<Cents> for Decimal {
    fn from(cents: Cents) -> Self {
        Self::new(cents.0, 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_keeps_its_two_decimals() {
        assert_eq!("12.5".parse::<Cents>().unwrap().to_string(), "12.50");
        assert_eq!("-0.07".parse::<Cents>().unwrap(), Cents(-7));
        assert_eq!("1.005".parse::<Cents>(), Err(NotAnAmount));
        assert_eq!("1e99".parse::<Cents>(), Err(NotAnAmount));
    }
}
