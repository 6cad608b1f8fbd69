//! Number plates in noisy text: position classes tell letters from digits.

use std::sync::LazyLock;

use domain::plate::Plate;
use regex::Regex;

use super::{Found, repair};

static SIV: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b([A-Z0-9]{2}) ?[-.~=_]? ?([0-9OQDILTZSGBA]{3}) ?[-.~=_]? ?([A-Z0-9]{2})\b")
        .expect("a valid pattern")
});
static FNI: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b([0-9]{1,4}) ?[- ]? ?([A-Z]{1,3}) ?[- ]? ?(2A|2B|97[1-6]|[0-9]{2})\b")
        .expect("a valid pattern")
});

/// Every plate in a folded text; the fewer repairs the surer.
pub(crate) fn find(text: &str) -> Vec<Found<Plate>> {
    let mut found = Vec::new();
    for captures in SIV.captures_iter(text) {
        let whole = captures.get(0).map(|whole| whole.range()).unwrap_or_default();
        if let Some((value, repairs)) = siv(&captures[1], &captures[2], &captures[3]) {
            found.push(Found { value, at: whole, repairs });
        }
    }
    for captures in FNI.captures_iter(text) {
        let whole = captures.get(0).map(|whole| whole.range()).unwrap_or_default();
        let spelled = format!("{} {} {}", &captures[1], &captures[2], &captures[3]);
        let joins = |c: u8| matches!(c, b'/' | b',' | b'.' | b'*');
        let before = whole.start.checked_sub(1).and_then(|at| text.as_bytes().get(at));
        // "22/07/2022 AU 22/07/2023" and "1 X 19,44" have the form of a plate inside.
        if [before, text.as_bytes().get(whole.end)].into_iter().flatten().any(|c| joins(*c)) {
            continue;
        }
        if let Ok(value) = spelled.parse() {
            found.push(Found { value, at: whole, repairs: 0 });
        }
    }
    found
}

/// The plate behind seven characters of a machine-readable zone, position classes repaired.
pub(crate) fn from_seven(text: &str) -> Option<(Plate, usize)> {
    let (left, rest) = text.split_at_checked(2)?;
    let (digits, right) = rest.split_at_checked(3)?;
    siv(left, digits, right)
}

fn siv(left: &str, middle: &str, right: &str) -> Option<(Plate, usize)> {
    let mut repairs = 0;
    let mut block = |text: &str| -> Option<String> {
        text.chars()
            .map(|c| {
                let letter = match c {
                    'O' => 'D',
                    'I' => 'L',
                    'U' => 'V',
                    c => repair::letter(c)?,
                };
                repairs += usize::from(letter != c);
                Some(letter)
            })
            .collect()
    };
    // Words are full of look-alikes: without a digit among the digits and letters in the blocks it is no plate.
    let is_digit = middle.bytes().any(|byte| byte.is_ascii_digit());
    let letters = left.bytes().chain(right.bytes()).filter(u8::is_ascii_alphabetic).count();
    if !is_digit || letters < 2 {
        return None;
    }
    let (left, right) = (block(left)?, block(right)?);
    let (digits, more) = repair::digits(middle)?;
    let repairs = repairs + more;
    let plate = format!("{left}{digits}{right}").parse().ok()?;
    (repairs <= 3).then_some((plate, repairs))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plates(text: &str) -> Vec<(String, usize)> {
        find(text).iter().map(|found| (found.value.to_string(), found.repairs)).collect()
    }

    #[test]
    fn plates_are_found_with_their_repairs() {
        assert_eq!(plates("IMMATRICULATION : CA-961-NX"), [("CA-961-NX".into(), 0)]);
        assert_eq!(plates("BK-O2O-KV"), [("BK-020-KV".into(), 2)]);
        assert_eq!(plates("4608 PW 31"), [("4608 PW 31".into(), 0)]);
        assert_eq!(plates("29200 BREST"), []);
        assert_eq!(plates("QUAI DE LA LOIRE"), []);
        assert_eq!(plates("22/07/2022 AU 22/07/2023, 1 X 19,44"), []);
    }
}
