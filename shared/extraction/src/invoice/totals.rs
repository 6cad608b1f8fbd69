//! Totals: labels propose, arithmetic decides. HT + VAT = TTC, and VAT is a lawful part of HT.

mod labelled;

use domain::analysis::Field;
use domain::money::Cents;
use serde_json::{Value, json};

use self::labelled::{Labelled, NEVER, Role};
use super::lines::Line;
use crate::analysis::Closer;
use crate::labels::{self, Placed};
use crate::layout::Sheet;
use crate::values::amounts;
use crate::vote::field;

/// What was found, and how it fits.
#[derive(Default)]
pub(super) struct Totals {
    pub fields: Vec<Field>,
    pub failed: Vec<&'static str>,
    pub lines_add_up: bool,
}

/// Lawful VAT rates of France and Corsica and overseas, in thousandths (CGI art. 278 to 281 nonies, 294 to 297).
const RATES: [i64; 10] = [200, 100, 55, 21, 85, 130, 9, 17, 196, 70];

/// What precedes the amount to pay.
pub(super) fn payable_label() -> &'static regex::Regex {
    &labelled::PAYABLE
}

/// Reads the totals.
pub(super) fn read(sheet: &Sheet, closer: &[Closer], lines: &[Line]) -> Totals {
    let labelled = labelled::read(sheet, closer, lines);
    let is_exempt = labelled::is_exempt(sheet);
    let sum: i64 = lines.iter().filter_map(|line| line.total).map(|total| total.0).sum();
    let chosen =
        if is_exempt { None } else { triple(&labelled, sum).or_else(|| bare_triple(sheet, &labelled)) };
    match chosen {
        Some(triple) => consistent(&triple, sum),
        None => alone(&labelled, is_exempt, sum),
    }
}

struct Triple {
    ttc: Placed<Cents>,
    ht: Placed<Cents>,
    vat: Placed<Cents>,
    weight: f32,
}

/// The best labelled amounts that add up.
fn triple(labelled: &[Labelled], sum: i64) -> Option<Triple> {
    let of = |role: Role| labelled.iter().filter(move |one| one.role == role).take(40);
    let mut best: Option<Triple> = None;
    for ttc in of(Role::Ttc) {
        for ht in of(Role::Ht) {
            for vat in of(Role::Vat) {
                let gap = ht.amount.value.0 + vat.amount.value.0 - ttc.amount.value.0;
                if gap.abs() > 1 || ttc.amount.value.0 == 0 {
                    continue;
                }
                let bonus = if sum != 0 && ht.amount.value.0 == sum { 0.5 } else { 0.0 };
                let weight = ttc.weight + ht.weight + vat.weight + bonus;
                if best.as_ref().is_none_or(|best| best.weight < weight) {
                    best = Some(Triple {
                        ttc: ttc.amount.clone(),
                        ht: ht.amount.clone(),
                        vat: vat.amount.clone(),
                        weight,
                    });
                }
            }
        }
    }
    best
}

/// Three amounts of the page of which the largest is the sum, at a lawful rate: labels were not readable.
///
/// A total that a label names stands; only what explains it is looked for then.
fn bare_triple(sheet: &Sheet, labelled: &[Labelled]) -> Option<Triple> {
    let named: Vec<Cents> = labelled
        .iter()
        .filter(|one| one.role == Role::Ttc && one.weight >= 0.6)
        .map(|one| one.amount.value)
        .collect();
    let mut amounts = labels::everywhere(sheet, amounts::find);
    amounts.retain(|amount| amount.value.0 > 0 && !NEVER.is_match(&sheet.rows[amount.spot.row].text));
    amounts.sort_by_key(|amount| std::cmp::Reverse(amount.value));
    amounts.truncate(60);
    for ttc in amounts.iter().filter(|ttc| named.is_empty() || named.contains(&ttc.value)) {
        for ht in amounts.iter().filter(|ht| ht.value < ttc.value) {
            let vat = amounts.iter().find(|vat| vat.value.0 == ttc.value.0 - ht.value.0);
            if let Some(vat) = vat.filter(|vat| is_lawful(ht.value.0, vat.value.0)) {
                return Some(Triple { ttc: ttc.clone(), ht: ht.clone(), vat: vat.clone(), weight: 1.2 });
            }
        }
    }
    None
}

fn is_lawful(ht: i64, vat: i64) -> bool {
    rate(ht, vat).is_some()
}

/// The rate in thousandths that makes this VAT of this amount, to the cent or two that rounding by line allows.
fn rate(ht: i64, vat: i64) -> Option<i64> {
    RATES.into_iter().find(|rate| (ht * rate - vat * 1000).abs() <= 2500)
}

