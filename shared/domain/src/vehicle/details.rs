//! What its owner or its certificate says about a vehicle.

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;

use super::{EuroNorm, FuelType, Transmission, VehicleStatus, fuel_type};
use crate::plate::Plate;
use crate::vin::Vin;

/// All that can be said about a vehicle; the letters are the rubrics of the certificate (directive 1999/37/EC, annex I;
/// arrêté of 9 February 2009).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Details {
    /// D.1, make. Blank only while it is being found out, as [`Details::missing`] tells.
    pub make: String,
    /// D.3, trade name. Blank only while it is being found out.
    pub model: String,
    /// Model year. Zero only while it is being found out.
    pub year: i32,
    /// What its people call it.
    pub nickname: Option<String>,
    /// A, number plate.
    pub license_plate: Option<Plate>,
    /// E, identification number.
    pub vin: Option<Vin>,
    /// Colour.
    pub color: Option<String>,
    /// What it runs on.
    pub fuel_type: Option<FuelType>,
    /// How gears are changed.
    pub transmission: Option<Transmission>,
    /// B, date of first registration.
    pub first_registration_date: Option<NaiveDate>,
    /// I, date of this certificate.
    pub certificate_date: Option<NaiveDate>,
    /// Number of the certificate's form.
    pub formula_number: Option<String>,
    /// D.2, type, variant, version.
    pub type_variant_version: Option<String>,
    /// D.2.1, national type code.
    pub cnit: Option<String>,
    /// F.1, technically permissible mass, in kg.
    pub max_mass_kg: Option<i32>,
    /// F.2, permissible mass in France, in kg.
    pub ptac_kg: Option<i32>,
    /// F.3, permissible mass of the train, in kg.
    pub ptra_kg: Option<i32>,
    /// G, mass in running order, in kg.
    pub kerb_kg: Option<i32>,
    /// G.1, unladen mass, in kg.
    pub empty_kg: Option<i32>,
    /// J, European category, such as `M1`.
    pub category_eu: Option<String>,
    /// J.1, national kind, such as `VP`.
    pub genre_national: Option<String>,
    /// J.2, European body, such as `AB`.
    pub body_eu: Option<String>,
    /// J.3, national body, such as `CI`.
    pub body_fr: Option<String>,
    /// K, number of the type approval.
    pub approval_number: Option<String>,
    /// P.1, displacement, in cm³.
    pub displacement_cc: Option<i32>,
    /// P.2, greatest net power, in kW.
    pub power_kw: Option<Decimal>,
    /// P.3, code of the energy, such as `GO`.
    pub energy_code: Option<String>,
    /// P.6, fiscal power, in CV.
    pub fiscal_power: Option<i32>,
    /// Q, power by mass (motorcycles), in kW/kg.
    pub power_weight: Option<Decimal>,
    /// S.1, seats, the driver's included.
    pub seats: Option<i32>,
    /// S.2, standing places.
    pub standing_places: Option<i32>,
    /// U.1, noise at standstill, in dB(A).
    pub noise_db: Option<i32>,
    /// U.2, engine speed at which U.1 was measured, in revolutions a minute.
    pub noise_rpm: Option<i32>,
    /// V.7, CO₂, in g/km.
    pub co2_gkm: Option<i32>,
    /// V.9, environmental class as printed.
    pub euro_class_raw: Option<String>,
    /// The Euro norm behind V.9.
    pub euro_norm: Option<EuroNorm>,
    /// X.1, date before which the next inspection is due, as printed.
    pub inspection_due_date: Option<NaiveDate>,
    /// Whether the certificate says "véhicule de collection".
    pub is_collection: bool,
    /// When its owner bought it.
    pub purchase_date: Option<NaiveDate>,
    /// Where it is in its life with its owner.
    pub status: VehicleStatus,
}

impl Details {
    /// Works out what follows from the rest, where nothing was said: the fuel from P.3, the norm from V.9, the year
    /// from B.
    pub fn derive(&mut self) {
        let energy = self.energy_code.as_deref();
        self.fuel_type = self.fuel_type.or_else(|| fuel_type(energy?));
        let class = self.euro_class_raw.as_deref();
        self.euro_norm = self.euro_norm.or_else(|| class?.parse().ok());
        if let (0, Some(date)) = (self.year, self.first_registration_date) {
            self.year = date.year();
        }
    }

    /// The columns without which there is no vehicle and that are blank so far.
    pub fn missing(&self) -> Vec<&'static str> {
        let blank =
            [("make", self.make.is_empty()), ("model", self.model.is_empty()), ("year", self.year == 0)];
        blank.into_iter().filter(|(_, is_blank)| *is_blank).map(|(column, _)| column).collect()
    }
}
