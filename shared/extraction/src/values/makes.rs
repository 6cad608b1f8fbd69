//! Makes of vehicles and the world manufacturer identifiers that hint at them.

use crate::text::{compact, nearest};

/// Makes as certificates print them, with the world manufacturer identifiers (first three characters of a VIN) that
/// they use in Europe. Public tables of ISO 3780 codes; a make without a code is known by name only.
const MAKES: &[(&str, &[&str])] = &[
    ("RENAULT", &["VF1", "VF2", "VF6", "VNV", "VS5"]),
    ("DACIA", &["UU1"]),
    ("ALPINE", &["VFA"]),
    ("PEUGEOT", &["VF3", "VR3", "VS3", "VGA"]),
    ("CITROEN", &["VF7", "VR7", "VS7"]),
    ("DS", &["VR1"]),
    ("OPEL", &["W0L", "W0V", "VXK", "VXE"]),
    ("VOLKSWAGEN", &["WVW", "WVG", "WV1", "WV2"]),
    ("AUDI", &["WAU", "WA1", "TRU"]),
    ("SEAT", &["VSS"]),
    ("CUPRA", &["VSS"]),
    ("SKODA", &["TMB"]),
    ("PORSCHE", &["WP0", "WP1"]),
    ("BMW", &["WBA", "WBS", "WBY", "WBX", "WB1"]),
    ("MINI", &["WMW"]),
    ("MERCEDES-BENZ", &["WDB", "WDD", "WDC", "WDF", "W1K", "W1N", "W1V"]),
    ("MERCEDES", &["WDB", "WDD", "WDC", "WDF", "W1K", "W1N", "W1V"]),
    ("SMART", &["WME"]),
    ("FORD", &["WF0", "VS6"]),
    ("FIAT", &["ZFA"]),
    ("ABARTH", &["ZFA"]),
    ("ALFA ROMEO", &["ZAR"]),
    ("LANCIA", &["ZLA"]),
    ("JEEP", &["ZAC", "1C4"]),
    ("FERRARI", &["ZFF"]),
    ("MASERATI", &["ZAM"]),
    ("TOYOTA", &["JTD", "SB1", "VNK", "NMT"]),
    ("LEXUS", &["JTH"]),
    ("NISSAN", &["SJN", "VSK", "JN1"]),
    ("INFINITI", &["JN1", "SJK"]),
    ("HONDA", &["SHH", "JHM", "JH2", "ZDC"]),
    ("MAZDA", &["JMZ"]),
    ("MITSUBISHI", &["JMB"]),
    ("SUZUKI", &["TSM", "JSA", "JS1"]),
    ("SUBARU", &["JF1"]),
    ("ISUZU", &["JAA"]),
    ("HYUNDAI", &["KMH", "TMA", "NLH"]),
    ("KIA", &["KNA", "KNE", "U5Y", "U6Y"]),
    ("SSANGYONG", &["KPT"]),
    ("VOLVO", &["YV1", "YV4"]),
    ("POLESTAR", &["LPS"]),
    ("SAAB", &["YS3"]),
    ("LAND ROVER", &["SAL"]),
    ("JAGUAR", &["SAJ"]),
    ("ROVER", &["SAR"]),
    ("LOTUS", &["SCC"]),
    ("BENTLEY", &["SCB"]),
    ("ASTON MARTIN", &["SCF"]),
    ("TESLA", &["5YJ", "LRW", "XP7"]),
    ("MG", &["LSJ"]),
    ("BYD", &["LGX", "LC0"]),
    ("BUGATTI", &["VF9"]),
    ("IVECO", &["ZCF"]),
    ("MAN", &["WMA"]),
    ("SCANIA", &["YS2", "VLU"]),
    ("DAF", &["XLR"]),
    ("YAMAHA", &["JYA", "VG5"]),
    ("KAWASAKI", &["JKA"]),
    ("DUCATI", &["ZDM"]),
    ("TRIUMPH", &["SMT"]),
    ("KTM", &["VBK"]),
    ("PIAGGIO", &["ZAP"]),
    ("VESPA", &["ZAP"]),
    ("APRILIA", &["ZD4"]),
    ("HARLEY-DAVIDSON", &["1HD", "5HD"]),
    ("ROYAL ENFIELD", &["ME3"]),
    ("SYM", &["RFG"]),
    ("KYMCO", &["RFB"]),
    ("CHEVROLET", &["KL1"]),
    ("CHRYSLER", &["1C3"]),
    ("DODGE", &["1B3"]),
    ("AIXAM", &["VLG"]),
    ("LIGIER", &["VJR"]),
    ("MICROCAR", &["VJR"]),
    ("DAIHATSU", &["JDA"]),
    ("LYNK & CO", &[]),
    ("SIMCA", &[]),
    ("TALBOT", &[]),
    ("PANHARD", &[]),
    ("MATRA", &[]),
    ("AUTOBIANCHI", &[]),
    ("DAEWOO", &["KLA"]),
    ("LADA", &["XTA"]),
    ("CADILLAC", &["1G6"]),
];

