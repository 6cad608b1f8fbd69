//! The invoice's own number, not the order's, the customer's or the quote's.

use std::ops::Range;
use std::sync::LazyLock;

use domain::analysis::Field;
use regex::Regex;

use crate::analysis::Closer;
use crate::labels::{self, Placed, Spot};
use crate::layout::Sheet;
use crate::values::{Found, dates, plates};
use crate::vote::{Vote, elect};

/// A label, and how surely what stands by it is the number.
struct Label {
    pattern: Regex,
    trust: f32,
}

static LABELS: LazyLock<Vec<Label>> = LazyLock::new(|| {
    [
        (r"\bN[O0UM.*']{0,3}\W{0,2}\s?(DE\s+)?(LA\s+)?FACTURE\b", 0.96),
        (r"\bFACTURE\s?N[O0*'.]{0,2}(\W|$)|\bFACTURE\s+NUMERO\b|\bNUMERO\s+(DE\s+)?(LA\s+)?FACTURE\b", 0.96),
        (r"\bAVOIR\s+N[O0*'.]{0,2}(\W|$)|\bNOTE\s+DE\s+CREDIT\b", 0.93),
        (r"\bN[O0*'.]{0,2}\s+(DE\s+)?(PIECE|DOCUMENT|AVOIR)\b|\bTICKET\s+N[O0*'.]{0,2}(\W|$)", 0.9),
        (r"\b(FACTURE|AVOIR|INVOICE)\b", 0.9),
    ]
    .into_iter()
    .map(|(pattern, trust)| Label { pattern: Regex::new(pattern).expect("a valid pattern"), trust })
    .collect()
});
/// `Facturé à` heads the customer's address, and another invoice may be referred to.
static NO_LABEL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\W*(A\b|AU\b|ASSOCIEE|ACQUITTEE|LE\b|PAR\b|POUR\b)").expect("a valid pattern")
});
static TOKEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[\s:#*'(.\-])((?:[A-Z]{1,4} )?(?:[A-Z]{1,6}[-/_]?)?[A-Z0-9]*[0-9][A-Z0-9/_.\-]*)")
        .expect("a valid pattern")
});
static OF_OTHERS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(OR|CLIENT|COMMANDE|DEVIS|BON|DOSSIER|REPARATION|SIRET|TVA|TEL|COMPTE)\b[^\t]*$")
        .expect("a valid pattern")
});

/// Words in front of a number that are not part of it; other short words are a series, as in `FC 550443`.
const SMALL_WORDS: [&str; 14] =
    ["NO", "N", "DU", "DE", "LE", "LA", "EN", "ET", "A", "AU", "DATE", "PAGE", "OR", "REF"];

/// Reads `number`.
pub(super) fn read(sheet: &Sheet, closer: &[Closer]) -> Option<Field> {
    for label in LABELS.iter() {
        for spot in labels::spots(sheet, &label.pattern) {
            let rest = sheet.rows[spot.row].text.get(spot.bytes.end..).unwrap_or_default();
            if NO_LABEL.is_match(rest) {
                continue;
            }
            if let Some(found) = behind(sheet, &spot).or_else(|| under(sheet, &spot)) {
                return of(sheet, &found, label.trust, closer);
            }
        }
    }
    elect("number", &closer_votes(closer))
}

fn closer_votes(closer: &[Closer]) -> Vec<Vote> {
    let rows = labels::closer_rows(closer, "number");
    let found = rows.flat_map(|row| tokens(&row.text).into_iter().map(move |token| (row, token)));
    found
        .map(|(row, token)| Vote::new(&row.text[token.at.clone()], row.mark_text(&token.at), "zone", 0.85))
        .collect()
}

fn behind(sheet: &Sheet, label: &Spot) -> Option<Placed<Range<usize>>> {
    let found = labels::right(sheet, label, tokens).into_iter().next()?;
    let text = &sheet.rows[label.row].text;
    let between = text.get(label.bytes.end..found.spot.bytes.start)?;
    // The number follows at once, or alone in the next cell; other words in between start something else.
    let letters = between.chars().filter(char::is_ascii_alphabetic).count();
    let is_short = found.value.len() < 3;
    (letters <= 2 && !(is_short && letters > 0) && !OF_OTHERS.is_match(between)).then_some(found)
}

fn under(sheet: &Sheet, label: &Spot) -> Option<Placed<Range<usize>>> {
    labels::below(sheet, label, tokens).into_iter().find(|found| {
        let context = sheet.rows[found.spot.row].text.get(..found.spot.bytes.start).unwrap_or_default();
        let cell = context.rsplit('\t').next().unwrap_or_default();
        cell.chars().filter(char::is_ascii_alphabetic).count() <= 2
    })
}

/// Words that can be a number: some digits, no date, no amount, no plate.
fn tokens(text: &str) -> Vec<Found<Range<usize>>> {
    let dates = dates::find(text);
    TOKEN
        .captures_iter(text)
        .filter_map(|captures| captures.get(1))
        .filter(|token| {
            let shape = token.as_str().trim_end_matches(['.', '-', '/', '_']);
            let digits = shape.chars().filter(char::is_ascii_digit).count();
            let is_date = dates.iter().any(|date| date.at.start < token.end() && token.start() < date.at.end);
            let is_plate =
                plates::find(shape).iter().any(|plate| plate.repairs == 0 && plate.at.len() == shape.len());
            digits >= 1 && shape.len() >= 2 && !is_date && !is_plate
        })
        .map(|token| {
            let length = token.as_str().trim_end_matches(['.', '-', '/', '_']).len();
            let prefix = token.as_str().find(' ').map_or("", |space| &token.as_str()[..space]);
            let skipped = if SMALL_WORDS.contains(&prefix) { prefix.len() + 1 } else { 0 };
            let at = token.start() + skipped..token.start() + length;
            Found { value: at.clone(), at, repairs: 0 }
        })
        .collect()
}

/// The number as printed: the searched text has capitals and mended words, the paper's own spelling counts.
fn of(sheet: &Sheet, found: &Placed<Range<usize>>, trust: f32, closer: &[Closer]) -> Option<Field> {
    let row = &sheet.rows[found.spot.row];
    let folded = &row.text[found.spot.bytes.clone()];
    let plain = |raw: &str| raw.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    let words: Vec<&str> = found.mark.raw.split([' ', ':', '°']).filter(|word| !word.is_empty()).collect();
    let mut tails = (0..words.len()).map(|from| plain(&words[from..].join(" ")));
    let number = tails.find(|raw| crate::text::fold(raw) == folded).unwrap_or_else(|| folded.to_owned());
    let mut votes = vec![Vote::new(number, found.mark.clone(), "label", trust)];
    votes.extend(closer_votes(closer));
    elect("number", &votes)
}
