//! The fields of a vehicle that may be blank: the same in forms and views.

use chrono::{Datelike, NaiveDate};
use domain::vehicle::Details;
use poem_openapi::Object;
use poem_openapi::types::MaybeUndefined;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::words::{FuelType, Transmission, VehicleStatus};
use crate::form::Form;
use crate::messages::Explain;
use crate::say;

/// What may be said about a vehicle; the letters are the rubrics of its certificate.
#[derive(Debug, Clone, Default, Object)]
pub struct VehicleFields {
    /// What its people call it.
    #[oai(validator(max_length = 80))]
    pub nickname: MaybeUndefined<String>,
    /// A, number plate in any lawful French form; kept as `AA-123-BB` or `1234 AB 75`.
    #[oai(validator(max_length = 20))]
    pub license_plate: MaybeUndefined<String>,
    /// E, identification number: up to 17 letters and digits without I, O and Q.
    #[oai(validator(max_length = 30))]
    pub vin: MaybeUndefined<String>,
    /// Colour.
    #[oai(validator(max_length = 50))]
    pub color: MaybeUndefined<String>,
    /// What it runs on.
    pub fuel_type: MaybeUndefined<FuelType>,
    /// How gears are changed.
    pub transmission: MaybeUndefined<Transmission>,
    /// B, date of first registration.
    pub first_registration_date: MaybeUndefined<NaiveDate>,
    /// I, date of this certificate.
    pub certificate_date: MaybeUndefined<NaiveDate>,
    /// Number of the certificate's form.
    #[oai(validator(max_length = 15))]
    pub formula_number: MaybeUndefined<String>,
    /// D.2, type, variant, version.
    #[oai(validator(max_length = 100))]
    pub type_variant_version: MaybeUndefined<String>,
    /// D.2.1, national type code (CNIT).
    #[oai(validator(max_length = 20))]
    pub cnit: MaybeUndefined<String>,
    /// F.1, technically permissible mass, in kg.
    #[oai(validator(minimum(value = "0"), maximum(value = "100000")))]
    pub max_mass_kg: MaybeUndefined<i32>,
    /// F.2, permissible mass in France (PTAC), in kg.
    #[oai(validator(minimum(value = "0"), maximum(value = "100000")))]
    pub ptac_kg: MaybeUndefined<i32>,
    /// F.3, permissible mass of the train (PTRA), in kg.
    #[oai(validator(minimum(value = "0"), maximum(value = "200000")))]
    pub ptra_kg: MaybeUndefined<i32>,
    /// G, mass in running order, in kg.
    #[oai(validator(minimum(value = "0"), maximum(value = "100000")))]
    pub kerb_kg: MaybeUndefined<i32>,
    /// G.1, unladen mass, in kg.
    #[oai(validator(minimum(value = "0"), maximum(value = "100000")))]
    pub empty_kg: MaybeUndefined<i32>,
    /// J, European category, such as `M1`.
    #[oai(validator(max_length = 6))]
    pub category_eu: MaybeUndefined<String>,
    /// J.1, national kind, such as `VP`.
    #[oai(validator(max_length = 6))]
    pub genre_national: MaybeUndefined<String>,
    /// J.2, European body, such as `AB`.
    #[oai(validator(max_length = 10))]
    pub body_eu: MaybeUndefined<String>,
    /// J.3, national body, such as `CI`.
    #[oai(validator(max_length = 20))]
    pub body_fr: MaybeUndefined<String>,
    /// K, number of the type approval.
    #[oai(validator(max_length = 50))]
    pub approval_number: MaybeUndefined<String>,
    /// P.1, displacement, in cm³.
    #[oai(validator(minimum(value = "0"), maximum(value = "100000")))]
    pub displacement_cc: MaybeUndefined<i32>,
    /// P.2, greatest net power, in kW, to two decimals.
    #[oai(validator(minimum(value = "0"), maximum(value = "10000")))]
    pub power_kw: MaybeUndefined<f64>,
    /// P.3, code of the energy, such as `GO`.
    #[oai(validator(max_length = 3))]
    pub energy_code: MaybeUndefined<String>,
    /// P.6, fiscal power, in CV.
    #[oai(validator(minimum(value = "0"), maximum(value = "1000")))]
    pub fiscal_power: MaybeUndefined<i32>,
    /// Q, power by mass (motorcycles), in kW/kg, to three decimals.
    #[oai(validator(minimum(value = "0"), maximum(value = "100")))]
    pub power_weight: MaybeUndefined<f64>,
    /// S.1, seats, the driver's included.
    #[oai(validator(minimum(value = "0"), maximum(value = "300")))]
    pub seats: MaybeUndefined<i32>,
    /// S.2, standing places.
    #[oai(validator(minimum(value = "0"), maximum(value = "300")))]
    pub standing_places: MaybeUndefined<i32>,
    /// U.1, noise at standstill, in dB(A).
    #[oai(validator(minimum(value = "0"), maximum(value = "200")))]
    pub noise_db: MaybeUndefined<i32>,
    /// U.2, engine speed at which U.1 was measured, in revolutions a minute.
    #[oai(validator(minimum(value = "0"), maximum(value = "50000")))]
    pub noise_rpm: MaybeUndefined<i32>,
    /// V.7, CO₂, in g/km.
    #[oai(validator(minimum(value = "0"), maximum(value = "2000")))]
    pub co2_gkm: MaybeUndefined<i32>,
    /// V.9, environmental class as printed.
    #[oai(validator(max_length = 40))]
    pub euro_class_raw: MaybeUndefined<String>,
    /// Euro norm: `1` to `6` for light vehicles, `I` to `VI` for heavy ones; `Euro 6d` is understood too.
    #[oai(validator(max_length = 40))]
    pub euro_norm: MaybeUndefined<String>,
    /// X.1, date before which the next inspection is due, as printed.
    pub inspection_due_date: MaybeUndefined<NaiveDate>,
    /// Whether the certificate says "véhicule de collection".
    pub is_collection: MaybeUndefined<bool>,
    /// When its owner bought it.
    pub purchase_date: MaybeUndefined<NaiveDate>,
    /// Where it is in its life with its owner; `active` unless said otherwise.
    pub status: MaybeUndefined<VehicleStatus>,
}

