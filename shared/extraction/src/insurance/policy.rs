//! The policy number: behind its label, or third in box 4 of the card.

use std::sync::LazyLock;

use domain::analysis::Field;
use regex::Regex;

use crate::analysis::Closer;
use crate::labels::{self, Placed};
use crate::layout::Sheet;
use crate::values::{Found, dates, plates};
use crate::vote::{Vote, elect};

static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"\bN[O0*'.]{0,2}\W{0,2}\s?(DE\s+)?(LA\s+)?(POLICE|CONTRAT|SOCIETAIRE|ADHERENT)(\s+D.?ASSURANCE)?|\b(POLICE|CONTRAT)(\s+D.?ASSURANCE)?\s?(N[O0*'.]{1,2}|NUMERO|:)|\bNUMERO\s+(DE\s+)?(POLICE|CONTRAT|SOCIETAIRE|ADHERENT)|\bREF(ERENCE)?S?\W{1,3}(DU\s+|DE\s+)?(CONTRAT|POLICE)|\bPOLICY\s+NUMBER",
    )
    .expect("a valid pattern")
});
/// The strokes between the three parts may be read as `1`, `I`, `l` or not at all.
static BOX_FOUR: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?:^|[\t ])(?:[A-Z]{1,3} ?[/|]|F ?[/|1IL7]?) ?[0-9OISBZ]{3} ?[/|1I7]? ([A-Z0-9][A-Z0-9/.\-]*(?: (?:[A-Z]{1,3} )?[A-Z0-9/.\-]*[0-9][A-Z0-9/.\-]*)*)",
    )
    .expect("a valid pattern")
});
static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[\s:.#°]*([A-Z0-9][A-Z0-9/.\-]*(?: (?:[A-Z]{1,3} )?[A-Z0-9/.\-]*[0-9][A-Z0-9/.\-]*)*)")
        .expect("a valid pattern")
});

/// Reads `policy_number`: the card prints it twice, and what was read closer votes too.
pub(super) fn read(sheet: &Sheet, closer: &[Closer]) -> Option<Field> {
    let vote = |number: Placed<String>, source, trust| Vote::new(number.value, number.mark, source, trust);
    let mut votes: Vec<Vote> =
        labelled(sheet).into_iter().map(|number| vote(number, "label", 0.93)).collect();
    votes.extend(labels::everywhere(sheet, box_four).into_iter().map(|number| vote(number, "box", 0.92)));
    for row in labels::closer_rows(closer, "policy_number") {
        let found = box_four(&row.text).into_iter().chain(number(&row.text));
        votes.extend(found.map(|found| Vote::new(found.value, row.mark_text(&found.at), "zone", 0.85)));
    }
    elect("policy_number", &votes)
}

/// What heads or precedes the number.
pub(crate) fn label() -> &'static Regex {
    &LABEL
}

fn labelled(sheet: &Sheet) -> Vec<Placed<String>> {
    let spots = labels::spots(sheet, &LABEL);
    spots
        .iter()
        .filter_map(|spot| {
            let right = labels::right(sheet, spot, number).into_iter().next();
            right.or_else(|| labels::below(sheet, spot, number).into_iter().next())
        })
        .collect()
}

/// A number of at least five signs that starts the text; several groups belong together.
fn number(text: &str) -> Vec<Found<String>> {
    let cell_start = text.len() - text.trim_start_matches(['\t', ' ', ':']).len();
    let cell = text[cell_start..].split('\t').next().unwrap_or_default();
    if BOX_FOUR.is_match(cell) {
        return Vec::new();
    }
    let Some(number) = NUMBER.captures(cell).and_then(|captures| captures.get(1)) else { return Vec::new() };
    let value = number.as_str().trim_end_matches(['.', '-', '/', ' ']);
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let is_other = !dates::find(value).is_empty()
        || plates::find(value).iter().any(|plate| plate.at.len() == value.len());
    if digits < 4 || is_other {
        return Vec::new();
    }
    let start = cell_start + number.start();
    vec![Found { value: value.to_owned(), at: start..start + value.len(), repairs: 0 }]
}

/// `F / 264 / 1534901294`: country, insurer, policy.
fn box_four(text: &str) -> Vec<Found<String>> {
    let found = BOX_FOUR.captures_iter(text).filter_map(|captures| {
        let policy = captures.get(1)?;
        let value = policy.as_str().trim_end_matches(['.', '-', '/', ' ']);
        let digits = value.chars().filter(char::is_ascii_digit).count();
        let at = policy.start()..policy.start() + value.len();
        (digits >= 4).then(|| Found { value: value.to_owned(), at, repairs: 0 })
    });
    found.collect()
}