/// The known make that a reading means: exact, or within the errors that its length allows.
pub(crate) fn recognise(read: &str) -> Option<&'static str> {
    let read = compact(read);
    MAKES.iter().map(|(make, _)| *make).find(|make| compact(make) == read).or_else(|| {
        nearest(&read, MAKES.iter().map(|(make, _)| *make).filter(|m| m.len() >= 4), |make| make.len() / 5)
    })
}

/// The known make at the start of a text such as `CITROEN BERLINGO`, and how many bytes it takes.
pub(crate) fn leading(text: &str) -> Option<(&'static str, usize)> {
    let exact = MAKES
        .iter()
        .filter(|(make, _)| text.starts_with(make) && !text[make.len()..].starts_with(char::is_alphanumeric))
        .max_by_key(|(make, _)| make.len())
        .map(|(make, _)| (*make, make.len()));
    exact.or_else(|| {
        let first = text.split([' ', '\t']).next()?;
        recognise(first).map(|make| (make, first.len()))
    })
}

/// The makes that build under a VIN's first three characters.
pub(crate) fn of_vin(vin: &str) -> Vec<&'static str> {
    let wmi = vin.get(..3).unwrap_or_default();
    MAKES.iter().filter(|(_, codes)| codes.contains(&wmi)).map(|(make, _)| *make).collect()
}

/// Whether a VIN can be of this make; `None` when either is unknown.
pub(crate) fn agrees(vin: &str, make: &str) -> Option<bool> {
    let makes = of_vin(vin);
    let known = MAKES.iter().any(|(name, _)| *name == make);
    (!makes.is_empty() && known).then(|| makes.contains(&make))
}

/// A manufacturer identifier one character away from one of the make's own (of any make's, when none is given and
/// only one fits), mended.
pub(crate) fn mend_wmi(wmi: &str, make: Option<&str>) -> String {
    let of_make = MAKES.iter().filter(|(name, _)| make.is_some_and(|make| *name == make));
    let own: Vec<&str> = of_make.flat_map(|(_, codes)| codes.iter().copied()).collect();
    if own.is_empty() || own.contains(&wmi) {
        return wmi.to_owned();
    }
    let near: Vec<&str> = own.into_iter().filter(|code| differences(code, wmi) == 1).collect();
    match near.as_slice() {
        [only] => (*only).to_owned(),
        _ => wmi.to_owned(),
    }
}

fn differences(a: &str, b: &str) -> usize {
    a.chars().zip(b.chars()).filter(|(a, b)| a != b).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_make_is_recognised_through_an_error_and_by_its_vin() {
        assert_eq!(recognise("VOLKSWACEN"), Some("VOLKSWAGEN"));
        assert_eq!(recognise("MERCEDES BENZ"), Some("MERCEDES-BENZ"));
        assert_eq!(recognise("GAUTHIER"), None);
        assert_eq!(leading("ALFA ROMEO GIULIETTA"), Some(("ALFA ROMEO", 10)));
        assert_eq!(of_vin("WVWAWFEP2UDWM3838"), ["VOLKSWAGEN"]);
        assert_eq!(agrees("WVWAWFEP2UDWM3838", "RENAULT"), Some(false));
    }
}