impl VehicleFields {
    /// Writes what was said into `details`: null clears, what is absent is left alone.
    pub(super) fn apply_to(self, details: &mut Details, form: &mut Form) {
        text(form, "nickname", &self.nickname, 80, &mut details.nickname);
        parsed(form, "license_plate", &self.license_plate, &mut details.license_plate);
        parsed(form, "vin", &self.vin, &mut details.vin);
        text(form, "color", &self.color, 50, &mut details.color);
        self.fuel_type.map_value(Into::into).update_to(&mut details.fuel_type);
        self.transmission.map_value(Into::into).update_to(&mut details.transmission);
        date(
            form,
            "first_registration_date",
            self.first_registration_date,
            &mut details.first_registration_date,
        );
        date(form, "certificate_date", self.certificate_date, &mut details.certificate_date);
        code(form, "formula_number", self.formula_number, 15, &mut details.formula_number);
        text(
            form,
            "type_variant_version",
            &self.type_variant_version,
            100,
            &mut details.type_variant_version,
        );
        text(form, "cnit", &self.cnit, 20, &mut details.cnit);
        self.max_mass_kg.update_to(&mut details.max_mass_kg);
        self.ptac_kg.update_to(&mut details.ptac_kg);
        self.ptra_kg.update_to(&mut details.ptra_kg);
        self.kerb_kg.update_to(&mut details.kerb_kg);
        self.empty_kg.update_to(&mut details.empty_kg);
        code(form, "category_eu", self.category_eu, 6, &mut details.category_eu);
        code(form, "genre_national", self.genre_national, 6, &mut details.genre_national);
        code(form, "body_eu", self.body_eu, 10, &mut details.body_eu);
        code(form, "body_fr", self.body_fr, 20, &mut details.body_fr);
        text(form, "approval_number", &self.approval_number, 50, &mut details.approval_number);
        self.displacement_cc.update_to(&mut details.displacement_cc);
        decimal(self.power_kw, 2, &mut details.power_kw);
        code(form, "energy_code", self.energy_code, 3, &mut details.energy_code);
        self.fiscal_power.update_to(&mut details.fiscal_power);
        decimal(self.power_weight, 3, &mut details.power_weight);
        self.seats.update_to(&mut details.seats);
        self.standing_places.update_to(&mut details.standing_places);
        self.noise_db.update_to(&mut details.noise_db);
        self.noise_rpm.update_to(&mut details.noise_rpm);
        self.co2_gkm.update_to(&mut details.co2_gkm);
        text(form, "euro_class_raw", &self.euro_class_raw, 40, &mut details.euro_class_raw);
        parsed(form, "euro_norm", &self.euro_norm, &mut details.euro_norm);
        date(form, "inspection_due_date", self.inspection_due_date, &mut details.inspection_due_date);
        date(form, "purchase_date", self.purchase_date, &mut details.purchase_date);
        if !self.is_collection.is_undefined() {
            details.is_collection = self.is_collection.take().unwrap_or_default();
        }
        if !self.status.is_undefined() {
            details.status = self.status.take().map(Into::into).unwrap_or_default();
        }
    }
}

