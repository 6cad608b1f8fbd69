//! The rubrics of the certificate and what can stand in each.
//!
//! Codes and their meaning: directive 1999/37/EC, annex I; arrêté of 9 February 2009, annexes.

mod read;

pub(crate) use read::read;

/// What stands in a rubric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    Plate,
    Date,
    Make,
    Vin,
    /// A whole number between two bounds.
    Number(u32, u32),
    /// A power or a ratio: a number with an optional fraction.
    Decimal,
    Amount,
    /// One of a list of words.
    OneOf(&'static [&'static str]),
    /// EC type approval.
    Approval,
    /// CNIT: `M10` or a like, three letters of the make, two of the genre.
    TypeCode,
    /// Environmental class: a directive, `EURO` and a digit, or both.
    Emission,
    /// One word of letters and digits.
    Word,
    /// Words on one line.
    Text,
    /// Names on this line and the next.
    Names,
    /// An address on the next lines.
    Address,
}

/// The rubrics in the order of the paper.
pub(crate) const RUBRICS: &[(&str, Content)] = &[
    ("A", Content::Plate),
    ("B", Content::Date),
    ("C.1", Content::Names),
    ("C.4a", Content::Text),
    ("C.4.1", Content::Text),
    ("C.3", Content::Address),
    ("D.1", Content::Make),
    ("D.2", Content::Word),
    ("D.2.1", Content::TypeCode),
    ("D.3", Content::Text),
    ("E", Content::Vin),
    ("F.1", Content::Number(50, 60_000)),
    ("F.2", Content::Number(50, 60_000)),
    ("F.3", Content::Number(50, 90_000)),
    ("G", Content::Number(50, 60_000)),
    ("G.1", Content::Number(40, 60_000)),
    (
        "J",
        Content::OneOf(&[
            "M1", "M2", "M3", "N1", "N2", "N3", "O1", "O2", "O3", "O4", "L1E", "L2E", "L3E", "L4E", "L5E",
            "L6E", "L7E", "T1", "T2", "T3",
        ]),
    ),
    (
        "J.1",
        Content::OneOf(&[
            "VP", "CTTE", "CAM", "TRR", "TCP", "MTL", "MTT1", "MTT2", "MTTE", "CL", "CYCL", "QM", "TM",
            "VASP", "REM", "SREM", "RESP", "SRSP", "TRA", "MAGA", "VOIT",
        ]),
    ),
    (
        "J.2",
        Content::OneOf(&[
            "AA", "AB", "AC", "AD", "AE", "AF", "AG", "BA", "BB", "BC", "BD", "BE", "BX", "SA", "SB", "SC",
            "SD", "SG",
        ]),
    ),
    (
        "J.3",
        Content::OneOf(&[
            "CI", "BREAK", "CABR", "FOURGON", "CARAVANE", "HANDICAP", "AMBULANC", "DERIV VP", "PLATEAU",
            "BENNE", "CABINE", "SOLO", "FG TD", "CTTE", "COUPE", "NON SPEC",
        ]),
    ),
    ("K", Content::Approval),
    ("P.1", Content::Number(20, 30_000)),
    ("P.2", Content::Decimal),
    (
        "P.3",
        Content::OneOf(&[
            "ES", "GO", "EL", "EE", "EH", "EM", "ER", "FE", "FG", "FH", "FL", "FN", "GL", "GH", "GP", "GN",
            "GE", "GF", "GM", "GQ", "EG", "EN", "EP", "EQ", "ET", "NE", "NH", "PE", "PH", "H2", "HE", "HH",
            "AC", "GA", "GG", "G2", "1A", "GZ", "PL", "EO",
        ]),
    ),
    ("P.6", Content::Number(0, 99)),
    ("Q", Content::Decimal),
    ("S.1", Content::Number(1, 120)),
    ("S.2", Content::Number(1, 120)),
    ("U.1", Content::Number(40, 130)),
    ("U.2", Content::Number(300, 16_000)),
    ("V.7", Content::Number(0, 700)),
    ("V.9", Content::Emission),
    ("X.1", Content::Date),
    ("Y.1", Content::Amount),
    ("Y.2", Content::Amount),
    ("Y.3", Content::Amount),
    ("Y.4", Content::Amount),
    ("Y.5", Content::Amount),
    ("Y.6", Content::Amount),
    ("H", Content::Date),
    ("I", Content::Date),
    ("Z.1", Content::Text),
    ("Z.2", Content::Text),
    ("Z.3", Content::Text),
    ("Z.4", Content::Text),
];

/// Rubrics that stand in one printed row, left to right.
pub(crate) const FAMILIES: &[&[&str]] = &[
    &["A", "B"],
    &["D.3", "E"],
    &["F.1", "F.2", "F.3"],
    &["G", "G.1"],
    &["J", "J.1", "J.2", "J.3"],
    &["P.1", "P.2", "P.3", "P.6"],
    &["Q", "S.1", "S.2", "U.1"],
    &["U.2", "V.7", "V.9"],
    &["Y.1", "Y.2"],
    &["Y.3", "Y.4"],
    &["Y.5", "Y.6"],
];
