//! Numbers that makers and approvers give: VIN, type, CNIT, approval.
//!
//! Shapes: `n` a digit, `a` a capital, `x` either, `y` the model year's sign; all else stands for itself.

use super::Sort;
use super::table::Make;
use crate::luck::Luck;

const VIN_LETTERS: &[u8] = b"ABCDEFGHJKLMNPRSTUVWXYZ";
const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
/// ISO 3779: the sign of model year 1980 and so on, every 30 years again.
const YEARS: &[u8] = b"ABCDEFGHJKLMNPRSTVWXY123456789";

/// 17 signs without I, O and Q.
pub fn vin(luck: &mut Luck, make: &Make, year: i32) -> String {
    let recent =
        |wmi: &str| ["VR", "VX", "W0V", "W1", "XP7", "LRW"].iter().any(|start| wmi.starts_with(start));
    let fitting: Vec<&str> = make.wmis.iter().copied().filter(|wmi| year >= 2017 || !recent(wmi)).collect();
    let wmi = *luck.pick(if fitting.is_empty() { &make.wmis } else { &fitting });
    let shape = *luck.pick(&make.vins);
    format!("{wmi}{}", fill(luck, shape, VIN_LETTERS, year))
}

/// D.2: type, variant, version.
pub fn variant(luck: &mut Luck, make: &Make, year: i32) -> String {
    let old = year < 2001 && luck.chance(0.5) || luck.chance(0.06);
    let own = *luck.pick(&make.variants);
    let shape = if old { *luck.pick(&["Maaaaaannannn", "aanana", "naaaan", "aannnan"]) } else { own };
    let full = fill(luck, shape, LETTERS, year);
    if luck.chance(0.15) { full.split(' ').next().unwrap_or_default().to_owned() } else { full }
}

/// D.2.1: `M10RENVP000A123` since about 2009, shorter before.
pub fn cnit(luck: &mut Luck, make: &Make, sort: Sort, year: i32) -> Option<String> {
    let (letter, genre) = match sort {
        Sort::Car | Sort::ElectricCar => ("M", "VP"),
        Sort::Van => ("N", "CT"),
        Sort::Motorcycle => ("L", "MT"),
        Sort::Trailer | Sort::Caravan => return luck.chance(0.2).then(|| luck.text("RE999999A999")),
    };
    match year {
        ..1996 => luck.chance(0.3).then(|| luck.text("AAA9999A9999")),
        1996..2009 => luck.chance(0.9).then(|| {
            let code = &make.cnit[..2];
            let tail = *luck.pick(&["nnnnannnn", "anananannn", "nnnnaannn"]);
            format!("{letter}{code}{}", fill(luck, tail, VIN_LETTERS, year))
        }),
        _ => luck.chance(0.94).then(|| {
            let tail = *luck.pick(&["nnnannn", "xxnannn", "aaxnaxa", "xnnannn"]);
            let edition = luck.pick(&["10", "10", "10", "11"]);
            format!("{letter}{edition}{}{genre}{}", make.cnit, fill(luck, tail, VIN_LETTERS, year))
        }),
    }
}

/// K: country, directive or regulation in force that year, number, extension.
pub fn approval(luck: &mut Luck, make: &Make, sort: Sort, year: i32) -> Option<String> {
    let (present, directive) = match (sort, year) {
        (_, ..1996) => (0.2, "70/156"),
        (Sort::Motorcycle, ..2003) => (0.7, "92/61"),
        (Sort::Motorcycle, ..2016) => (0.95, "2002/24"),
        (Sort::Motorcycle, _) => (0.97, "168/2013"),
        (Sort::Trailer | Sort::Caravan, ..2012) => (0.0, ""),
        (Sort::Trailer | Sort::Caravan, _) => (0.7, "2007/46"),
        (Sort::Van, ..2010) => (0.4, "2001/116"),
        (_, ..2002) => (0.9, "98/14"),
        (_, ..2009) => (0.95, "2001/116"),
        (_, ..2021) => (0.98, "2007/46"),
        _ if luck.chance(0.5) => (0.98, "2018/858"),
        _ => (0.98, "2007/46"),
    };
    luck.chance(present).then(|| {
        let number = luck.text(if directive.ends_with("858") || directive.starts_with("168") {
            "00999"
        } else {
            "0999"
        });
        let extension = format!("{:02}", luck.number(0..=38));
        let joint = if luck.chance(0.9) { "*" } else { " * " };
        [make.approval, directive, &number, &extension].join(joint.trim())
    })
}

fn fill(luck: &mut Luck, shape: &str, letters: &[u8], year: i32) -> String {
    let letter = |luck: &mut Luck| char::from(*luck.pick(letters));
    shape
        .chars()
        .map(|sign| match sign {
            'a' => letter(luck),
            'x' if luck.chance(0.5) => letter(luck),
            'n' | 'x' => char::from(*luck.pick(b"0123456789")),
            'y' => char::from(YEARS[(year - 1980).rem_euclid(30) as usize]),
            other => other,
        })
        .collect()
}
