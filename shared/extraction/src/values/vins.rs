//! VINs in noisy text, and what several readings of one VIN agree on.

use domain::vin::Vin;

use super::makes;

/// One reading of a VIN.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct VinReading {
    pub text: String,
    /// How much it counts, 0 to 1.
    pub weight: f32,
}

/// A text as VIN characters: capitals and digits, I, O and Q taken for what they were misread from.
pub(crate) fn clean(text: &str) -> String {
    text.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| match c.to_ascii_uppercase() {
            'I' => '1',
            'O' | 'Q' => '0',
            c => c,
        })
        .collect()
}

/// Whether a text looks like a full VIN: 17 characters with digits near its end.
pub(crate) fn looks_full(text: &str) -> bool {
    text.len() == Vin::LENGTH
        && text.is_ascii()
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
        && text[Vin::LENGTH - 4..].bytes().filter(u8::is_ascii_digit).count() >= 2
}

/// The last four characters are digits on every car of a maker of more than 500 a year (ISO 3779): a letter there was a
/// digit. The first three are a known maker's, when one character away from it.
pub(crate) fn mend(vin: &str, make: Option<&str>) -> String {
    if vin.len() != Vin::LENGTH || !vin.is_ascii() {
        return vin.to_owned();
    }
    let (head, tail) = vin.split_at(Vin::LENGTH - 4);
    let tail: String = tail.chars().map(|c| super::repair::digit(c).unwrap_or(c)).collect();
    let (wmi, middle) = head.split_at(3);
    let wmi = makes::mend_wmi(wmi, make);
    format!("{wmi}{middle}{tail}")
}

/// What several readings agree on, with the weight behind it: a whole reading that others repeat, else the best
/// character at every place.
pub(crate) fn consensus(readings: &[VinReading]) -> Option<VinReading> {
    let full: Vec<&VinReading> =
        readings.iter().filter(|reading| reading.text.len() == Vin::LENGTH).collect();
    let supported = full.iter().map(|reading| (support(&full, &reading.text), *reading));
    let ((count, weight), winner) = supported.max_by(|a, b| a.0.1.total_cmp(&b.0.1))?;
    if count > 1 || full.len() <= 2 || weight >= 0.9 {
        return Some(undisputed(&full, VinReading { text: winner.text.clone(), weight }));
    }
    let text = (0..Vin::LENGTH).map(|at| heaviest(&full, at)).collect::<Option<String>>()?;
    Some(VinReading { text, weight: weight * 0.9 })
}

/// Signs whose exchange the check digit of the machine-readable zone does not see.
const BLIND: [(char, char); 5] = [('G', '6'), ('S', '8'), ('B', '1'), ('L', '1'), ('Z', '5')];

/// The winner, but where only such signs differ every reading counts alike: a check digit proves nothing there.
fn undisputed(readings: &[&VinReading], winner: VinReading) -> VinReading {
    let differs_blindly = |reading: &&&VinReading| {
        let mut pairs = reading.text.chars().zip(winner.text.chars()).filter(|(a, b)| a != b);
        pairs.all(|(a, b)| BLIND.contains(&(a, b)) || BLIND.contains(&(b, a)))
    };
    let alike: Vec<&VinReading> = readings.iter().filter(differs_blindly).copied().collect();
    if alike.iter().all(|reading| reading.text == winner.text) {
        return winner;
    }
    let evened: Vec<VinReading> = alike
        .iter()
        .map(|reading| VinReading { text: reading.text.clone(), weight: reading.weight.min(0.6) })
        .collect();
    let evened: Vec<&VinReading> = evened.iter().collect();
    let text: Option<String> = (0..Vin::LENGTH).map(|at| heaviest(&evened, at)).collect();
    let text = text.unwrap_or_else(|| winner.text.clone());
    let agreeing = alike.iter().filter(|reading| reading.text == text).count();
    let weight = if agreeing * 2 > alike.len() { winner.weight.min(0.92) } else { winner.weight.min(0.8) };
    VinReading { text, weight }
}

/// A reading one sign too long, without the stroke that a fold or a guilloche added: I is no sign of a VIN.
pub(crate) fn shorten(raw: &str) -> Option<String> {
    let signs: Vec<char> = raw.chars().filter(char::is_ascii_alphanumeric).collect();
    let doubled = || signs.windows(2).position(|pair| pair == ['1', '1']);
    let at = signs.iter().position(|c| *c == 'I').or_else(doubled)?;
    let rest = signs.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, c)| *c);
    let text = clean(&rest.collect::<String>());
    (signs.len() == Vin::LENGTH + 1 && looks_full(&text)).then_some(text)
}

/// How many readings say exactly this, and the weight they have together.
fn support(readings: &[&VinReading], text: &str) -> (usize, f32) {
    let same = readings.iter().filter(|reading| reading.text == text);
    same.fold((0, 0.0), |(count, weight), reading| (count + 1, 1.0 - (1.0 - weight) * (1.0 - reading.weight)))
}

fn heaviest(readings: &[&VinReading], at: usize) -> Option<char> {
    let mut weights: Vec<(char, f32)> = Vec::new();
    for reading in readings {
        let c = reading.text.chars().nth(at)?;
        match weights.iter_mut().find(|(known, _)| *known == c) {
            Some((_, weight)) => *weight += reading.weight,
            None => weights.push((c, reading.weight)),
        }
    }
    weights.into_iter().max_by(|a, b| a.1.total_cmp(&b.1)).map(|(c, _)| c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(text: &str, weight: f32) -> VinReading {
        VinReading { text: text.into(), weight }
    }

    #[test]
    fn look_alikes_that_no_vin_uses_are_mended() {
        assert_eq!(clean("wO1-2 Q34I"), "W012 0341".replace(' ', ""));
        assert_eq!(mend("WBAYT9JX0NBSB9I9B", None), "WBAYT9JX0NBSB9198");
        assert_eq!(mend("VE1A62F5N5DJG5185", Some("RENAULT")), "VF1A62F5N5DJG5185");
    }

    #[test]
    fn a_check_digit_does_not_outvote_what_it_cannot_see() {
        let agreed = consensus(&[
            reading("VF1A62F5N5DJ65185", 0.95),
            reading("VF1A62F5N5DJG5185", 0.7),
            reading("VF1A62F5N5DJG5185", 0.7),
        ]);
        assert_eq!(agreed.unwrap().text, "VF1A62F5N5DJG5185");
        assert_eq!(shorten("VNKRAU9IKDNB3A6660").as_deref(), Some("VNKRAU9KDNB3A6660"));
    }

    #[test]
    fn readings_vote_whole_and_then_by_character() {
        let agreed = consensus(&[
            reading("VF1A62F5N5DJG5185", 0.6),
            reading("VF1A62F5N5DJ65185", 0.7),
            reading("VF1A62F5N5DJG5185", 0.6),
        ]);
        assert_eq!(agreed.unwrap().text, "VF1A62F5N5DJG5185");
        let pieced = consensus(&[
            reading("VF1A62F5N5DJG5188", 0.6),
            reading("VF1A62F5N5DJ65185", 0.6),
            reading("VE1A62F5N5DJG5185", 0.6),
        ]);
        assert_eq!(pieced.unwrap().text, "VF1A62F5N5DJG5185");
    }
}
