//! The rubrics of the certificate and what can stand in each.
//!
//! Codes and their meaning: directive 1999/37/EC, annex I; arrêté of 9 February 2009, annexes.

use domain::vin::Vin;

use crate::layout::{Token, join};
use crate::text::{compact, is_small};
use crate::values::{amounts, dates, makes, plates, repair};

/// What stands in a rubric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    Plate,
    Date,
    Make,
    Vin,
    /// A whole number between two bounds.
    Number(u32, u32),
    /// A power or a ratio: a number with an optional fraction.
    Decimal,
    Amount,
    /// One of a list of words.
    OneOf(&'static [&'static str]),
    /// EC type approval.
    Approval,
    /// CNIT: `M10` or a like, three letters of the make, two of the genre.
    TypeCode,
    /// Environmental class: a directive, `EURO` and a digit, or both.
    Emission,
    /// One word of letters and digits.
    Word,
    /// Words on one line.
    Text,
    /// Names on this line and the next.
    Names,
    /// An address on the next lines.
    Address,
}

/// The rubrics in the order of the paper.
pub(crate) const RUBRICS: &[(&str, Content)] = &[
    ("A", Content::Plate),
    ("B", Content::Date),
    ("C.1", Content::Names),
    ("C.4a", Content::Text),
    ("C.4.1", Content::Text),
    ("C.3", Content::Address),
    ("D.1", Content::Make),
    ("D.2", Content::Word),
    ("D.2.1", Content::TypeCode),
    ("D.3", Content::Text),
    ("E", Content::Vin),
    ("F.1", Content::Number(50, 60_000)),
    ("F.2", Content::Number(50, 60_000)),
    ("F.3", Content::Number(50, 90_000)),
    ("G", Content::Number(50, 60_000)),
    ("G.1", Content::Number(40, 60_000)),
    (
        "J",
        Content::OneOf(&[
            "M1", "M2", "M3", "N1", "N2", "N3", "O1", "O2", "O3", "O4", "L1E", "L2E", "L3E", "L4E", "L5E",
            "L6E", "L7E", "T1", "T2", "T3",
        ]),
    ),
    (
        "J.1",
        Content::OneOf(&[
            "VP", "CTTE", "CAM", "TRR", "TCP", "MTL", "MTT1", "MTT2", "MTTE", "CL", "CYCL", "QM", "TM",
            "VASP", "REM", "SREM", "RESP", "SRSP", "TRA", "MAGA", "VOIT",
        ]),
    ),
    (
        "J.2",
        Content::OneOf(&[
            "AA", "AB", "AC", "AD", "AE", "AF", "AG", "BA", "BB", "BC", "BD", "BE", "BX", "SA", "SB", "SC",
            "SD", "SG",
        ]),
    ),
    (
        "J.3",
        Content::OneOf(&[
            "CI", "BREAK", "CABR", "FOURGON", "CARAVANE", "HANDICAP", "AMBULANC", "DERIV VP", "PLATEAU",
            "BENNE", "CABINE", "SOLO", "FG TD", "CTTE", "COUPE", "NON SPEC",
        ]),
    ),
    ("K", Content::Approval),
    ("P.1", Content::Number(20, 30_000)),
    ("P.2", Content::Decimal),
    (
        "P.3",
        Content::OneOf(&[
            "ES", "GO", "EL", "EE", "EH", "EM", "ER", "FE", "FG", "FH", "FL", "FN", "GL", "GH", "GP", "GN",
            "GE", "GF", "GM", "GQ", "EG", "EN", "EP", "EQ", "ET", "NE", "NH", "PE", "PH", "H2", "HE", "HH",
            "AC", "GA", "GG", "G2", "1A", "GZ", "PL", "EO",
        ]),
    ),
    ("P.6", Content::Number(0, 99)),
    ("Q", Content::Decimal),
    ("S.1", Content::Number(1, 120)),
    ("S.2", Content::Number(1, 120)),
    ("U.1", Content::Number(40, 130)),
    ("U.2", Content::Number(300, 16_000)),
    ("V.7", Content::Number(0, 700)),
    ("V.9", Content::Emission),
    ("X.1", Content::Date),
    ("Y.1", Content::Amount),
    ("Y.2", Content::Amount),
    ("Y.3", Content::Amount),
    ("Y.4", Content::Amount),
    ("Y.5", Content::Amount),
    ("Y.6", Content::Amount),
    ("H", Content::Date),
    ("I", Content::Date),
    ("Z.1", Content::Text),
    ("Z.2", Content::Text),
    ("Z.3", Content::Text),
    ("Z.4", Content::Text),
];

