//! Numbers of French companies and their check digits.

use std::sync::LazyLock;

use regex::Regex;

use super::{Found, repair};

static SIRET: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"S[I1L]R[EF][TI1][^0-9A-Z]{0,6}(?:NO?[^0-9A-Z]{0,3})?([0-9OQDILSBZG](?:[ .]?[0-9OQDILSBZG]){13})\b",
    )
    .expect("a valid pattern")
});
static BARE_SIRET: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b([0-9]{3} ?[0-9]{3} ?[0-9]{3} ?[0-9]{5})\b").expect("a valid pattern"));
static VAT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\bF[R8] ?([0-9OQDILSBZG]{2} ?(?:[0-9OQDILSBZG] ?){8}[0-9OQDILSBZG])\b")
        .expect("a valid pattern")
});

/// Whether 14 digits are a SIRET: Luhn, or the sum of digits a multiple of 5 for La Poste.
pub(crate) fn is_siret(digits: &str) -> bool {
    digits.len() == 14
        && (luhn(digits) || (digits.starts_with("356000000") && digit_sum(digits).is_multiple_of(5)))
}

/// The check of ISO/IEC 7812-1 annex B.
pub(crate) fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, byte)| {
            let value = u32::from(byte.wrapping_sub(b'0')) * if at % 2 == 1 { 2 } else { 1 };
            if value > 9 { value - 9 } else { value }
        })
        .sum();
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) && sum.is_multiple_of(10)
}

fn digit_sum(digits: &str) -> u32 {
    digits.bytes().map(|byte| u32::from(byte.wrapping_sub(b'0'))).sum()
}

/// Whether a French VAT number's key fits its SIREN: (12 + 3 x (SIREN mod 97)) mod 97.
pub(crate) fn is_vat_number(number: &str) -> bool {
    let Some((key, siren)) = number.strip_prefix("FR").and_then(|rest| rest.split_at_checked(2)) else {
        return false;
    };
    match (key.parse::<u64>(), siren.parse::<u64>()) {
        (Ok(key), Ok(siren)) => {
            siren.to_string().len() <= 9 && siren > 0 && key == (12 + 3 * (siren % 97)) % 97
        }
        _ => false,
    }
}

/// Numbers behind the word SIRET first, then any fourteen digits that pass their check.
pub(crate) fn find_sirets(text: &str) -> Vec<Found<String>> {
    let mut found = collect(&SIRET, text, "");
    let bare = collect(&BARE_SIRET, text, "");
    found.extend(bare.into_iter().filter(|siret| is_siret(&siret.value)));
    found
}

/// French VAT numbers, whether their key fits or not.
pub(crate) fn find_vat_numbers(text: &str) -> Vec<Found<String>> {
    collect(&VAT, text, "FR")
}

fn collect(pattern: &Regex, text: &str, prefix: &str) -> Vec<Found<String>> {
    pattern
        .captures_iter(text)
        .filter_map(|captures| {
            let number = captures.get(1)?;
            let plain: String = number.as_str().chars().filter(char::is_ascii_alphanumeric).collect();
            let (digits, repairs) = repair::digits(&plain)?;
            Some(Found { value: format!("{prefix}{digits}"), at: number.range(), repairs })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_siret_has_fourteen_digits_and_passes_its_check() {
        assert!(is_siret("59497688800091"));
        assert!(!is_siret("59497688800092"));
        assert!(is_siret("35600000049837"), "La Poste has its own check");
        assert_eq!(find_sirets("SIRET : 899 010 698 00038 - RCS")[0].value, "89901069800038");
    }

    #[test]
    fn a_vat_number_carries_its_key() {
        assert!(is_vat_number("FR17594976888"));
        assert!(!is_vat_number("FR18594976888"));
        assert_eq!(find_vat_numbers("TVA CEE FR08374899599")[0].value, "FR08374899599");
        assert_eq!(find_vat_numbers("FR 604 219 388 61")[0].value, "FR60421938861");
    }
}
