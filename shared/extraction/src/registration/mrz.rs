//! The machine-readable zone of a certificat d'immatriculation: two lines of 44 with check digits.
//!
//! ```text
//! CRFRA plate(7) c VIN(17) c first registration(YYMMDD) c J.1(6)
//! J.3(4) make(14) model(13) formula(11) c composite
//! ```
//! Check digits are those of ICAO Doc 9303 part 3: weights 7-3-1, modulo 10, `0-9` as they are, `A` = 10 to `Z` = 35,
//! `<` = 0. They do not see exchanges that differ by a multiple of ten (G/6, S/8, B/1, L/1, Z/5).

use chrono::NaiveDate;
use domain::vin::Vin;

use crate::values::{dates, makes, plates, repair, vins};

/// Characters of a line.
pub(crate) const LENGTH: usize = 44;

/// What the first line says; every part on its own, because each has its own check digit.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct FirstLine {
    pub plate: Option<Checked>,
    pub vin: Option<Checked>,
    pub date: Option<Checked>,
    pub genre: Option<String>,
}

/// What the second line says.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct SecondLine {
    pub body: Option<String>,
    pub make: Option<String>,
    pub model: Option<String>,
    pub formula: Option<Checked>,
}

/// A part with its check digit.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Checked {
    pub value: String,
    /// The check digit printed behind it.
    pub digit: Option<char>,
    /// Whether it fits.
    pub fits: bool,
    /// Characters that had to be repaired.
    pub repairs: usize,
}

/// The check digit of a text, `None` when it holds other signs.
pub(crate) fn check_digit(text: &str) -> Option<char> {
    let mut sum = 0;
    for (at, c) in text.chars().enumerate() {
        let value = match c {
            '<' => 0,
            c => c.to_digit(36)?,
        };
        sum += value * [7, 3, 1][at % 3];
    }
    char::from_digit(sum % 10, 10)
}

/// The signs of a zone: capitals, digits and fillers; guillemets are fillers read as one sign.
pub(crate) fn clean(text: &str) -> String {
    let mut line = String::new();
    for c in text.chars() {
        match c {
            '«' => line.push_str("<<"),
            '‹' | '(' | '{' | '[' => line.push('<'),
            c if c.is_ascii_alphanumeric() || c == '<' => line.push(c.to_ascii_uppercase()),
            _ => {}
        }
    }
    line
}

/// Reads a first line; the start `CRFRA` must be there with at most two errors.
pub(crate) fn first_line(line: &str) -> Option<FirstLine> {
    let start = start_of_data(line)?;
    let data = line.get(start..)?;
    let plate = part(data, 0, 7, 1).into_iter().find_map(|(text, digit)| plate_part(&text, digit));
    // A sign too many or too few shifts the plate: only its check digit tells that it did not.
    let plate = plate.filter(|plate| plate.fits || line.len() == LENGTH);
    let vin = best_vin(data);
    let (date, after) = best_date(data);
    let genre = after.and_then(|at| data.get(at..)).and_then(genre);
    Some(FirstLine { plate, vin, date, genre })
}

/// Where the plate starts: behind `CRFRA`.
fn start_of_data(line: &str) -> Option<usize> {
    if !line.is_ascii() || !(38..=48).contains(&line.len()) {
        return None;
    }
    (4..=6).find(|end| {
        line.get(end - 4..*end).is_some_and(|text| strsim::levenshtein(text, "RFRA") <= 1)
            && line.get(end - 1..*end).is_some_and(|last| matches!(last, "A" | "4"))
    })
}

/// Texts of a length around a place with the digit behind them, the expected place first.
fn part(data: &str, at: usize, length: usize, slack: usize) -> Vec<(String, Option<char>)> {
    let mut places = vec![at];
    for step in 1..=slack {
        places.extend(at.checked_sub(step));
        places.push(at + step);
    }
    places
        .into_iter()
        .filter_map(|from| {
            let text = data.get(from..from + length)?.to_owned();
            let digit = data.as_bytes().get(from + length).and_then(|byte| repair::digit(char::from(*byte)));
            Some((text, digit))
        })
        .collect()
}

