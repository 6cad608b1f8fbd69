//! The certificat d'immatriculation.

use domain::analysis::AnalysisStatus;
use domain::document::DocumentKind;
use domain::reading::{BBox, Word, ZoneReading};
use extraction::{analyze, detect, zones};

use crate::paper::{analysis, assert_fields, drawn, read_with, value};

const SIV: &str = "\
             CERTIFICAT D'IMMATRICULATION
   N° Immatriculation   Date de 1ère immatriculation
A.  BK-020-KV     B  02/12/2012
C.1  PERRIN
     PIERRE
C.4a  EST LE PROPRIETAIRE DU VEHICULE
C.4.1
C.3
     140 QUAI DE LA LOIRE
     69003 LYON
     FRANCE
D.1  RENAULT
D.2  3P94C26W
                              D.2.1  M10RENVP3HV60BV
D.3  CAPTUR                   E.  VF1A62F5N5DJG5185
F.1  1668      F.2  1668      F.3  2418
G    1215      G.1  1140
J    M1        J.1  VP        J.2  AB     J.3  CI
K    e2*98/14*0232*43
P.1  1242      P.2  121       P.3  GO     P.6  7
Q              S.1  5         S.2         U.1  80
U.2  3750      V.7  132       V.9  EURO4
X.1  VISITE AVANT LE 21/05/2022
Y.1  369,20    Y.2
Y.3  150       Y.4  11
Y.5  2,76      Y.6  532,96
H
I    10/12/2018
Z.1  CG DUPLICATA

 Certificat d'immatriculation        COUPON DÉTACHABLE
 BK-020-KV   10/12/2018
 2018TT19722
 VF1A62F5N5DJG5185
 RENAULT
 PERRIN
 PIERRE
CRFRABK020KV8VF1A62F5N5DJG518581212020VP<<<<
CI<<RENAULT<<<<<<<CAPTUR<<<<<<<2018TT1972284
";

#[test]
fn a_certificate_is_read_whole_and_only_empty_cells_are_looked_at_closer() {
    let reading = drawn(SIV);
    assert_eq!(detect(&reading).0, DocumentKind::Registration);
    let analysis = analyze(std::slice::from_ref(&reading), None, &[]);
    assert_fields(
        &analysis,
        &[
            ("A", "BK-020-KV"),
            ("B", "2012-12-02"),
            ("C.1", "PERRIN PIERRE"),
            ("C.3", "140 QUAI DE LA LOIRE 69003 LYON"),
            ("D.1", "RENAULT"),
            ("D.2", "3P94C26W"),
            ("D.2.1", "M10RENVP3HV60BV"),
            ("D.3", "CAPTUR"),
            ("E", "VF1A62F5N5DJG5185"),
            ("F.3", "2418"),
            ("G.1", "1140"),
            ("J", "M1"),
            ("J.2", "AB"),
            ("J.3", "CI"),
            ("K", "e2*98/14*0232*43"),
            ("P.2", "121"),
            ("P.3", "GO"),
            ("S.1", "5"),
            ("S.2", ""),
            ("U.1", "80"),
            ("V.9", "EURO4"),
            ("X.1", "2022-05-21"),
            ("Y.3", "150.00"),
            ("Y.6", "532.96"),
            ("H", ""),
            ("I", "2018-12-10"),
            ("formula", "2018TT19722"),
        ],
    );
    assert_eq!(analysis.status, AnalysisStatus::Analyzed);
    let evidence = &analysis.field("E").unwrap().evidence;
    for note in ["coupon", "mrz", "check:mrz", "check:wmi"] {
        assert!(evidence.iter().any(|known| known == note), "{note} in {evidence:?}");
    }
    let asked = zones(&reading, DocumentKind::Registration, &analysis);
    assert!(asked.iter().all(|zone| analysis.field(&zone.label).is_none()), "{asked:?}");
    assert!(analysis.text.contains("EST LE PROPRIETAIRE"));
}

