//! Certificates of the register since 2009: one panel, as it is photographed most.

use super::arrangement::{FIRST, LONG, SECOND, THIRD};
use super::certificate::{Case, Certificate};
use super::panel::{self, Form, Panel};
use super::press;
use crate::luck::Luck;
use crate::people::vehicles::Sort;
use crate::specimen::Specimen;

const OLD: Form = Form { rows: FIRST, square: None, union: "COMMUNAUT\u{c9} EUROP\u{c9}ENNE", head: 0.085 };
const MIDDLE: Form =
    Form { rows: SECOND, square: Some(9.0), union: "COMMUNAUT\u{c9} EUROP\u{c9}ENNE", head: 0.1 };
const NEW: Form = Form { rows: THIRD, square: Some(17.0), union: "UNION EUROP\u{c9}ENNE", head: 0.115 };
const PLAIN: Form = Form { rows: LONG, square: None, union: "UNION EUROP\u{c9}ENNE", head: 0.08 };

/// The form of 2009 to 2016.
pub fn first(luck: &mut Luck) -> Specimen {
    let certificate = Certificate::siv(luck, Sort::Car, Case::Usual, (2009, 2016));
    alone(luck, &certificate, &OLD)
}

/// A form of 2013 to 2019.
pub fn second(luck: &mut Luck) -> Specimen {
    let certificate = Certificate::siv(luck, Sort::Car, Case::Usual, (2013, 2019));
    alone(luck, &certificate, &MIDDLE)
}

/// The form since 2020.
pub fn third(luck: &mut Luck) -> Specimen {
    let certificate = Certificate::siv(luck, Sort::Car, Case::Usual, (2020, 2025));
    alone(luck, &certificate, &NEW)
}

/// A motorcycle's.
pub fn motorcycle(luck: &mut Luck) -> Specimen {
    any(luck, Sort::Motorcycle, Case::Usual)
}

/// A van's.
pub fn van(luck: &mut Luck) -> Specimen {
    any(luck, Sort::Van, Case::Usual)
}

/// A trailer's or a caravan's.
pub fn trailer(luck: &mut Luck) -> Specimen {
    let sort = if luck.chance(0.75) { Sort::Trailer } else { Sort::Caravan };
    any(luck, sort, Case::Usual)
}

/// An electric car's.
pub fn electric(luck: &mut Luck) -> Specimen {
    any(luck, Sort::ElectricCar, Case::Usual)
}

/// A leased vehicle's.
pub fn leased(luck: &mut Luck) -> Specimen {
    let sort = *luck.pick(&[Sort::Car, Sort::Car, Sort::ElectricCar, Sort::Van]);
    any(luck, sort, Case::Leased)
}

/// A second copy, a collector's vehicle, or one with mentions of use.
pub fn mentioned(luck: &mut Luck) -> Specimen {
    let case = if luck.chance(0.6) { Case::Duplicate } else { Case::Collector };
    any(luck, Sort::Car, case)
}

/// A certificate of some year on the form of that year.
pub fn of_some_year(luck: &mut Luck, sort: Sort, case: Case) -> (Certificate, &'static Form) {
    let from = if sort == Sort::ElectricCar { 2014 } else { 2009 };
    let certificate = Certificate::siv(luck, sort, case, (from, 2025));
    let form = match chrono::Datelike::year(&certificate.issued) {
        ..2014 => &OLD,
        2014..2019 => *luck.pick(&[&OLD, &MIDDLE, &PLAIN]),
        _ => *luck.pick(&[&MIDDLE, &NEW, &NEW, &PLAIN]),
    };
    (certificate, form)
}

fn any(luck: &mut Luck, sort: Sort, case: Case) -> Specimen {
    let (certificate, form) = of_some_year(luck, sort, case);
    alone(luck, &certificate, form)
}

fn alone(luck: &mut Luck, certificate: &Certificate, form: &Form) -> Specimen {
    let panel = panel::panel(luck, certificate, form);
    let html = mounted(luck, &panel.html, panel.width, panel.height);
    Specimen { html: html.0, truth: truth(certificate, form, &panel), width_mm: html.1 }
}

/// What the panel says.
pub fn truth(
    certificate: &Certificate,
    form: &Form,
    panel: &Panel,
) -> serde_json::Map<String, serde_json::Value> {
    let codes = form.rows.iter().flat_map(|row| row.cells).map(|(code, _)| *code);
    let mut truth = certificate.rubrics.truth(codes);
    truth.insert("formula".to_owned(), certificate.formula.clone().into());
    truth.insert("mrz1".to_owned(), panel.mrz.0.clone().into());
    truth.insert("mrz2".to_owned(), panel.mrz.1.clone().into());
    truth
}

/// A paper alone, or lying on a white A4 sheet as copiers show it; with the width of what there is.
pub fn mounted(luck: &mut Luck, body: &str, width: f32, height: f32) -> (String, f32) {
    if width > 200.0 || luck.chance(0.78) {
        return (press::sheet(body, width, height), width);
    }
    let (left, top) = (luck.real(2.0..=205.0 - width), luck.real(2.0..=290.0 - height));
    let turn = luck.real(-0.8..=0.8);
    let body = format!(
        "<div style='position:absolute;left:{left}mm;top:{top}mm;width:{width}mm;height:{height}mm;\
         transform:rotate({turn}deg)'>{body}</div>"
    );
    (press::sheet(&body, 210.0, 297.0), 210.0)
}
