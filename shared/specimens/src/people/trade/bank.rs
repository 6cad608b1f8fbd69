//! Accounts whose check digits hold.

use crate::luck::Luck;

/// A French IBAN in groups of four: the RIB key and the IBAN key are both right.
pub fn iban(luck: &mut Luck) -> String {
    let (bank, branch, account) =
        (luck.number(10_000..=49_999), luck.number(0..=99_999), luck.number(0..=99_999_999_999));
    let rib = 97 - (89 * bank + 15 * branch + 3 * account) % 97;
    let body = format!("{bank:05}{branch:05}{account:011}{rib:02}");
    // F is 15 and R is 27; the two zeros stand for the key that is sought.
    let rest =
        format!("{body}152700").bytes().fold(0, |rest, digit| (rest * 10 + i64::from(digit - b'0')) % 97);
    let whole: Vec<char> = format!("FR{:02}{body}", 98 - rest).chars().collect();
    whole.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}
