//! The two machine-readable lines at the foot of a SIV certificate.

use chrono::NaiveDate;

/// What the lines say.
pub struct Mrz<'a> {
    /// `AB-123-CD`.
    pub plate: &'a str,
    /// 17 signs.
    pub vin: &'a str,
    /// Rubric B.
    pub first: NaiveDate,
    /// Rubric J.1.
    pub genre: &'a str,
    /// Rubric J.3.
    pub body: &'a str,
    /// Rubric D.1.
    pub make: &'a str,
    /// Rubric D.3.
    pub model: &'a str,
    /// The coupon's number, 11 signs.
    pub formula: &'a str,
}

impl Mrz<'_> {
    /// Both lines, 44 signs each; the last sign checks all that is checked.
    pub fn lines(&self) -> (String, String) {
        let plate = checked(padded(self.plate.replace('-', "").as_str(), 7));
        let vin = checked(padded(self.vin, 17));
        let first = checked(self.first.format("%y%m%d").to_string());
        let formula = checked(padded(self.formula, 11));
        let upper = format!("CRFRA{plate}{vin}{first}{}", padded(self.genre, 6));
        let composite = check_digit(&format!("{plate}{vin}{first}{formula}"));
        let (body, make, model) = (padded(self.body, 4), padded(self.make, 14), padded(self.model, 13));
        (upper, format!("{body}{make}{model}{formula}{composite}"))
    }
}

fn checked(text: String) -> String {
    let digit = check_digit(&text);
    text + &digit.to_string()
}

/// ICAO 9303: weights 7, 3, 1 over 0-9, A=10 to Z=35, `<`=0, modulo 10.
fn check_digit(text: &str) -> u32 {
    let value = |c: char| c.to_digit(36).unwrap_or(0);
    text.chars().zip([7, 3, 1].into_iter().cycle()).map(|(c, weight)| value(c) * weight).sum::<u32>() % 10
}

fn padded(text: &str, width: usize) -> String {
    let signs = text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '<' });
    signs.chain(std::iter::repeat('<')).take(width).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ministrys_specimen_comes_out_to_the_letter() {
        let mrz = Mrz {
            plate: "AB-123-CD",
            vin: "VFSIV2009ASIV2009",
            first: NaiveDate::from_ymd_opt(1998, 1, 5).unwrap(),
            genre: "VP",
            body: "CI",
            make: "MARQUES",
            model: "MODELE",
            formula: "2009AS05284",
        };
        let (upper, lower) = mrz.lines();
        assert_eq!(upper, "CRFRAAB123CD0VFSIV2009ASIV200929801059VP<<<<");
        assert_eq!(lower, "CI<<MARQUES<<<<<<<MODELE<<<<<<<2009AS0528402");
    }

    #[test]
    fn long_names_are_cut_and_gaps_filled() {
        assert_eq!(padded("HARLEY DAVIDSON", 14), "HARLEY<DAVIDSO");
        assert_eq!(padded("C-HR", 6), "C<HR<<");
    }
}
