//! How times, lengths of time and numbers are said on the pages.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Europe::Paris;
use serde_json::{Value, json};

/// An instant for people and for programs: Paris time, as the timetable has it.
pub(super) fn moment(at: DateTime<Utc>) -> Value {
    json!({
        "iso": at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
        "text": at.with_timezone(&Paris).format("%-d %b %Y, %H:%M:%S").to_string(),
    })
}

/// The same, or nothing.
pub(super) fn perhaps(at: Option<DateTime<Utc>>) -> Value {
    at.map_or(Value::Null, moment)
}

/// A time of today.
pub(super) fn clock(at: DateTime<Utc>) -> String {
    at.with_timezone(&Paris).format("%H:%M:%S").to_string()
}

/// How long from one instant to another.
pub(super) fn between(from: DateTime<Utc>, to: DateTime<Utc>) -> String {
    length((to - from).max(TimeDelta::zero()).num_milliseconds() as f64 / 1000.0)
}

/// A length of time in its two largest units.
pub(super) fn length(seconds: f64) -> String {
    let whole = seconds.round() as u64;
    match whole {
        _ if seconds < 0.001 => "0 s".to_owned(),
        _ if seconds < 1.0 => format!("{} ms", (seconds * 1000.0).round() as u64),
        _ if seconds < 10.0 => format!("{seconds:.1} s"),
        0..60 => format!("{whole} s"),
        60..3600 => format!("{} min {:02} s", whole / 60, whole % 60),
        3600..86400 => format!("{} h {:02} min", whole / 3600, whole / 60 % 60),
        _ => format!("{} d {:02} h", whole / 86400, whole / 3600 % 24),
    }
}

/// A number with thin spaces between thousands.
pub(super) fn number(count: i64) -> String {
    let digits = count.unsigned_abs().to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    if count < 0 { format!("−{text}") } else { text }
}

/// What a form's outcome is called in the address of the page that it leads to, and what that page then says.
pub(super) fn outcome(word: Option<&str>) -> Option<&'static str> {
    Some(match word? {
        "retried" => "The job waits for a worker again.",
        "cancelled" => "The job was cancelled.",
        "asked" => "The task was asked for; its job waits for a worker.",
        "switched-on" => "The task is enabled.",
        "switched-off" => "The task is disabled; ticks that come meanwhile are not made up for.",
        "resent" => "The letter will be sent again.",
        "lifted" => "Letters go to that address again.",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_numbers_read_well() {
        for (seconds, text) in [
            (0.0, "0 s"),
            (0.25, "250 ms"),
            (1.25, "1.2 s"),
            (59.4, "59 s"),
            (61.0, "1 min 01 s"),
            (3_660.0, "1 h 01 min"),
            (90_000.0, "1 d 01 h"),
        ] {
            assert_eq!(length(seconds), text);
        }
        let numbers = [0, 999, 1000, 1_234_567, -1000].map(number);
        assert_eq!(numbers, ["0", "999", "1\u{202f}000", "1\u{202f}234\u{202f}567", "−1\u{202f}000"]);
    }
}
