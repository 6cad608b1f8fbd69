//! Look-alikes: which letter a digit may be, and the reverse.

/// The digit that a letter is easily read for.
pub(crate) fn digit(c: char) -> Option<char> {
    Some(match c {
        '0'..='9' => c,
        'O' | 'o' | 'Q' | 'D' | 'U' | '@' => '0',
        'I' | 'i' | 'l' | 'L' | 'T' | '|' | 'J' | '!' => '1',
        'Z' | 'z' => '2',
        'A' => '4',
        'S' | 's' => '5',
        'G' | 'b' => '6',
        'B' => '8',
        'g' | 'q' => '9',
        _ => return None,
    })
}

/// The letter that a digit is easily read for; never I, O or Q, which plates and VINs do not use.
pub(crate) fn letter(c: char) -> Option<char> {
    Some(match c {
        'A'..='Z' => c,
        '0' => 'D',
        '1' => 'L',
        '2' => 'Z',
        '4' => 'A',
        '5' => 'S',
        '6' => 'G',
        '7' => 'T',
        '8' => 'B',
        _ => return None,
    })
}

/// A text made of digits, with the count of characters that were repaired.
pub(crate) fn digits(text: &str) -> Option<(String, usize)> {
    let mut repairs = 0;
    let digits = text
        .chars()
        .map(|c| {
            let digit = digit(c)?;
            repairs += usize::from(digit != c);
            Some(digit)
        })
        .collect::<Option<String>>()?;
    Some((digits, repairs))
}
