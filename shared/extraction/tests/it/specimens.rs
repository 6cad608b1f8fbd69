//! Readings of specimens, kept as the reader gave them, against their truth.

use domain::analysis::Analysis;
use domain::reading::Reading;
use extraction::compare::{self, Mark, Truth};
use extraction::{analyze, detect};

fn read(reading: &str, truth: &str) -> (Truth, Analysis) {
    let reading: Reading = serde_json::from_str(reading).expect("a reading");
    let truth: Truth = serde_json::from_str(truth).expect("a truth");
    assert_eq!(detect(&reading).0, truth.kind);
    let analysis = analyze(std::slice::from_ref(&reading), None, &[]);
    (truth, analysis)
}

/// Core fields must all be right, of all fields at least this many in a hundred.
fn assert_right(reading: &str, truth: &str, least: usize) {
    let (truth, analysis) = read(reading, truth);
    let outcomes = compare::compare(&truth, &analysis);
    for outcome in &outcomes {
        let is_core = compare::core(truth.kind).contains(&outcome.key.as_str());
        assert!(!is_core || outcome.mark == Mark::Right, "{outcome:?}");
        assert!(outcome.confidence < 0.9 || outcome.mark == Mark::Right, "sure and wrong: {outcome:?}");
    }
    let right = outcomes.iter().filter(|outcome| outcome.mark == Mark::Right).count();
    assert!(right * 100 >= least * outcomes.len(), "{right} of {}", outcomes.len());
}

macro_rules! fixture {
    ($name:literal) => {
        (
            include_str!(concat!("../fixtures/", $name, ".reading.json")),
            include_str!(concat!("../fixtures/", $name, ".truth.json")),
        )
    };
}

#[test]
fn a_scanned_certificate_with_many_misread_codes() {
    let (reading, truth) = fixture!("registration-scan");
    assert_right(reading, truth, 70);
}

#[test]
fn an_old_card_photographed_flat() {
    let (reading, truth) = fixture!("registration-fni");
    assert_right(reading, truth, 85);
}

#[test]
fn a_printed_invoice_with_its_text_layer() {
    let (reading, truth) = fixture!("invoice-text");
    assert_right(reading, truth, 100);
}

#[test]
fn a_scanned_insurance_card() {
    let (reading, truth) = fixture!("insurance-scan");
    assert_right(reading, truth, 85);
}
