//! Names, addresses, vehicles and numbers that papers are filled with: fictitious, and right by their check digits.

pub mod insurers;
pub mod persons;
pub mod trade;
pub mod vehicles;

use crate::luck::Luck;

/// A SIRET whose check digits hold (Luhn), without spaces.
pub fn siret(luck: &mut Luck) -> String {
    let siren = with_luhn(&luck.text("99999999"));
    with_luhn(&format!("{siren}{}", luck.text("0009")))
}

/// The VAT number of a SIREN or SIRET: key = (12 + 3 x (SIREN mod 97)) mod 97.
pub fn vat_number(siret: &str) -> String {
    let siren: u64 = siret[..9].parse().unwrap_or_default();
    format!("FR{:02}{siren:09}", (12 + 3 * (siren % 97)) % 97)
}

fn with_luhn(digits: &str) -> String {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0') * if place % 2 == 0 { 2 } else { 1 };
            digit / 10 + digit % 10
        })
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

/// A plate of the SIV system, `AB-123-CD`: never I, O, U, SS, WW at the start.
pub fn plate(luck: &mut Luck) -> String {
    const LETTERS: &[char] = &[
        'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'N', 'P', 'Q', 'R', 'S', 'T', 'V', 'W',
        'X', 'Y', 'Z',
    ];
    let mut pair = |first: &[char]| {
        let one = *luck.pick(first);
        let rest: Vec<char> =
            LETTERS.iter().copied().filter(|c| !(*c == one && matches!(one, 'S' | 'W'))).collect();
        format!("{one}{}", luck.pick(&rest))
    };
    let (left, right) = (pair(&LETTERS[..7]), pair(LETTERS));
    format!("{left}-{:03}-{right}", luck.number(1..=999))
}
