//! Invoices and their traps.

use domain::analysis::AnalysisStatus;
use domain::document::DocumentKind::Invoice;
use extraction::{analyze, detect};

use crate::paper::{analysis, assert_fields, drawn, value};

const INVOICE: &str = "\
GARAGE MARTINET ET FILS SARL                        N° de facture : VOA23908
54 ZA LES GRANDS CHAMPS                             Date de facture : 04.05.2022
35200 RENNES                                        Ordre de réparation : OR806032
Tél. : 03 71 30 56 93                               Échéance : 03.06.2022

                                        MORIN CHRISTOPHE
                                        13008 MARSEILLE
 Véhicule : DACIA DUSTER     Immatriculation : CA-961-NX     Kilométrage : 209 187 km
                                        1ère mise en circulation : 21/12/2015
 Réf.         Désignation                        Qté       P.U. HT      Total HT
 CT56282      Passage contrôle technique           1         74,77         74,77
 AMORT14004   Amortisseur arrière                  2         65,41        130,82
                                                    TOTAL H.T.        205,59 €
 Indemnité forfaitaire pour frais de recouvrement : 40,00 €    TVA 20,00 %   41,12 €
                                                    TOTAL TTC         246,71 €
                                                    Acompte           100,00 €
                                                    Solde à payer     146,71 €
        SARL au capital de 15 000,00 € - SIRET 899 010 698 00038 - RCS RENNES
        N° TVA intracommunautaire : FR68 899010698 - APE 4520A
";

#[test]
fn every_value_is_told_from_its_neighbours() {
    let reading = drawn(INVOICE);
    assert_eq!(detect(&reading).0, Invoice);
    let found = analyze(std::slice::from_ref(&reading), None, &[]);
    assert_fields(
        &found,
        &[
            ("garage_name", "GARAGE MARTINET ET FILS SARL"),
            ("number", "VOA23908"),
            ("date", "2022-05-04"),
            ("due_date", "2022-06-03"),
            ("total_ht", "205.59"),
            ("total_vat", "41.12"),
            ("total_ttc", "246.71"),
            ("siret", "89901069800038"),
            ("vat_number", "FR68899010698"),
            ("plate", "CA-961-NX"),
            ("mileage", "209187"),
            ("make", "DACIA"),
            ("model", "DUSTER"),
        ],
    );
    assert!(found.field("total_ttc").unwrap().evidence.contains(&"check:total".to_owned()));
    assert_eq!(found.status, AnalysisStatus::Analyzed);
    let lines = &found.field("lines").unwrap().value;
    assert_eq!(lines[1]["description"], "Amortisseur arrière");
    assert_eq!((&lines[1]["quantity"], &lines[1]["unit_price"]), (&"2".into(), &"65.41".into()));
    assert_eq!(lines.as_array().map(Vec::len), Some(2));
}

#[test]
fn a_small_business_charges_no_vat() {
    let found = analysis(
        Invoice,
        "\
TECHNIC AUTO 69
Entrepreneur individuel
Facture n° F2021072874 du 13.07.2021
Prestation                          Quantité      Prix
Montage équilibrage valve               4        67,04 €
Recyclage déchets                       1         4,95 €
                                  Net à payer    71,99 €
TVA non applicable, art. 293 B du CGI
À régler avant le 12.08.2021.
",
    );
    assert_fields(
        &found,
        &[
            ("number", "F2021072874"),
            ("date", "2021-07-13"),
            ("due_date", "2021-08-12"),
            ("total_ttc", "71.99"),
            ("total_ht", "71.99"),
            ("total_vat", "0.00"),
            ("garage_name", "TECHNIC AUTO 69"),
        ],
    );
}

#[test]
fn a_till_receipt_is_an_invoice_too() {
    let found = analysis(
        Invoice,
        "\
             GARAGE DE LA GARE
               69003 LYON
FACTURE 5082073
05/05/2023    09:36          Caisse 02
Immat: DF-241-JX             227.072 km
Filtre à air
  2 x 19,44                      38,88
TOTAL HT                         38,88
TVA 20,00%                        7,78
TOTAL TTC                    46,66 EUR
CB                               46,66
",
    );
    assert_fields(
        &found,
        &[
            ("number", "5082073"),
            ("date", "2023-05-05"),
            ("total_ttc", "46.66"),
            ("mileage", "227072"),
            ("plate", "DF-241-JX"),
        ],
    );
    assert_eq!(found.field("lines").unwrap().value[0]["quantity"], "2");
}