fn plate_part(text: &str, digit: Option<char>) -> Option<Checked> {
    let (plate, repairs) = plates::from_seven(text)?;
    let value = plate.normalized();
    let fits = digit.is_some() && check_digit(&value) == digit;
    Some(Checked { value, digit, fits, repairs })
}

/// The VIN at its place or shifted by lost and doubled signs, or with a stroke too many.
///
/// One text in ten passes the check digit by chance: away from its place the maker must be known too.
fn best_vin(data: &str) -> Option<Checked> {
    let plain =
        part(data, 8, Vin::LENGTH, 2).into_iter().map(|(text, digit)| (vins::clean(&text), text, digit));
    let long = part(data, 8, Vin::LENGTH + 1, 1).into_iter();
    let shortened = long.filter_map(|(text, digit)| Some((vins::shorten(&text)?, text, digit)));
    let readings = plain.chain(shortened).enumerate().map(|(nth, (value, text, digit))| {
        let repairs = value.chars().zip(text.chars()).filter(|(a, b)| a != b).count().min(3);
        let is_believed = nth == 0 || !makes::of_vin(&value).is_empty();
        let fits = digit.is_some() && check_digit(&value) == digit && is_believed;
        // A number with a letter that no VIN has, as on the Ministry's specimen, is what is printed when its digit says so.
        if !fits && nth == 0 && value != text && text.len() == Vin::LENGTH && check_digit(&text) == digit {
            return Checked { value: text, digit, fits: digit.is_some(), repairs: 0 };
        }
        Checked { value, digit, fits, repairs }
    });
    let readings: Vec<Checked> = readings.filter(|vin| vins::looks_full(&vin.value)).collect();
    readings.iter().find(|vin| vin.fits).or_else(|| readings.first()).cloned()
}

/// The date and where the genre behind it starts.
fn best_date(data: &str) -> (Option<Checked>, Option<usize>) {
    let expected = 26_usize;
    let found = [0_isize, -1, 1, -2, 2].into_iter().filter_map(|step| {
        let from = expected.checked_add_signed(step)?;
        let (digits, repairs) = repair::digits(data.get(from..from + 6)?)?;
        let digit = data.as_bytes().get(from + 6).and_then(|byte| repair::digit(char::from(*byte)));
        let value = short_date(&digits)?.to_string();
        let fits = digit.is_some() && check_digit(&digits) == digit;
        Some((Checked { value, digit, fits, repairs }, from + 7))
    });
    let found: Vec<(Checked, usize)> = found.collect();
    match found.iter().find(|(date, _)| date.fits).or_else(|| found.first()) {
        Some((date, after)) => (Some(date.clone()), Some(*after)),
        None => (None, None),
    }
}

fn short_date(digits: &str) -> Option<NaiveDate> {
    let number = |range: std::ops::Range<usize>| digits.get(range)?.parse::<i32>().ok();
    dates::date(dates::expand(number(0..2)?), number(2..4)? as u32, number(4..6)? as u32)
}

fn genre(text: &str) -> Option<String> {
    let genre: String = text.chars().take(6).take_while(|c| *c != '<').collect();
    (genre.len() >= 2).then_some(genre)
}

/// Reads a second line, from its formula number back to its start.
pub(crate) fn second_line(line: &str) -> Option<SecondLine> {
    if !line.is_ascii() || !(40..=48).contains(&line.len()) || !line.contains("<<") {
        return None;
    }
    let formula = formula(line);
    let names = line.get(4..31)?;
    let (make, model) = if line.len() == LENGTH { (names.get(..14), names.get(14..)) } else { (None, None) };
    let body = line.get(..4).map(plain).filter(|body| body.len() >= 2);
    Some(SecondLine { body, make: make.map(plain), model: model.map(plain), formula })
}

/// The formula number: year, two letters, five digits; eleven signs that end two before the line's end.
fn formula(line: &str) -> Option<Checked> {
    let end = line.len() - 2;
    let text = line.get(end.checked_sub(11)?..end)?;
    let digit = line.as_bytes().get(end).and_then(|byte| repair::digit(char::from(*byte)));
    let (value, repairs) = formula_number(text)?;
    let fits = digit.is_some() && check_digit(&value) == digit;
    Some(Checked { value, digit, fits, repairs })
}

