//! Plates of both registers.

use chrono::NaiveDate;

use crate::luck::Luck;

const LETTERS: &[char] = &[
    'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'N', 'P', 'Q', 'R', 'S', 'T', 'V', 'W', 'X',
    'Y', 'Z',
];

/// `AB-123-CD`. Numbers are given in order: AA in April 2009, HA at the beginning of 2025; a vehicle that is older than
/// the register got its number between 2009 and this certificate.
pub fn siv(luck: &mut Luck, first: NaiveDate, issued: NaiveDate) -> String {
    let start = NaiveDate::from_ymd_opt(2009, 4, 15).expect("a day of the calendar");
    let age = (issued - start).num_days().max(0);
    let day = if first >= start { (first - start).num_days() } else { luck.number(age / 3..=age) };
    let pair = (day * 161 / 5740) as usize;
    let left: String = [LETTERS[pair / 23], LETTERS[pair % 23]].into_iter().collect();
    let left = if left == "SS" || left == "WW" { "DX".to_owned() } else { left };
    let right: String = loop {
        let letters: String = [*luck.pick(LETTERS), *luck.pick(LETTERS)].into_iter().collect();
        if letters != "SS" {
            break letters;
        }
    };
    format!("{left}-{:03}-{right}", luck.number(1..=999))
}

/// `1234 AB 56`: up to four digits and two letters, or three and three, and the department.
pub fn fni(luck: &mut Luck) -> String {
    const DEPARTMENTS: &[&str] = &[
        "01", "06", "13", "17", "21", "22", "26", "2A", "2B", "29", "31", "33", "34", "35", "38", "42", "44",
        "45", "49", "51", "54", "56", "57", "59", "62", "63", "64", "67", "69", "72", "75", "76", "77", "78",
        "80", "83", "84", "87", "91", "92", "93", "94", "95", "974",
    ];
    let letters = luck.number(2..=3);
    let digits = if letters == 2 { luck.number(11..=9999) } else { luck.number(11..=999) };
    let series: String = (0..letters).map(|_| *luck.pick(LETTERS)).collect();
    format!("{digits} {series} {}", luck.pick(DEPARTMENTS))
}
