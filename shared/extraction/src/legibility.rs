//! How well a page reads, for choosing between turns and preparations of one image.

use std::sync::LazyLock;

use domain::reading::ReadPage;
use regex::Regex;

use crate::text::{fold, snap};
use crate::values::{dates, plates};

/// Words that the papers of a car carry; they seldom come out of noise or of a page upside down.
static ANCHORS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^\W*(?:CERTIFICAT|D'?IMMATRICULATION|IMMATRICULATION|FACTURE|TOTAL|MONTANT|DATE|TVA|TTC|SIRET|ASSURANCES?|POLICE|CONTRAT|SOUSCRIPTEUR|VEHICULE|MARQUE|MODELE|VALABLE|VALIDITE|COUPON|VISITE|RUE|AVENUE|CLIENT|ECHEANCE|REGLEMENT|DESIGNATION|QUANTITE|PRIX|CONTROLE|TECHNIQUE|SPECIMEN|CRFRA\S*|[A-Z]\.\d(?:\.\d)?|LE|LA|DE|DU|DES|POUR|PAR|EST)\W*$",
    )
    .expect("a valid pattern")
});

/// A score that grows with how well the page reads: anchor words, plates and dates, words read surely.
///
/// Only scores of the same page compare. Nothing is added for mere length of junk: a word counts by its confidence, and
/// signs alone do not count.
pub fn legibility(page: &ReadPage) -> f32 {
    let mut score = 0.0;
    for word in &page.words {
        let letters = word.text.chars().filter(|c| c.is_alphanumeric()).count();
        if letters < 2 {
            continue;
        }
        let confidence = word.confidence.clamp(0.0, 1.0);
        let sure = ((confidence - 0.3) / 0.7).max(0.0);
        score += sure * (letters as f32).sqrt().min(4.0);
        let folded = fold(&word.text);
        if ANCHORS.is_match(&snap(&folded)) || is_value(&folded) {
            score += 3.0 * sure;
        }
    }
    score
}

fn is_value(folded: &str) -> bool {
    !dates::find(folded).is_empty() || plates::find(folded).iter().any(|plate| plate.repairs == 0)
}

#[cfg(test)]
mod tests {
    use domain::reading::{BBox, Source, Word};

    use super::*;

    fn page(words: &[(&str, f32)]) -> ReadPage {
        let words = words.iter().map(|(text, confidence)| Word {
            text: (*text).into(),
            confidence: *confidence,
            bbox: BBox::default(),
            line: 0,
        });
        ReadPage {
            number: 1,
            width: 100,
            height: 100,
            source: Source::Ocr,
            rotation: 0,
            words: words.collect(),
        }
    }

    #[test]
    fn a_page_that_reads_beats_the_same_page_upside_down() {
        let upright = page(&[("CERTIFICAT", 0.9), ("BK-020-KV", 0.9), ("02/12/2012", 0.8)]);
        let turned =
            page(&[("LVOIJILYAO", 0.4), ("AM-OZO-XE", 0.5), ("ZLOZ/ZL/ZO", 0.3), ("=", 0.9), ("|", 0.9)]);
        assert!(legibility(&upright) > 3.0 * legibility(&turned));
        assert!(legibility(&page(&[("é", f32::NAN)])) < 1.0);
    }
}
