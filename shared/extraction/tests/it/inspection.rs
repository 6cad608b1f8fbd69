//! Reports of a contrôle technique.

use domain::document::DocumentKind::Inspection;
use extraction::{analyze, detect};

use crate::paper::{assert_fields, drawn};

#[test]
fn a_report_gives_result_next_visit_and_defects() {
    let reading = drawn(
        "\
             PROCES-VERBAL DE CONTROLE TECHNIQUE PERIODIQUE
 N° du procès-verbal : 24017735
 Date du contrôle : 12/03/2024           Agrément du centre : S069C123
 Immatriculation : DF-241-JX             Date de 1ère mise en circulation : 05/06/2012
 Marque : HONDA      Modèle : JAZZ       Kilométrage : 127 072
 N° de série : JHMZYRPJUXY8A9668
 Résultat du contrôle : S  Défavorable pour défaillances majeures
 Limite de validité : 11/05/2024
 DEFAILLANCES MAJEURES
 5.2.3.e.2  PNEUMATIQUES : usure excessive AVG
 DEFAILLANCES MINEURES
 8.4.1.a.1  PERTES DE LIQUIDES : fuite moteur
",
    );
    assert_eq!(detect(&reading).0, Inspection);
    let found = analyze(std::slice::from_ref(&reading), None, &[]);
    assert_fields(
        &found,
        &[
            ("plate", "DF-241-JX"),
            ("date", "2024-03-12"),
            ("result", "S"),
            ("next_due", "2024-05-11"),
            ("first_registration", "2012-06-05"),
            ("mileage", "127072"),
            ("make", "HONDA"),
            ("vin", "JHMZYRPJUXY8A9668"),
            ("number", "24017735"),
        ],
    );
    let defects = &found.field("defects").unwrap().value;
    assert_eq!((&defects[0]["severity"], &defects[1]["severity"]), (&"majeure".into(), &"mineure".into()));
}
