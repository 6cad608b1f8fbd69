//! Papers as other houses print them: other words, other places.

use domain::analysis::AnalysisStatus;
use domain::document::DocumentKind::{Insurance, Invoice, Registration};
use extraction::{analyze, detect};

use crate::paper::{analysis, assert_fields, drawn};

#[test]
fn a_chain_store_sells_by_price_with_tax() {
    let reading = drawn(
        "\
AUTOCENTRE LYON PART-DIEU
12 RUE DE BONNEL 69003 LYON
SAS au capital de 3 000 000,00 EUR RCS LILLE 480 470 152
FACTURE N° 0123-456789                  Le 14/09/2023 à 15:42
Client : M. DUPONT JEAN                 N° client : 100234567
Véhicule : PEUGEOT 308       Immat. : EX-123-PL       Km : 84 512
Désignation                 Qté    PU TTC    Remise    Montant TTC
Forfait vidange 5W30         1      89,95      0,00        89,95
Filtre habitacle             1      24,90      5,00        19,90
                                   Total HT               91,54
                                   TVA 20,00 %            18,31
                                   TOTAL TTC À PAYER     109,85 €
Payé par CB le 14/09/2023                                109,85 €
",
    );
    assert_eq!(detect(&reading).0, Invoice);
    let found = analyze(std::slice::from_ref(&reading), None, &[]);
    assert_fields(
        &found,
        &[
            ("garage_name", "AUTOCENTRE LYON PART-DIEU"),
            ("number", "0123-456789"),
            ("date", "2023-09-14"),
            ("due_date", ""),
            ("total_ttc", "109.85"),
            ("total_ht", "91.54"),
            ("total_vat", "18.31"),
            ("plate", "EX-123-PL"),
            ("mileage", "84512"),
        ],
    );
    assert_eq!(found.status, AnalysisStatus::Analyzed);
}

#[test]
fn totals_may_stand_in_columns_under_their_headings() {
    let found = analysis(
        Invoice,
        "\
CONCESSION DES ALPES SA
Zone industrielle - 38000 GRENOBLE              Numéro de facture : 2024/03/00125
                                                Date facture : 2 mars 2024
                                                Date d'échéance : 1er avril 2024
                                                Date de livraison : 28/02/2024
Réparation de votre véhicule immatriculé 1234 AB 38

Montant H.T.      Montant T.V.A.     Montant T.T.C.     Net à payer
  1 412,50            282,50            1 695,00         1 695,00 EUR
En cas de retard, indemnité forfaitaire de 40,00 EUR
",
    );
    assert_fields(
        &found,
        &[
            ("garage_name", "CONCESSION DES ALPES SA"),
            ("number", "2024/03/00125"),
            ("date", "2024-03-02"),
            ("due_date", "2024-04-01"),
            ("total_ttc", "1695.00"),
            ("total_ht", "1412.50"),
            ("total_vat", "282.50"),
            ("plate", "1234 AB 38"),
        ],
    );
}

#[test]
fn two_rates_of_tax_add_up() {
    let found = analysis(
        Invoice,
        "\
GARAGE DE L'OUEST SARL
Facture FA-2023-118 du 05/06/2023
Base HT        Taux       Montant TVA
100,00         20,00 %        20,00
 50,00         10,00 %         5,00
Total HT      150,00 €
Total TVA      25,00 €
Total TTC     175,00 €
Acompte versé  75,00 €
Reste à payer 100,00 €
",
    );
    assert_fields(&found, &[("number", "FA-2023-118"), ("total_ttc", "175.00"), ("total_vat", "25.00")]);
}

#[test]
fn a_mutual_insurer_numbers_its_members() {
    let found = analysis(
        Insurance,
        "\
MACIF                                          Niort, le 15 mars 2023
                    ATTESTATION D'ASSURANCE
Numéro de sociétaire : 12345678
Assuré : MONSIEUR MARTIN PAUL
Véhicule assuré : RENAULT MEGANE      Immatriculation : FG-456-HJ
Valable du 01/04/2023 au 31/03/2024 inclus
",
    );
    assert_fields(
        &found,
        &[
            ("company", "MACIF"),
            ("policy_number", "12345678"),
            ("valid_from", "2023-04-01"),
            ("valid_until", "2024-03-31"),
            ("plate", "FG-456-HJ"),
            ("make", "RENAULT"),
            ("model", "MEGANE"),
            ("insured", "MARTIN PAUL"),
        ],
    );
}

#[test]
fn an_attestation_may_name_contract_and_insurer_in_a_letter() {
    let found = analysis(
        Insurance,
        "\
AXA France IARD
Attestation d'assurance automobile
Contrat n° 0000012345678904
AXA France IARD, entreprise régie par le Code des assurances, atteste que
MME DURAND CLAIRE est titulaire du contrat d'assurance ci-dessus,
à effet du 1er janvier 2024, échéance principale le 31 décembre 2024
pour le véhicule CITROEN C3 immatriculé AB-345-CD
",
    );
    assert_fields(
        &found,
        &[
            ("company", "AXA France IARD"),
            ("policy_number", "0000012345678904"),
            ("plate", "AB-345-CD"),
            ("valid_from", "2024-01-01"),
            ("valid_until", "2024-12-31"),
            ("make", "CITROEN"),
        ],
    );
}

#[test]
fn a_trailer_and_a_motorcycle_have_certificates_too() {
    let found = analysis(
        Registration,
        "\
             CERTIFICAT D'IMMATRICULATION
A.  FA-204-LT     B  14/06/2018
C.1  LEROY
     ANNE
D.1  YAMAHA
D.2  RM17
D.3  MT-07                    E.  JYARM171000012345
F.1  387       F.2  387       F.3
G    183       G.1  182
J    L3E       J.1  MTT2      J.2         J.3  SOLO
P.1  689       P.2  55,0      P.3  ES     P.6  6
Q    0,30      S.1  2         S.2         U.1  93
I    14/06/2018
",
    );
    assert_fields(
        &found,
        &[
            ("A", "FA-204-LT"),
            ("D.1", "YAMAHA"),
            ("D.3", "MT-07"),
            ("E", "JYARM171000012345"),
            ("J", "L3E"),
            ("J.1", "MTT2"),
            ("J.3", "SOLO"),
            ("P.2", "55"),
            ("Q", "0.3"),
            ("S.1", "2"),
        ],
    );
}
