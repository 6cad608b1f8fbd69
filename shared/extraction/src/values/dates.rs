//! French dates in every usual spelling.

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};
use regex::{Captures, Regex};

use super::{Found, repair};

static NUMERIC: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[^0-9/.,])((\d{1,2}) ?[/.\-] ?(\d{1,2}) ?[/.\-] ?(\d{4}|\d{2}))(?:$|[^0-9])")
        .expect("a valid pattern")
});
static ISO: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b(\d{4})-(\d{2})-(\d{2})\b").expect("a valid pattern"));
static WORDS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x)\b(\d{1,2})\ ?(?:ER)?\s{1,2}
        (JANV(?:IER)?|FEVR?(?:IER)?|MARS|AVR(?:IL)?|MAI|JUIN|JUIL(?:LET)?|AOUT|SEPT(?:EMBRE)?|OCT(?:OBRE)?|NOV(?:EMBRE)?|DEC(?:EMBRE)?)
        \.?\s{1,2}(\d{4})\b",
    )
    .expect("a valid pattern")
});
static SPACED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(\d{2})\s{1,2}(\d{2})\s{1,2}((?:19|20)\d{2})\b").expect("a valid pattern")
});
static NOISY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"\b([0-9OQDIL|TZSGBA]{2})[/.\-1I|L ]?([0-9OQDIL|TZSGBA]{2})[/.\-1I|L ]?([12][0-9OQDIL|TZSGBA]{3})\b",
    )
    .expect("a valid pattern")
});

/// Every date in a folded text, in order of place.
pub(crate) fn find(text: &str) -> Vec<Found<NaiveDate>> {
    let mut found = Vec::new();
    let mut at = 0;
    // Neighbouring dates share the character between them, so the search goes on right behind the date itself.
    while let Some(captures) = text.get(at..).and_then(|rest| NUMERIC.captures(rest)) {
        let Some(whole) = captures.get(1) else { break };
        let range = at + whole.start()..at + whole.end();
        at = range.end;
        if let Some(value) = numeric(&captures) {
            found.push(Found { value, at: range, repairs: 0 });
        }
    }
    found.extend(iso(text));
    found.extend(in_words(text));
    found.sort_by_key(|date| date.at.start);
    found
}

/// As [`find`], but also dates that boxes separate (`22 08 2022`) and dates with misread signs.
pub(crate) fn find_noisy(text: &str) -> Vec<Found<NaiveDate>> {
    let mut found = find(text);
    for pattern in [&*SPACED, &*NOISY] {
        for captures in pattern.captures_iter(text) {
            let Some(whole) = captures.get(0) else { continue };
            let overlaps =
                found.iter().any(|known| known.at.start < whole.end() && whole.start() < known.at.end);
            if let (false, Some((value, repairs))) = (overlaps, noisy(&captures)) {
                found.push(Found { value, at: whole.range(), repairs });
            }
        }
    }
    found.sort_by_key(|date| date.at.start);
    found
}

fn numeric(captures: &Captures<'_>) -> Option<NaiveDate> {
    let (day, month) = (captures[2].parse().ok()?, captures[3].parse().ok()?);
    let year: i32 = captures[4].parse().ok()?;
    date(if year < 100 { expand(year) } else { year }, month, day)
}

fn noisy(captures: &Captures<'_>) -> Option<(NaiveDate, usize)> {
    let (day, a) = repair::digits(&captures[1])?;
    let (month, b) = repair::digits(&captures[2])?;
    let (year, c) = repair::digits(&captures[3])?;
    let value = date(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)?;
    let plain = captures[0].chars().filter(|c| !c.is_ascii_digit()).count();
    let repairs = a + b + c + usize::from(plain < 2);
    (repairs <= 3).then_some((value, repairs))
}

fn iso(text: &str) -> impl Iterator<Item = Found<NaiveDate>> {
    ISO.captures_iter(text).filter_map(|captures| {
        let value = date(captures[1].parse().ok()?, captures[2].parse().ok()?, captures[3].parse().ok()?)?;
        Some(Found { value, at: captures.get(0)?.range(), repairs: 0 })
    })
}

fn in_words(text: &str) -> impl Iterator<Item = Found<NaiveDate>> {
    WORDS.captures_iter(text).filter_map(|captures| {
        let value = date(captures[3].parse().ok()?, month(&captures[2])?, captures[1].parse().ok()?)?;
        Some(Found { value, at: captures.get(0)?.range(), repairs: 0 })
    })
}

fn month(word: &str) -> Option<u32> {
    const STARTS: [&str; 12] =
        ["JANV", "FEV", "MARS", "AVR", "MAI", "JUIN", "JUIL", "AOUT", "SEPT", "OCT", "NOV", "DEC"];
    STARTS.iter().position(|start| word.starts_with(start)).map(|at| at as u32 + 1)
}

/// A date that a paper of a car can carry.
pub(crate) fn date(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, day).filter(|date| (1900..2100).contains(&date.year()))
}

/// The century of a two-digit year: cars that carry such a paper were first registered after 1950.
pub(crate) fn expand(year: i32) -> i32 {
    if year < 50 { 2000 + year } else { 1900 + year }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dates(text: &str) -> Vec<String> {
        find(text).iter().map(|found| found.value.to_string()).collect()
    }

    #[test]
    fn every_usual_spelling_is_a_date() {
        assert_eq!(dates("DU 26/10/2021 AU 25.11.2021"), ["2021-10-26", "2021-11-25"]);
        assert_eq!(dates("LE 1ER JANVIER 2024, 28 AOUT 2025"), ["2024-01-01", "2025-08-28"]);
        assert_eq!(dates("2021-07-13 OU 13-07-21"), ["2021-07-13", "2021-07-13"]);
        assert_eq!(dates("31/02/2020 192.168.1.1 12/2020"), Vec::<String>::new());
    }

    #[test]
    fn boxes_and_misread_signs_are_only_read_when_asked() {
        assert_eq!(dates("22\t08\t2022"), Vec::<String>::new());
        assert_eq!(find_noisy("22\t08\t2022")[0].value.to_string(), "2022-08-22");
        let misread = &find_noisy("O8/O6/2028")[0];
        assert_eq!((misread.value.to_string().as_str(), misread.repairs), ("2028-06-08", 2));
    }
}