fn consistent(triple: &Triple, sum: i64) -> Totals {
    let lines_add_up = sum != 0 && sum == triple.ht.value.0;
    let mut evidence = vec!["check:total".to_owned()];
    if is_lawful(triple.ht.value.0, triple.vat.value.0) {
        evidence.push("check:rate".to_owned());
    }
    let trust = if triple.weight >= 1.5 { 0.98 } else { 0.85 };
    let make = |key: &str, amount: &Placed<Cents>| {
        field(key, Value::from(amount.value.to_string()), &amount.mark, trust, evidence.clone())
    };
    let mut fields =
        vec![make("total_ttc", &triple.ttc), make("total_ht", &triple.ht), make("total_vat", &triple.vat)];
    fields.extend(rates(triple));
    Totals { fields, failed: Vec::new(), lines_add_up }
}

/// VAT by rate, when one rate explains all of it.
fn rates(triple: &Triple) -> Option<Field> {
    let rate = rate(triple.ht.value.0, triple.vat.value.0)?;
    let entry = json!([{
        "rate": format!("{}.{}", rate / 10, rate % 10),
        "base": triple.ht.value.to_string(),
        "amount": triple.vat.value.to_string(),
    }]);
    Some(field("vat_rates", entry, &triple.vat.mark, 0.9, vec!["check:rate".to_owned()]))
}

/// Nothing adds up: the best labelled amount of each role, less sure.
fn alone(labelled: &[Labelled], is_exempt: bool, sum: i64) -> Totals {
    let best = |role: Role| {
        let of_role = labelled.iter().filter(|one| one.role == role && one.weight > 0.25);
        // Of equal labels the later stands nearer the foot of the paper, where totals are.
        of_role.max_by(|a, b| a.weight.total_cmp(&b.weight))
    };
    if is_exempt {
        return best(Role::Ttc).map(|ttc| exempt(ttc, sum)).unwrap_or_default();
    }
    let (ttc, ht, vat) = (best(Role::Ttc), best(Role::Ht), best(Role::Vat));
    // With tax on it the total is more than its base: the same amount read under a poor label is none.
    let is_base = |ttc: &&Labelled| ht.is_some_and(|ht| vat.is_some() && ht.amount.value == ttc.amount.value);
    let ttc = ttc.filter(|ttc| !is_base(ttc));
    let mut fields = Vec::new();
    for (key, found) in [("total_ttc", ttc), ("total_ht", ht), ("total_vat", vat)] {
        fields.extend(found.map(|one| single(key, one)));
    }
    let mut failed = Vec::new();
    match (ttc, ht, vat) {
        (None, Some(ht), Some(vat)) => fields.extend(computed(ht, vat, sum)),
        (Some(ttc), Some(ht), _) if is_lawful(ht.amount.value.0, ttc.amount.value.0 - ht.amount.value.0) => {
            fields.iter_mut().filter(|field| field.key != "total_vat").for_each(agrees_with_rate);
        }
        (Some(_), Some(_), Some(_)) => failed.push("total_ttc"),
        _ => {}
    }
    Totals { fields, failed, lines_add_up: false }
}

fn single(key: &str, one: &Labelled) -> Field {
    let confidence = one.weight.min(0.85) * one.amount.mark.confidence;
    field(key, Value::from(one.amount.value.to_string()), &one.amount.mark, confidence, Vec::new())
}

fn agrees_with_rate(field: &mut Field) {
    field.confidence = field.confidence.max(0.88);
    field.evidence.push("check:rate".to_owned());
}

/// The total that could not be read, from the two that could, when they fit each other. A person should look at it.
fn computed(ht: &Labelled, vat: &Labelled, sum: i64) -> Option<Field> {
    let (base, tax) = (ht.amount.value.0, vat.amount.value.0);
    let confidence = if sum == base { 0.69 } else { 0.6 };
    let evidence = vec!["computed".to_owned(), "check:rate".to_owned()];
    let value = Value::from(Cents(base + tax).to_string());
    is_lawful(base, tax).then(|| field("total_ttc", value, &ht.amount.mark, confidence, evidence))
}

/// Small businesses charge no VAT (CGI art. 293 B): HT is TTC.
fn exempt(ttc: &Labelled, sum: i64) -> Totals {
    let amount = &ttc.amount;
    let lines_add_up = sum != 0 && amount.value.0 == sum;
    let mut total = single("total_ttc", ttc);
    if lines_add_up {
        total.confidence = 0.97;
        total.evidence.push("check:total".to_owned());
    }
    let confidence = total.confidence.min(0.95);
    let evidence = vec!["exempt:293B".to_owned()];
    let net = field("total_ht", total.value.clone(), &amount.mark, confidence, evidence.clone());
    let vat = field("total_vat", Value::from("0.00"), &amount.mark, confidence, evidence);
    Totals { fields: vec![total, net, vat], failed: Vec::new(), lines_add_up }
}
