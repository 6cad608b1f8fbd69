//! Cards, mémos and attestations.

use domain::analysis::AnalysisStatus;
use domain::document::DocumentKind::Insurance;
use extraction::{analyze, detect};

use crate::paper::{analysis, assert_fields, drawn};

#[test]
fn a_memo_needs_no_expiry() {
    let reading = drawn(
        "\
DIRECT ASSURANCE
                         MÉMO VÉHICULE ASSURÉ
 Document à conserver, il remplace la carte verte depuis le 1er avril 2024
   Entreprise d'assurance                 DIRECT ASSURANCE
   Souscripteur                           MME ROUSSEAU MANON
   N° de police d'assurance               9458 AM 28217
   Immatriculation                        GN-950-GV
   Marque                                 JEEP
   Modèle                                 RENEGADE
   Garantie effective à compter du        30/03/2024
   Document délivré le                    23/03/2024
DIRECT ASSURANCE - Entreprise régie par le Code des assurances - Siège social : 69003 LYON
",
    );
    assert_eq!(detect(&reading).0, Insurance);
    let found = analyze(std::slice::from_ref(&reading), None, &[]);
    assert_fields(
        &found,
        &[
            ("company", "DIRECT ASSURANCE"),
            ("policy_number", "9458 AM 28217"),
            ("plate", "GN-950-GV"),
            ("make", "JEEP"),
            ("model", "RENEGADE"),
            ("insured", "ROUSSEAU MANON"),
            ("valid_from", "2024-03-30"),
            ("valid_until", ""),
        ],
    );
    assert_eq!(found.status, AnalysisStatus::Analyzed);
}

#[test]
fn a_card_is_read_by_its_boxes() {
    let found = analysis(
        Insurance,
        "\
1. CARTE INTERNATIONALE D'ASSURANCE AUTOMOBILE
3. VALABLE / VALID                           4. Code pays / Code assureur / Numéro de police
   DU / FROM          AU / TO                Country code / Insurer's code / Policy number
 Jour Mois Année    Jour Mois Année
  22   08   2022     19   11   2022            F / 264 / 1534901294
5. N° d'immatriculation (ou à défaut N° du châssis)    6. Catégorie    7. Marque du véhicule / Make
     GP-866-TP                                           A               PEUGEOT
9. Nom et adresse du souscripteur de la police
     M. ROUX LOUIS
     18 QUAI DE LA LOIRE
10. Cette carte a été délivrée par / This card has been issued by     11. Signature de l'assureur
     MATMUT
     84 ZA LES GRANDS CHAMPS
",
    );
    assert_fields(
        &found,
        &[
            ("policy_number", "1534901294"),
            ("valid_from", "2022-08-22"),
            ("valid_until", "2022-11-19"),
            ("plate", "GP-866-TP"),
            ("make", "PEUGEOT"),
            ("insured", "ROUX LOUIS"),
            ("company", "MATMUT"),
        ],
    );
}

#[test]
fn an_attestation_is_read_from_its_sentences() {
    let found = analysis(
        Insurance,
        "\
L'OLIVIER ASSURANCE
150 ZA LES GRANDS CHAMPS, 2A000 AJACCIO
                                                  M ROBERT HUGO
                                                  06200 NICE
Police n° 7180294251                              Ajaccio, le 10/08/2025
               ATTESTATION D'ASSURANCE AUTOMOBILE
Nous soussignés, L'OLIVIER ASSURANCE, attestons que
M ROBERT HUGO
a souscrit un contrat d'assurance automobile garantissant le véhicule :
   Marque et modèle : ALFA ROMEO GIULIETTA
   Immatriculation : AQ-022-TB
Période de validité : du 29/08/2025 au 26/11/2025.
",
    );
    assert_fields(
        &found,
        &[
            ("company", "L'OLIVIER ASSURANCE"),
            ("policy_number", "7180294251"),
            ("valid_from", "2025-08-29"),
            ("valid_until", "2025-11-26"),
            ("plate", "AQ-022-TB"),
            ("make", "ALFA ROMEO"),
            ("model", "GIULIETTA"),
            ("insured", "ROBERT HUGO"),
        ],
    );
}
