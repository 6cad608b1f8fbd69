//! What to read once more, closer, when a certificate's core is doubtful.

use domain::analysis::Analysis;
use domain::reading::{BBox, Reading, Zone};

use super::{anchors, cells, core, rubrics};
use crate::layout::Sheet;

/// Signs of a VIN: no I, O or Q.
pub(crate) const VIN_SIGNS: &str = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789";
const PLATE_SIGNS: &str = "ABCDEFGHJKLMNPQRSTVWXYZ0123456789- ";
pub(super) const DIGITS: &str = "0123456789/";
const MACHINE_SIGNS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<";

/// Below this a core field is read once more.
const DOUBTFUL: f32 = 0.8;
/// The VIN stands higher: no dictionary helps it, and closer readings do.
const DOUBTFUL_VIN: f32 = 0.9;

/// Zones for the doubtful core fields of a certificate.
pub(crate) fn zones(reading: &Reading, sheet: &Sheet, analysis: &Analysis) -> Vec<Zone> {
    let least = |key: &str| if key == "E" { DOUBTFUL_VIN } else { DOUBTFUL };
    let doubtful = |key: &str| analysis.field(key).is_none_or(|field| field.confidence < least(key));
    let machine = core::machine_lines(sheet, &[]);
    let mut zones = Vec::new();
    for (key, signs, height) in [("E", VIN_SIGNS, 22), ("A", PLATE_SIGNS, 30), ("B", DIGITS, 30)] {
        if doubtful(key) {
            zones.extend(
                place(sheet, analysis, key).map(|(page, bbox)| zone(key, page, bbox, signs, height, true)),
            );
        }
    }
    if !machine.is_proven() && has_machine_lines(sheet, &machine) && ["A", "B", "E"].into_iter().any(doubtful)
    {
        zones.extend(machine_zone(reading, &machine));
    }
    zones.extend(cells::doubtful(sheet, analysis));
    zones
}

fn zone(label: &str, page: u32, bbox: BBox, signs: &str, capital_px: u32, single_line: bool) -> Zone {
    Zone { label: label.to_owned(), page, bbox, charset: Some(signs.to_owned()), capital_px, single_line }
}

/// Where the value was read, or the rest of the row behind its code.
fn place(sheet: &Sheet, analysis: &Analysis, key: &str) -> Option<(u32, BBox)> {
    if let Some(rubric) = rubrics::read(sheet).into_iter().find(|rubric| rubric.code == key) {
        return Some((rubric.mark.page, widen(rubric.mark.bbox, 0.6)));
    }
    behind_code(sheet, key).or_else(|| analysis.field(key).map(|field| (field.page, widen(field.bbox, 0.6))))
}

fn behind_code(sheet: &Sheet, key: &str) -> Option<(u32, BBox)> {
    let rubric = anchors::position(key)?;
    sheet.rows.iter().find_map(|row| {
        let found = anchors::in_row(row);
        let at = found.iter().position(|anchor| anchor.rubric == rubric)?;
        let code = row.tokens[found[at].word].bbox;
        let right = found.get(at + 1).map_or(1.0, |next| row.tokens[next.word].bbox.x);
        let left = code.x + code.w;
        (right > left).then(|| (row.page, widen(BBox { x: left, w: right - left, ..code }, 0.5)))
    })
}

/// Old papers and cut ones have no lines: they are looked for where something of them or of the coupon was seen.
fn has_machine_lines(sheet: &Sheet, machine: &core::Machine) -> bool {
    let seen = |row: &crate::layout::Row| {
        row.text.contains("COUPON")
            || row.text.contains("DETACHABLE")
            || row.text.matches('<').count() >= 3
            || row.text.contains("CRFRA")
    };
    machine.marks().next().is_some() || sheet.rows.iter().any(seen)
}

/// The lines that were seen, or the foot of the page where they belong.
fn machine_zone(reading: &Reading, machine: &core::Machine) -> Option<Zone> {
    let seen = machine.marks().next().map(|mark| mark.page);
    let page = seen.or_else(|| reading.pages.first().map(|page| page.number))?;
    let boxes: Vec<BBox> = machine.marks().filter(|mark| mark.page == page).map(|mark| mark.bbox).collect();
    let found = crate::layout::around(boxes.iter().copied());
    let bbox = match boxes.len() {
        0 => BBox { x: 0.0, y: 0.9, w: 1.0, h: 0.1 },
        1 => widen(BBox { x: 0.0, w: 1.0, ..found }, 2.2),
        _ => widen(BBox { x: 0.0, w: 1.0, ..found }, 0.4),
    };
    Some(zone("mrz", page, bbox, MACHINE_SIGNS, 30, false))
}

/// A box with some of its height added on every side, kept on the page.
pub(crate) fn widen(bbox: BBox, heights: f32) -> BBox {
    let by = bbox.h.max(0.0) * heights;
    let on_page = |place: f32| place.clamp(0.0, 1.0);
    let (x, y) = (on_page(bbox.x - by), on_page(bbox.y - by));
    let (right, bottom) = (on_page(bbox.x + bbox.w + by), on_page(bbox.y + bbox.h + by));
    BBox { x, y, w: (right - x).max(0.0), h: (bottom - y).max(0.0) }
}
