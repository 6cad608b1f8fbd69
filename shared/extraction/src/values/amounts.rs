//! Amounts of money as French papers write them.

use std::sync::LazyLock;

use domain::money::Cents;
use regex::Regex;

use super::Found;

static AMOUNT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?:^|[^0-9.,])((-\s?)?((?:[0-9]{1,3}(?:[ .'][0-9]{3})+|[0-9]+)) ?[,.] ?([0-9]{2}))(?:$|[^0-9])",
    )
    .expect("a valid pattern")
});

/// No bill of a car reaches ten million: longer numbers are something else, and sums cannot overflow.
const MOST: i64 = 1_000_000_000;

/// Every amount with two decimals in a folded text.
///
/// A space, a dot or an apostrophe may separate thousands, a comma or a dot the cents; a tab never joins.
pub(crate) fn find(text: &str) -> Vec<Found<Cents>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(captures) = text.get(at..).and_then(|rest| AMOUNT.captures(rest)) {
        let Some(whole) = captures.get(1) else { break };
        let range = at + whole.start()..at + whole.end();
        at = range.end;
        // "12.05.2021" is a date and "1.234.567" a count: what goes on after a sign is no amount.
        let tail = &text[range.end..];
        if tail.starts_with(['.', ',', '/']) && tail[1..].starts_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        let sign = if captures.get(2).is_some() { "-" } else { "" };
        let whole: String = captures[3].chars().filter(char::is_ascii_digit).collect();
        let value = format!("{sign}{whole}.{}", &captures[4]).parse().ok();
        if let Some(value) = value.filter(|amount: &Cents| amount.0.abs() < MOST) {
            found.push(Found { value, at: range, repairs: 0 });
        }
    }
    found
}

/// A number with an optional fraction, such as a quantity.
pub(crate) fn number(text: &str) -> Option<f64> {
    let plain = text.trim().replace(',', ".");
    let is_plain = plain.chars().all(|c| c.is_ascii_digit() || c == '.') && plain.len() <= 9;
    plain.parse().ok().filter(|number: &f64| is_plain && number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amounts(text: &str) -> Vec<String> {
        find(text).iter().map(|found| found.value.to_string()).collect()
    }

    #[test]
    fn every_usual_spelling_is_an_amount() {
        assert_eq!(amounts("1 385,72 € 1.385,72 1385.72 1'385,72"), ["1385.72"; 4]);
        assert_eq!(amounts("AVOIR -12,50"), ["-12.50"]);
        assert_eq!(amounts("30,37\t30,37"), ["30.37", "30.37"]);
        assert_eq!(amounts("2\t108,99"), ["108.99"]);
    }

    #[test]
    fn dates_and_counts_are_no_amounts() {
        assert_eq!(amounts("04.05.2022 3.441.812 5,123"), Vec::<String>::new());
    }
}
