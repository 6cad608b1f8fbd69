//! Whatever is read, nothing panics and what comes back is well formed.

use domain::analysis::Analysis;
use domain::document::DocumentKind;
use domain::reading::{BBox, ReadPage, Reading, Source, Word, ZoneReading};
use proptest::prelude::*;

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,24}",
        "[A-Z0-9<./,:€° -]{0,46}",
        "(CRFRA|CI<<)[A-Z0-9<]{36,42}",
        "(A|B|E|D\\.1|\\(A\\)|J\\.[1-3]|P1|Y\\.[1-6]|C\\.[13]|€\\.|F3|S15)",
        "(TOTAL|TTC|HT|TVA|FACTURE|N°|DATE|ECHEANCE|POLICE|CONTRAT|Marque|QTE|Désignation|EUROS|EURO)",
        "[0-9]{1,3}[ .,'\u{a0}]?[0-9]{0,3}[.,][0-9]{2}[€%]?",
        "[0-9OIl]{1,2}[/. ][0-9OIl]{1,2}[/. ][0-9]{2,4}",
        "[A-HJ-NPR-Z0-9]{15,19}",
    ]
}

fn number() -> impl Strategy<Value = f32> {
    prop_oneof![8 => 0.0_f32..1.0, 1 => Just(f32::NAN), 1 => Just(f32::INFINITY), 1 => -2.0_f32..3.0]
}

fn word() -> impl Strategy<Value = Word> {
    (text(), number(), (number(), number(), 0.0_f32..0.4, 0.0_f32..0.05), 0_u32..20).prop_map(
        |(text, confidence, (x, y, w, h), line)| Word { text, confidence, bbox: BBox { x, y, w, h }, line },
    )
}

fn reading() -> impl Strategy<Value = Reading> {
    let page = (prop::collection::vec(word(), 0..60), 0_u32..3000, 0_u32..3000, any::<bool>());
    let pages = prop::collection::vec(page, 0..3);
    (pages, prop::option::of("\\PC{0,60}|<a><ID>\\PC{0,9}</ID></a>")).prop_map(|(pages, attached_xml)| {
        let pages = pages.into_iter().enumerate().map(|(at, (words, width, height, optical))| ReadPage {
            number: at as u32 + 1,
            width,
            height,
            source: if optical { Source::Ocr } else { Source::TextLayer },
            rotation: 0,
            words,
        });
        Reading { engine: String::new(), engine_version: String::new(), pages: pages.collect(), attached_xml }
    })
}

fn assert_well_formed(analysis: &Analysis) {
    assert!((0.0..=1.0).contains(&analysis.mean_confidence));
    for field in &analysis.fields {
        assert!((0.0..=1.0).contains(&field.confidence), "{field:?}");
        assert!(!field.value.is_null() && field.value != "", "{field:?}");
        let same = analysis.fields.iter().filter(|other| other.key == field.key);
        assert_eq!(same.count(), 1, "{} twice", field.key);
    }
}

/// Kinds that have a reader of their own, and one that has none.
const READ: [DocumentKind; 6] = [
    DocumentKind::Registration,
    DocumentKind::Invoice,
    DocumentKind::Insurance,
    DocumentKind::Inspection,
    DocumentKind::FuelReceipt,
    DocumentKind::Other,
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn no_reading_panics(reading in reading(), words in prop::collection::vec(word(), 0..12), at in 0_usize..8) {
        for kind in READ {
            let first = extraction::analyze(std::slice::from_ref(&reading), Some(kind), &[]);
            assert_well_formed(&first);
            for zone in extraction::zones(&reading, kind, &first) {
                prop_assert!(zone.bbox.x.is_finite() && zone.bbox.w >= 0.0, "{zone:?}");
            }
        }
        let label = ["E", "A", "B", "I", "mrz", "total_ttc", "date", "number"][at];
        let zone = ZoneReading { label: label.into(), page: 1, words };
        let given = DocumentKind::ALL[at % 3];
        assert_well_formed(&extraction::analyze(std::slice::from_ref(&reading), Some(given), std::slice::from_ref(&zone)));
        assert_well_formed(&extraction::analyze(std::slice::from_ref(&reading), None, &[zone]));
        for page in &reading.pages {
            prop_assert!(extraction::legibility(page).is_finite());
        }
    }
}