#[test]
fn the_legend_of_the_cover_is_no_value() {
    let legend = "\
(A) Numéro d'immatriculation                     A.  BW-077-FS    B  26/09/2023
(B) Date de la première immatriculation          C.1  GAUTHIER
(D.1) Marque                                     D.1  FORD
(D.3) Dénomination commerciale                   D.3  FIESTA      E.  WF0Z7WFTGZDH90224
";
    let found = analysis(DocumentKind::Registration, legend);
    assert_fields(
        &found,
        &[
            ("A", "BW-077-FS"),
            ("B", "2023-09-26"),
            ("D.1", "FORD"),
            ("D.3", "FIESTA"),
            ("E", "WF0Z7WFTGZDH90224"),
        ],
    );
}

#[test]
fn an_old_card_with_codes_in_parentheses_is_read() {
    let card = "\
République Française        Certificat d'immatriculation
(A) 4608 PW 31        (I) 02/08/2003        (B) 11/01/2003
(C.1) M.  FONTAINE ALAIN
(C.3) 3 CHEMIN DES VIGNES
      21000 DIJON
(D.1) TOYOTA              (D.2) HJ9F9D
(D.2.1) M10TOYVPWF905MF   (D.3) YARIS
(E) VNKRAU9KDNB3A6660
(F.1) 1457      (F.2) 1457      (F.3) 1957
(J) M1          (J.1) VP        (J.3) CI
(X.1) VISITE AVANT LE 11/12/2005
";
    let found = analysis(DocumentKind::Registration, card);
    assert_fields(
        &found,
        &[
            ("A", "4608 PW 31"),
            ("B", "2003-01-11"),
            ("I", "2003-08-02"),
            ("C.1", "FONTAINE ALAIN"),
            ("C.3", "3 CHEMIN DES VIGNES 21000 DIJON"),
            ("D.1", "TOYOTA"),
            ("D.3", "YARIS"),
            ("E", "VNKRAU9KDNB3A6660"),
            ("X.1", "2005-12-11"),
        ],
    );
}

#[test]
fn misread_codes_are_found_by_their_column() {
    let misread = SIV
        .replace("G    1215      G.1  1140", "©    1215      a1   1140")
        .replace(
            "J    M1        J.1  VP        J.2  AB     J.3  CI",
            "nl   M1        31   VP        32   AB     gs   CI",
        )
        .replace("P.1  1242", "Pi   1242");
    let found = analysis(DocumentKind::Registration, &misread);
    assert_fields(&found, &[("G", "1215"), ("G.1", "1140"), ("J", "M1"), ("J.2", "AB"), ("P.1", "1242")]);
}

#[test]
fn without_a_plate_a_person_is_asked() {
    let without = SIV.replace("BK-020-KV", "").replace("BK020KV8", "########");
    let found = analysis(DocumentKind::Registration, &without);
    assert_eq!(found.status, AnalysisStatus::NeedsReview);
    assert!(
        found
            .warnings
            .iter()
            .any(|warning| warning.code == "missing" && warning.field.as_deref() == Some("A"))
    );
}

#[test]
fn a_doubtful_vin_is_read_closer_and_the_closer_reading_votes() {
    let cut = SIV.lines().take(28).collect::<Vec<_>>().join("\n");
    let blurred = cut.replace("VF1A62F5N5DJG5185", "VF1A62F5N5DJG518");
    let reading = read_with(&blurred, 0.6);
    let first = analyze(std::slice::from_ref(&reading), Some(DocumentKind::Registration), &[]);
    let asked = zones(&reading, DocumentKind::Registration, &first);
    let zone = asked.iter().find(|zone| zone.label == "E").expect("the VIN is asked for");
    assert!(!zone.charset.as_deref().unwrap_or_default().contains(['I', 'O', 'Q']));
    let word = Word {
        text: "VF1A62F5N5DJG5185".into(),
        confidence: 0.9,
        bbox: BBox { h: 0.01, ..zone.bbox },
        line: 0,
    };
    let closer = ZoneReading { label: "E".into(), page: zone.page, words: vec![word] };
    let second = analyze(std::slice::from_ref(&reading), Some(DocumentKind::Registration), &[closer]);
    assert_eq!(value(&second, "E"), "VF1A62F5N5DJG5185");
}