#[test]
fn totals_that_do_not_add_up_are_asked() {
    let wrong = INVOICE.replace("246,71 €", "264,71 €").replace("205,59", "203,59");
    let found = analysis(Invoice, &wrong);
    assert_eq!(found.status, AnalysisStatus::NeedsReview);
}

#[test]
fn a_credit_note_has_negative_totals() {
    let found = analysis(
        Invoice,
        "\
GARAGE DU PONT SARL
AVOIR N° AV-2024-017          Date : 02/03/2024
TOTAL HT        -100,00 €
TVA 20 %         -20,00 €
TOTAL TTC       -120,00 €
",
    );
    assert_fields(&found, &[("number", "AV-2024-017"), ("total_ttc", "-120.00"), ("total_ht", "-100.00")]);
}

#[test]
fn the_xml_that_a_pdf_carries_is_the_truth() {
    let xml = r#"<?xml version="1.0"?>
<rsm:CrossIndustryInvoice xmlns:rsm="urn:r" xmlns:ram="urn:a" xmlns:udt="urn:u">
 <rsm:ExchangedDocument><ram:ID>FX-1</ram:ID>
  <ram:IssueDateTime><udt:DateTimeString format="102">20240131</udt:DateTimeString></ram:IssueDateTime></rsm:ExchangedDocument>
 <rsm:SupplyChainTradeTransaction>
  <ram:IncludedSupplyChainTradeLineItem><ram:SpecifiedTradeProduct><ram:Name>Vidange</ram:Name></ram:SpecifiedTradeProduct>
   <ram:BilledQuantity>1.0000</ram:BilledQuantity><ram:LineTotalAmount>100.00</ram:LineTotalAmount></ram:IncludedSupplyChainTradeLineItem>
  <ram:ApplicableHeaderTradeAgreement><ram:SellerTradeParty><ram:Name>Garage X</ram:Name>
   <ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">FR11999999998</ram:ID></ram:SpecifiedTaxRegistration>
  </ram:SellerTradeParty></ram:ApplicableHeaderTradeAgreement>
  <ram:ApplicableHeaderTradeSettlement><ram:SpecifiedTradeSettlementHeaderMonetarySummation>
   <ram:TaxBasisTotalAmount>100.00</ram:TaxBasisTotalAmount><ram:TaxTotalAmount currencyID="EUR">20.00</ram:TaxTotalAmount>
   <ram:GrandTotalAmount>120.00</ram:GrandTotalAmount><ram:DuePayableAmount>20.00</ram:DuePayableAmount>
  </ram:SpecifiedTradeSettlementHeaderMonetarySummation></ram:ApplicableHeaderTradeSettlement>
 </rsm:SupplyChainTradeTransaction>
</rsm:CrossIndustryInvoice>"#;
    let mut reading = drawn("Garage X\nFacture FX-1 du 31/01/2024\nNet à payer 20,00 €\n");
    reading.attached_xml = Some(xml.to_owned());
    let found = analyze(std::slice::from_ref(&reading), None, &[]);
    assert_fields(
        &found,
        &[
            ("number", "FX-1"),
            ("date", "2024-01-31"),
            ("garage_name", "Garage X"),
            ("total_ttc", "120.00"),
            ("total_vat", "20.00"),
            ("vat_number", "FR11999999998"),
        ],
    );
    assert_eq!(found.field("lines").unwrap().value[0]["quantity"], "1");
    assert_eq!(found.status, AnalysisStatus::Analyzed);
    assert!(found.field("number").unwrap().evidence.contains(&"printed".to_owned()));
}

#[test]
fn broken_xml_leaves_what_is_printed() {
    let mut reading = drawn(INVOICE);
    reading.attached_xml = Some("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;".to_owned());
    assert_eq!(value(&analyze(std::slice::from_ref(&reading), None, &[]), "total_ttc"), "246.71");
}
