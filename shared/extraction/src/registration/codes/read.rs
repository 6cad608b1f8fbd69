//! Values out of the words behind a code.

use domain::vin::Vin;

use super::Content;
use crate::layout::{Token, join};
use crate::text::{compact, is_small};
use crate::values::{amounts, dates, makes, plates, repair};

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
        Content::Emission => word(tokens)
            .map(|read| Read { value: emission(&read.value), ..read })
            .filter(|read| read.value.contains("EUR") || read.value.contains('/')),
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

/// A number that wide spacing tore into words: its digits joined, and how many words they were.
fn joined(tokens: &[Token]) -> (String, usize) {
    let mut number = String::new();
    let mut count = 0;
    for (at, token) in tokens.iter().enumerate() {
        let near = at == 0 || token.rect.left - tokens[at - 1].rect.right < 1.2 * token.rect.height();
        if !near || !token.text.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | '.')) {
            break;
        }
        number.push_str(&token.text);
        count = at + 1;
    }
    (number, count)
}

fn number(tokens: &[Token], least: u32, most: u32) -> Option<Read> {
    let (torn, count) = joined(tokens);
    let whole = torn.parse().ok().filter(|number: &u32| count > 1 && (least..=most).contains(number));
    if let Some(number) = whole {
        return Some(first(number.to_string(), count, 1));
    }
    tokens.iter().take(2).enumerate().find_map(|(at, token)| {
        let (digits, repairs) = repair::digits(&compact(&token.text))?;
        let number: u32 = digits.parse().ok()?;
        let fits =
            (least..=most).contains(&number) && repairs * 2 <= digits.len() && !token.text.contains('/');
        fits.then(|| Read { value: number.to_string(), from: at, to: at + 1, repairs })
    })
}

fn decimal(tokens: &[Token]) -> Option<Read> {
    let (torn, count) = joined(tokens);
    let number = amounts::number(&torn)?;
    (number > 0.0 && number < 2000.0).then(|| first(number.to_string(), count, 0))
}

/// Taxes are printed with their cents only when there are any.
fn amount(tokens: &[Token]) -> Option<Read> {
    let (torn, count) = joined(tokens);
    if let Some(found) = amounts::find(&torn).into_iter().find(|found| found.at.start == 0) {
        return Some(first(found.value.to_string(), count, count - 1));
    }
    if let Some(euros) =
        torn.parse().ok().filter(|euros: &u32| *euros < if count > 1 { 10_000 } else { 100_000 })
    {
        return Some(first(format!("{euros}.00"), count, count - 1));
    }
    let (digits, repairs) = repair::digits(&compact(&tokens.first()?.text))?;
    let euros: u32 = digits.parse().ok().filter(|euros| *euros > 0)?;
    (digits.len() <= 5 && repairs <= 1 && repairs < digits.len())
        .then(|| first(format!("{euros}.00"), 1, repairs))
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
    // Stars are read as crosses, degrees or twice.
    let text = token.text.replace(['°', '"', 'x', 'X'], "*").replace("**", "*");
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