/// Rubrics that stand in one printed row, left to right.
pub(crate) const FAMILIES: &[&[&str]] = &[
    &["A", "B"],
    &["D.3", "E"],
    &["F.1", "F.2", "F.3"],
    &["G", "G.1"],
    &["J", "J.1", "J.2", "J.3"],
    &["P.1", "P.2", "P.3", "P.6"],
    &["Q", "S.1", "S.2", "U.1"],
    &["U.2", "V.7", "V.9"],
    &["Y.1", "Y.2"],
    &["Y.3", "Y.4"],
    &["Y.5", "Y.6"],
];

/// A value with the words it took, from the first given.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Read {
    pub value: String,
    pub from: usize,
    pub to: usize,
    pub repairs: usize,
}

/// Reads what a rubric may hold from the words behind its code.
pub(crate) fn read(content: Content, tokens: &[Token]) -> Option<Read> {
    match content {
        Content::Plate => plate(tokens),
        Content::Date => date(tokens),
        Content::Make => make(tokens),
        Content::Vin => vin(tokens),
        Content::Number(least, most) => number(tokens, least, most),
        Content::Decimal => decimal(tokens),
        Content::Amount => amount(tokens),
        Content::OneOf(words) => one_of(tokens, words),
        Content::Approval => approval(tokens),
        Content::Word => word(tokens),
        Content::TypeCode => word(tokens).map(|read| Read { value: type_code(&read.value), ..read }),
        Content::Emission => word(tokens).map(|read| Read { value: emission(&read.value), ..read }),
        Content::Text | Content::Names | Content::Address => text(tokens),
    }
}

fn folded(tokens: &[Token]) -> String {
    tokens.iter().map(|token| token.fold.as_str()).collect::<Vec<_>>().join(" ")
}

fn first(value: String, to: usize, repairs: usize) -> Read {
    Read { value, from: 0, to, repairs }
}

fn plate(tokens: &[Token]) -> Option<Read> {
    let head = &tokens[..tokens.len().min(5)];
    let found =
        plates::find(&folded(head)).into_iter().min_by_key(|plate| (plate.repairs, plate.at.start))?;
    Some(first(found.value.to_string(), words_until(head, found.at.end), found.repairs))
}

/// Words up to the one that holds a place of the joined text.
fn words_until(tokens: &[Token], end: usize) -> usize {
    let mut at = 0;
    tokens
        .iter()
        .take_while(|token| {
            let starts = at;
            at += token.fold.len() + 1;
            starts < end
        })
        .count()
}

fn date(tokens: &[Token]) -> Option<Read> {
    let head = &tokens[..tokens.len().min(8)];
    let found = dates::find_noisy(&folded(head)).into_iter().min_by_key(|date| date.repairs)?;
    Some(first(found.value.to_string(), words_until(head, found.at.end), found.repairs))
}

fn make(tokens: &[Token]) -> Option<Read> {
    let words: Vec<&Token> = tokens.iter().take_while(|token| is_capital(token)).take(3).collect();
    let read = words.iter().map(|token| token.fold.as_str()).collect::<Vec<_>>().join(" ");
    for length in (1..=words.len()).rev() {
        let part = words[..length].iter().map(|token| token.fold.as_str()).collect::<Vec<_>>().join(" ");
        if let Some(known) = makes::recognise(&part) {
            return Some(first(known.to_owned(), length, usize::from(compact(known) != compact(&part))));
        }
    }
    let plausible = compact(&read).len() >= 2 && read.starts_with(|c: char| c.is_ascii_uppercase());
    plausible.then(|| first(read, words.len(), 2))
}

fn is_capital(token: &Token) -> bool {
    !is_small(&token.text) && token.fold.chars().any(char::is_alphabetic)
}

fn vin(tokens: &[Token]) -> Option<Read> {
    let mut joined = String::new();
    let mut short = None;
    for (at, token) in tokens.iter().take(6).enumerate() {
        if is_small(&token.text) {
            break;
        }
        joined.push_str(&compact(&token.fold));
        if joined.len() >= Vin::LENGTH - 1 {
            let repairs = joined.len().abs_diff(Vin::LENGTH);
            return (repairs <= 1).then(|| first(joined, at + 1, repairs)).or(short);
        }
        if at == 0 && joined.len() >= 5 && joined.bytes().any(|byte| byte.is_ascii_digit()) {
            short = Some(first(joined.clone(), 1, 1));
        }
    }
    short
}

/// One word of digits, or two that wide spacing tore apart.
fn number(tokens: &[Token], least: u32, most: u32) -> Option<Read> {
    if let [a, b, ..] = tokens {
        let torn = b.rect.left - a.rect.right < 1.2 * a.rect.height() && a.text.len() + b.text.len() >= 3;
        let joined = format!("{}{}", a.text, b.text);
        let number: Option<u32> =
            joined.parse().ok().filter(|_| torn && joined.bytes().all(|c| c.is_ascii_digit()));
        if let Some(number) = number.filter(|number| (least..=most).contains(number)) {
            return Some(Read { value: number.to_string(), from: 0, to: 2, repairs: 1 });
        }
    }
    tokens.iter().take(2).enumerate().find_map(|(at, token)| {
        let plain = compact(&token.text);
        let (digits, repairs) = repair::digits(&plain)?;
        let number: u32 = digits.parse().ok()?;
        let fits =
            (least..=most).contains(&number) && repairs * 2 <= digits.len() && !token.text.contains('/');
        fits.then(|| Read { value: number.to_string(), from: at, to: at + 1, repairs })
    })
}