/// Eleven signs as a formula number, position classes repaired.
pub(crate) fn formula_number(text: &str) -> Option<(String, usize)> {
    if text.len() != 11 || !text.is_ascii() {
        return None;
    }
    let (year, more) = repair::digits(text.get(..4)?)?;
    let letters: String = text.get(4..6)?.chars().map(repair::letter).collect::<Option<_>>()?;
    let (number, most) = repair::digits(text.get(6..)?)?;
    let plausible = year.starts_with("20") || year.starts_with("19");
    plausible.then(|| (format!("{year}{letters}{number}"), more + most))
}

fn plain(text: &str) -> String {
    text.split('<').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "CRFRAAB123CD0VFSIV2009ASIV200929801059VP<<<<";
    const SECOND: &str = "CI<<MARQUES<<<<<<<MODELE<<<<<<<2009AS0528402";

    #[test]
    fn the_four_check_digits_of_the_specimen_fit() {
        assert_eq!(check_digit("AB123CD"), Some('0'));
        assert_eq!(check_digit("VFSIV2009ASIV2009"), Some('2'));
        assert_eq!(check_digit("980105"), Some('9'));
        assert_eq!(check_digit("2009AS05284"), Some('0'));
        assert_eq!(check_digit("AB123CD0VFSIV2009ASIV200929801059".get(..8).unwrap()), Some('0'));
        assert_eq!(check_digit("é"), None);
    }

    #[test]
    fn a_clean_line_is_read_whole() {
        let line = first_line("CRFRACK219FX6WVWAWFEP2UDWM383820506203VP<<<<").unwrap();
        let plate = line.plate.unwrap();
        assert_eq!((plate.value.as_str(), plate.fits, plate.repairs), ("CK219FX", true, 0));
        let vin = line.vin.unwrap();
        assert_eq!((vin.value.as_str(), vin.fits), ("WVWAWFEP2UDWM3838", true));
        assert_eq!(line.date.map(|date| (date.value, date.fits)), Some(("2005-06-20".into(), true)));
        assert_eq!(line.genre.as_deref(), Some("VP"));
    }

    #[test]
    fn the_second_line_gives_body_make_model_and_formula() {
        let line = second_line(SECOND).unwrap();
        assert_eq!(line.body.as_deref(), Some("CI"));
        assert_eq!((line.make.as_deref(), line.model.as_deref()), (Some("MARQUES"), Some("MODELE")));
        assert_eq!(
            line.formula.map(|formula| (formula.value, formula.fits)),
            Some(("2009AS05284".into(), true))
        );
    }

    #[test]
    fn position_classes_repair_what_was_misread() {
        let line = first_line("CRFRABKO2OKV8VF1A62F5N5DJG518581212020VP<<<<").unwrap();
        let plate = line.plate.unwrap();
        assert_eq!((plate.value.as_str(), plate.fits, plate.repairs), ("BK020KV", true, 2));
    }

    #[test]
    fn a_doubled_stroke_shifts_the_vin_and_is_found() {
        let line = first_line("CRFRAAY268WJ5VF3WX63VI1FJRU735651410206VP<<<<").unwrap();
        assert_eq!(line.vin.map(|vin| (vin.value, vin.fits)), Some(("VF3WX63V1FJRU7356".into(), true)));
    }

    #[test]
    fn the_specimens_invented_vin_has_an_i_that_no_vin_has() {
        let vin = first_line(FIRST).unwrap().vin.unwrap();
        assert_eq!((vin.value.as_str(), vin.fits), ("VFSIV2009ASIV2009", true));
    }

    #[test]
    fn other_lines_are_no_zone() {
        assert_eq!(first_line("RENAULT"), None);
        assert_eq!(first_line("CAPITAL SOCIAL DE 15000 EUROS RCS RENNES 899"), None);
        assert_eq!(second_line("2010NW22030"), None);
    }
}
