//! Receipts of filling stations.

use domain::document::DocumentKind::FuelReceipt;
use extraction::{analyze, detect};

use crate::paper::{assert_fields, drawn};

#[test]
fn litres_times_price_prove_the_total() {
    let reading = drawn(
        "\
STATION TOTAL ENERGIES
RELAIS DU LAC
12/04/2024  18:22
POMPE 4   SP95-E10
VOLUME        35,42 L
PRIX/L        1,799 EUR
TOTAL TTC     63,72 EUR
TVA 20%       10,62
HT            53,10
",
    );
    assert_eq!(detect(&reading).0, FuelReceipt);
    let found = analyze(std::slice::from_ref(&reading), None, &[]);
    assert_fields(
        &found,
        &[
            ("date", "2024-04-12"),
            ("litres", "35.42"),
            ("unit_price", "1.799"),
            ("total_ttc", "63.72"),
            ("total_vat", "10.62"),
            ("total_ht", "53.10"),
            ("grade", "SP95E10"),
            ("station_name", "STATION TOTAL ENERGIES"),
        ],
    );
    assert!(found.field("total_ttc").unwrap().evidence.contains(&"check:product".to_owned()));
}