fn decimal(tokens: &[Token]) -> Option<Read> {
    let token = tokens.first()?;
    let number = amounts::number(&token.text)?;
    (number > 0.0 && number < 2000.0).then(|| first(number.to_string(), 1, 0))
}

/// Taxes are printed with their cents only when there are any.
fn amount(tokens: &[Token]) -> Option<Read> {
    let joined = folded(&tokens[..tokens.len().min(3)]);
    if let Some(found) = amounts::find(&joined).into_iter().find(|found| found.at.start <= 2) {
        return Some(first(found.value.to_string(), words_until(tokens, found.at.end), 0));
    }
    let token = tokens.first()?;
    let (digits, repairs) = repair::digits(&compact(&token.text))?;
    let euros: u32 = digits.parse().ok().filter(|euros| *euros > 0)?;
    let plain = token.text.chars().all(char::is_alphanumeric) && digits.len() <= 5 && repairs <= 1;
    (plain && repairs < digits.len()).then(|| first(format!("{euros}.00"), 1, repairs))
}

fn one_of(tokens: &[Token], words: &[&str]) -> Option<Read> {
    for length in [2, 1] {
        for from in 0..2 {
            let Some(part) = tokens.get(from..from + length) else { continue };
            let read = folded(part);
            let read = read.trim_matches(|c: char| !c.is_ascii_alphanumeric());
            if let Some(known) = words.iter().find(|word| **word == read || similar(word, read)) {
                let repairs = usize::from(**known != *read);
                return Some(Read { value: (*known).to_owned(), from, to: from + length, repairs });
            }
        }
    }
    None
}

/// Equal but for look-alikes.
fn similar(word: &str, read: &str) -> bool {
    word.len() == read.len()
        && word
            .chars()
            .zip(read.chars())
            .all(|(a, b)| a == b || repair::digit(a).is_some_and(|d| repair::digit(b) == Some(d)))
}

fn approval(tokens: &[Token]) -> Option<Read> {
    let token = tokens.first()?;
    let text = token.text.replace(['°', '"'], "*");
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let headless = text.starts_with(|c: char| c.is_ascii_digit()) && text.matches('*').count() >= 2;
    if headless && digits >= 5 {
        return Some(first(format!("e{text}"), 1, 1));
    }
    (text.starts_with(['e', 'E', 'L', 'l']) && digits >= 5).then(|| first(text, 1, 0))
}

fn word(tokens: &[Token]) -> Option<Read> {
    let token = tokens.first().filter(|token| !is_small(&token.text))?;
    let text = token.text.trim_matches(|c: char| !c.is_alphanumeric()).to_uppercase();
    (text.len() >= 2).then(|| first(text, 1, 0))
}

/// Fifteen signs: a letter, two digits, three letters of the make, two of the genre, seven of its own.
fn type_code(word: &str) -> String {
    let mended = word.chars().enumerate().map(|(at, c)| match at {
        1 | 2 if c == '@' => '0',
        1 | 2 => repair::digit(c).unwrap_or(c),
        3..=7 => repair::letter(c).unwrap_or(c),
        _ => c,
    });
    if word.chars().count() == 15 && word.starts_with('M') { mended.collect() } else { word.to_owned() }
}

/// The digit behind `EURO` is one, and its O is no zero.
fn emission(word: &str) -> String {
    let Some(at) = word.rfind("EUR") else { return word.to_owned() };
    let (head, tail) = word.split_at(at + 3);
    let level = tail.trim_start_matches(['O', '0', 'Q', 'D']);
    if level.starts_with(|c| ('1'..='6').contains(&c)) && level.len() <= 2 {
        return format!("{head}O{level}");
    }
    match level.chars().rev().find_map(repair::digit) {
        Some(digit) if level.len() <= 2 => format!("{head}O{digit}"),
        _ => word.to_owned(),
    }
}

/// Capitals up to a wide gap.
fn text(tokens: &[Token]) -> Option<Read> {
    let mut end = 0;
    for (at, token) in tokens.iter().enumerate() {
        let gap =
            at > 0 && token.rect.left - tokens[at - 1].rect.right > 2.5 * token.rect.height().max(0.008);
        if gap || is_small(&token.text) {
            break;
        }
        end = at + 1;
    }
    let value = join(&tokens[..end]);
    (compact(&value).len() >= 2).then(|| first(value.to_uppercase(), end, 0))
}
