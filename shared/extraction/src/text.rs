//! Words made comparable: accents and case folded, misread label words snapped to the word they mean.

use strsim::levenshtein;
use unicode_normalization::UnicodeNormalization;

/// Long words that labels are made of; a word within an error or two of one of them is taken for it.
///
/// Long enough that a chance neighbour is unlikely: the snapping is for searching only, values keep what was read.
const LABEL_WORDS: &[&str] = &[
    "ACQUITTEE",
    "ADMINISTRATIVE",
    "ASSURANCE",
    "ASSURANCES",
    "ASSUREUR",
    "ATTESTATION",
    "AUTOMOBILE",
    "CARROSSERIE",
    "CERTIFICAT",
    "CIRCULATION",
    "COMPTEUR",
    "CONTRAT",
    "CONTROLE",
    "COUPON",
    "DEFAILLANCE",
    "DEFAILLANCES",
    "DELIVREE",
    "DESCRIPTION",
    "DESIGNATION",
    "DETACHABLE",
    "ECHEANCE",
    "EFFECTIVE",
    "EMETTEUR",
    "EMISSION",
    "ENTREPRISE",
    "FACTURATION",
    "FACTURE",
    "GARANTIE",
    "IMMATRICULATION",
    "IMMATRICULE",
    "IMMATRICULEE",
    "INTERNATIONALE",
    "INTRACOMMUNAUTAIRE",
    "KILOMETRAGE",
    "LIBELLE",
    "MARQUE",
    "MODELE",
    "MONTANT",
    "POLICE",
    "PREMIERE",
    "PRESTATION",
    "PROPRIETAIRE",
    "QUANTITE",
    "REFERENCE",
    "REGLEMENT",
    "SOUSCRIPTEUR",
    "TECHNIQUE",
    "UNITAIRE",
    "VALABLE",
    "VALIDITE",
    "VEHICULE",
    "VISITE",
];

/// Capitals without accents, typographic signs replaced by their plain forms, `$` for any sign of money.
///
/// ASCII alone, so that every place in a folded text is a boundary of characters.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfd() {
        match c {
            '\u{300}'..='\u{36f}' => {}
            '\u{2019}' | '\u{2018}' | '`' | '\u{b4}' => folded.push('\''),
            '\u{2010}'..='\u{2015}' | '\u{2212}' => folded.push('-'),
            '\u{b0}' | '\u{ba}' => folded.push('*'),
            '\u{a0}' | '\u{202f}' | '\u{2009}' => folded.push(' '),
            '\u{153}' | '\u{152}' => folded.push_str("OE"),
            '\u{e6}' | '\u{c6}' => folded.push_str("AE"),
            '\u{20ac}' | '\u{a3}' => folded.push('$'),
            '\u{a5}' => folded.push('Y'),
            c if c.is_ascii() => folded.push(c.to_ascii_uppercase()),
            _ => folded.push('?'),
        }
    }
    folded
}

/// Letters and digits alone.
pub(crate) fn compact(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// The folded word, or the label word that it is a misreading of; what surrounds the letters stays.
pub(crate) fn snap(folded: &str) -> String {
    let word = folded.rsplit('\'').find(|part| part.len() >= 6).unwrap_or(folded);
    let core = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    if core.len() < 6 || core.chars().filter(char::is_ascii_alphabetic).count() + 2 < core.len() {
        return folded.to_owned();
    }
    match nearest(core, LABEL_WORDS.iter().copied(), allowed_errors) {
        Some(word) => folded.replacen(core, word, 1),
        None => folded.to_owned(),
    }
}

fn allowed_errors(word: &str) -> usize {
    match word.len() {
        0..=5 => 0,
        6..=8 => 1,
        _ => 2,
    }
}

/// The word of a list nearest to a reading, within the errors allowed for that word.
pub(crate) fn nearest<'a>(
    read: &str,
    words: impl Iterator<Item = &'a str>,
    allowed: impl Fn(&str) -> usize,
) -> Option<&'a str> {
    words
        .filter(|word| word.len().abs_diff(read.len()) <= allowed(word))
        .map(|word| (levenshtein(read, word), word))
        .filter(|(errors, word)| *errors <= allowed(word))
        .min_by_key(|(errors, _)| *errors)
        .map(|(_, word)| word)
}

/// Whether a word is written in small letters, as explanations are and values on forms are not.
pub(crate) fn is_small(text: &str) -> bool {
    let small = text.chars().filter(|c| c.is_lowercase()).count();
    small >= 3 && small * 2 > text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_typography_do_not_matter() {
        assert_eq!(fold("N° d’échéance – Œuvre"), "N* D'ECHEANCE - OEUVRE");
        assert_eq!(compact("(D.2.1)"), "D21");
    }

    #[test]
    fn a_misread_label_is_the_label_and_a_value_is_left_alone() {
        assert_eq!(snap("IMMATRICULATI0N:"), "IMMATRICULATION:");
        assert_eq!(snap("FACTURF"), "FACTURE");
        assert_eq!(snap("D'ASSURANC"), "D'ASSURANCE");
        assert_eq!(snap("VF1CB05CF"), "VF1CB05CF");
        assert_eq!(snap("MARTIN"), "MARTIN");
    }
}
