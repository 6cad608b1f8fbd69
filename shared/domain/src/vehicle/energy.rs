//! The codes of rubric P.3.

use super::FuelType;

/// What a vehicle with this code in P.3 runs on; none for a code that no list knows.
///
/// Codes: arrêté of 9 February 2009, annexe on P.3, grouped as in the arrêté of 21 June 2016 (version of 5 July 2023).
/// A second fuel decides (`EG` is petrol and LPG: LPG), a battery decides over both.
pub fn fuel_type(energy_code: &str) -> Option<FuelType> {
    let kind = match energy_code.trim().to_ascii_uppercase().as_str() {
        "ES" => FuelType::Gasoline,
        "GO" | "GA" | "GE" | "GF" | "GG" | "B1" => FuelType::Diesel,
        "EL" => FuelType::Electric,
        "EH" | "EP" | "EQ" | "FH" | "FP" | "FQ" | "GH" | "GQ" | "NH" | "PH" => FuelType::Hybrid,
        "EE" | "EM" | "ER" | "FL" | "FM" | "FR" | "GL" | "GM" | "NE" | "PE" => FuelType::PluginHybrid,
        "GP" | "EG" | "FG" => FuelType::Lpg,
        "GN" | "EN" | "FN" => FuelType::Cng,
        "ET" | "FE" => FuelType::Ethanol,
        "H2" | "HE" | "HH" => FuelType::Hydrogen,
        "AC" | "G2" | "GZ" | "1A" | "PL" => FuelType::Other,
        _ => return None,
    };
    Some(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_battery_decides_over_the_fuel() {
        assert_eq!(fuel_type("go"), Some(FuelType::Diesel));
        assert_eq!(fuel_type("GH"), Some(FuelType::Hybrid));
        assert_eq!(fuel_type("GL"), Some(FuelType::PluginHybrid));
        assert_eq!(fuel_type("EG"), Some(FuelType::Lpg));
        assert_eq!(fuel_type("XX"), None);
    }
}