fn text(form: &mut Form, name: &str, said: &MaybeUndefined<String>, max: usize, place: &mut Option<String>) {
    if !said.is_undefined() {
        *place = form.text(name, said.value().map(String::as_str), max);
    }
}

/// Codes are printed in capitals.
fn code(form: &mut Form, name: &str, said: MaybeUndefined<String>, max: usize, place: &mut Option<String>) {
    text(form, name, &said.map_value(|text| text.to_uppercase()), max, place);
}

fn parsed<T>(form: &mut Form, name: &str, said: &MaybeUndefined<String>, place: &mut Option<T>)
where
    T: std::str::FromStr,
    T::Err: Explain,
{
    if !said.is_undefined() {
        *place = form.parse(name, said.value().map(String::as_str));
    }
}

/// From the first car's year to where no plan reaches.
fn date(form: &mut Form, name: &str, said: MaybeUndefined<NaiveDate>, place: &mut Option<NaiveDate>) {
    let fits = said.value().is_none_or(|date| (1885..=2100).contains(&date.year()));
    form.check(name, fits, || say!("Entre 1885 et 2100.", "Between 1885 and 2100."));
    said.update_to(place);
}

fn decimal(said: MaybeUndefined<f64>, places: u32, place: &mut Option<Decimal>) {
    let rounded = said.map(|number| Decimal::try_from(number?).ok().map(|number| number.round_dp(places)));
    rounded.update_to(place);
}

impl From<Details> for VehicleFields {
    fn from(details: Details) -> Self {
        Self {
            nickname: said(details.nickname),
            license_plate: said(details.license_plate.map(|plate| plate.to_string())),
            vin: said(details.vin.map(|vin| vin.to_string())),
            color: said(details.color),
            fuel_type: said(details.fuel_type.map(Into::into)),
            transmission: said(details.transmission.map(Into::into)),
            first_registration_date: said(details.first_registration_date),
            certificate_date: said(details.certificate_date),
            formula_number: said(details.formula_number),
            type_variant_version: said(details.type_variant_version),
            cnit: said(details.cnit),
            max_mass_kg: said(details.max_mass_kg),
            ptac_kg: said(details.ptac_kg),
            ptra_kg: said(details.ptra_kg),
            kerb_kg: said(details.kerb_kg),
            empty_kg: said(details.empty_kg),
            category_eu: said(details.category_eu),
            genre_national: said(details.genre_national),
            body_eu: said(details.body_eu),
            body_fr: said(details.body_fr),
            approval_number: said(details.approval_number),
            displacement_cc: said(details.displacement_cc),
            power_kw: said(details.power_kw.and_then(|number| number.to_f64())),
            energy_code: said(details.energy_code),
            fiscal_power: said(details.fiscal_power),
            power_weight: said(details.power_weight.and_then(|number| number.to_f64())),
            seats: said(details.seats),
            standing_places: said(details.standing_places),
            noise_db: said(details.noise_db),
            noise_rpm: said(details.noise_rpm),
            co2_gkm: said(details.co2_gkm),
            euro_class_raw: said(details.euro_class_raw),
            euro_norm: said(details.euro_norm.map(|norm| norm.to_string())),
            inspection_due_date: said(details.inspection_due_date),
            is_collection: said(Some(details.is_collection)),
            purchase_date: said(details.purchase_date),
            status: said(Some(details.status.into())),
        }
    }
}

/// In an answer nothing is absent: what is not known is null.
fn said<T>(value: Option<T>) -> MaybeUndefined<T> {
    MaybeUndefined::from_opt_null(value)
}
