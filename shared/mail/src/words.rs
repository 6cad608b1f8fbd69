//! Dates, amounts and values as people write them.

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use chrono_tz::Europe::Paris;
use domain::money::Cents;
use minijinja::{Error, ErrorKind};

const MOIS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Template filter: an instant in RFC 3339, as the clock on the wall in France shows it.
pub(crate) fn moment(at: &str, locale: &str) -> Result<String, Error> {
    let at: DateTime<Utc> = at
        .parse()
        .map_err(|cause| Error::new(ErrorKind::InvalidOperation, "not an instant").with_source(cause))?;
    let at = at.with_timezone(&Paris);
    let date = day(at.date_naive(), locale);
    let (hour, minute) = (at.hour(), at.minute());
    Ok(match locale {
        "fr" => format!("{date} à {hour}\u{a0}h\u{a0}{minute:02} (heure de Paris)"),
        _ => format!("{date} at {hour:02}:{minute:02} (Paris time)"),
    })
}

/// Template filter: the value of a field of a paper. Dates and amounts are written out; anything else stays as it is.
pub(crate) fn shown(value: &str, key: &str, locale: &str) -> String {
    if let Ok(date) = NaiveDate::parse_from_str(value, "%Y-%m-%d") {
        return day(date, locale);
    }
    if key.starts_with("total_") && is_amount(value) { euros(value, locale) } else { value.to_owned() }
}

/// Template filter: a day in ISO 8601, written out.
pub(crate) fn calendar_day(date: &str, locale: &str) -> Result<String, Error> {
    let date: NaiveDate = date
        .parse()
        .map_err(|cause| Error::new(ErrorKind::InvalidOperation, "not a day").with_source(cause))?;
    Ok(day(date, locale))
}

/// Template filter: cents of euros.
pub(crate) fn money(cents: i64, locale: &str) -> String {
    euros(&Cents(cents).to_string(), locale)
}

/// Template filter: how many; four digits are read as they are.
pub(crate) fn count(number: u64, locale: &str) -> String {
    if number > 9_999 { grouped(&number.to_string(), between(locale)) } else { number.to_string() }
}

/// Template filter: a distance in whole kilometres.
pub(crate) fn kilometres(km: u32, locale: &str) -> String {
    format!("{}\u{a0}km", grouped(&km.to_string(), between(locale)))
}

/// What stands between groups of three digits; in French, a narrow space where no line ends.
fn between(locale: &str) -> &'static str {
    if locale == "fr" { "\u{202f}" } else { "," }
}

/// Template filter: a path of the frontend; what is none could turn the link to another host, so it leads to the start.
pub(crate) fn path(link: &str) -> String {
    let is_path = link.starts_with('/') && !link.starts_with("//") && !link.contains(['\\', '…']);
    if is_path { link.to_owned() } else { "/".to_owned() }
}

fn day(date: NaiveDate, locale: &str) -> String {
    let (day, month, year) = (date.day(), date.month0() as usize, date.year());
    match (locale, day) {
        ("fr", 1) => format!("1er {} {year}", MOIS[month]),
        ("fr", _) => format!("{day} {} {year}", MOIS[month]),
        _ => format!("{day} {} {year}", MONTHS[month]),
    }
}

/// Digits with at most one decimal point, and a sign for credit notes.
fn is_amount(value: &str) -> bool {
    let digits = value.strip_prefix('-').unwrap_or(value);
    let (whole, cents) = digits.split_once('.').unwrap_or((digits, "00"));
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    are_digits(whole) && are_digits(cents)
}

fn euros(amount: &str, locale: &str) -> String {
    let (sign, digits) = amount.strip_prefix('-').map_or(("", amount), |digits| ("-", digits));
    let (whole, cents) = digits.split_once('.').unwrap_or((digits, "00"));
    let point = if locale == "fr" { "," } else { "." };
    let grouped = grouped(whole, between(locale));
    match locale {
        "fr" => format!("{sign}{grouped}{point}{cents:0<2}\u{a0}€"),
        _ => format!("{sign}€{grouped}{point}{cents:0<2}"),
    }
}

/// Digits in groups of three.
fn grouped(digits: &str, between: &str) -> String {
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push_str(between);
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_told_by_the_clock_of_paris_summer_and_winter() {
        assert_eq!(
            moment("2026-07-01T22:05:00Z", "fr").unwrap(),
            "2 juillet 2026 à 0\u{a0}h\u{a0}05 (heure de Paris)"
        );
        assert_eq!(moment("2026-12-31T22:05:00Z", "en").unwrap(), "31 December 2026 at 23:05 (Paris time)");
        assert!(moment("yesterday", "fr").is_err());
    }

    #[test]
    fn days_prices_and_distances_are_written_as_people_do() {
        assert_eq!(calendar_day("2027-03-01", "fr").unwrap(), "1er mars 2027");
        assert!(calendar_day("2027-02-30", "fr").is_err());
        assert_eq!(money(4990, "fr"), "49,90\u{a0}€");
        assert_eq!(money(123_400, "en"), "€1,234.00");
        assert_eq!(kilometres(120_000, "fr"), "120\u{202f}000\u{a0}km");
        assert_eq!((count(9_999, "fr"), count(12_345, "fr")), ("9999".into(), "12\u{202f}345".into()));
        assert_eq!(count(12_345, "en"), "12,345");
        assert_eq!(kilometres(90, "en"), "90\u{a0}km");
    }

    #[test]
    fn a_link_never_leaves_the_frontend() {
        assert_eq!(path("/vehicles/3"), "/vehicles/3");
        for bad in [
            "@evil.example/",
            ".evil.example",
            "//evil.example",
            "https://evil.example",
            "",
            "/\\evil.example",
        ] {
            assert_eq!(path(bad), "/", "{bad}");
        }
    }

    #[test]
    fn values_are_written_as_people_do() {
        assert_eq!(shown("2019-03-01", "B", "fr"), "1er mars 2019");
        assert_eq!(shown("2019-03-14", "B", "en"), "14 March 2019");
        assert_eq!(shown("1234567.5", "total_ttc", "fr"), "1\u{202f}234\u{202f}567,50\u{a0}€");
        assert_eq!(shown("-89.90", "total_ttc", "en"), "-€89.90");
        assert_eq!(shown("89", "total_ttc", "fr"), "89,00\u{a0}€");
        assert_eq!(shown("12.50", "P.3", "fr"), "12.50");
        assert_eq!(shown("n/a", "total_ttc", "fr"), "n/a");
    }
}
