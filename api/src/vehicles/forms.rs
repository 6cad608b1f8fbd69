//! What is sent about a vehicle.

use domain::vehicle::Details;
use poem_openapi::Object;
use poem_openapi::types::MaybeUndefined;

use super::fields::VehicleFields;
use crate::error::ApiError;
use crate::form::Form;
use crate::meaning::{Meaning, faults_of};
use crate::problem::Errors;
use crate::say;

/// Longest make or model.
const MAX_NAME: usize = 100;

/// A whole vehicle: what is not said is not known.
#[derive(Debug, Clone, Object)]
pub struct VehicleForm {
    /// D.1, make.
    #[oai(validator(max_length = 100))]
    pub make: String,
    /// D.3, trade name.
    #[oai(validator(max_length = 100))]
    pub model: String,
    /// Model year.
    #[oai(validator(minimum(value = "1885"), maximum(value = "2100")))]
    pub year: i32,
    /// The rest.
    #[oai(flatten)]
    pub fields: VehicleFields,
}

/// Changes to a vehicle: what is absent stays, null clears.
#[derive(Debug, Clone, Default, Object)]
pub struct VehiclePatch {
    /// D.1, make.
    #[oai(validator(max_length = 100))]
    pub make: MaybeUndefined<String>,
    /// D.3, trade name.
    #[oai(validator(max_length = 100))]
    pub model: MaybeUndefined<String>,
    /// Model year.
    #[oai(validator(minimum(value = "1885"), maximum(value = "2100")))]
    pub year: MaybeUndefined<i32>,
    /// The rest.
    #[oai(flatten)]
    pub fields: VehicleFields,
}

impl VehicleForm {
    /// The details that it says.
    ///
    /// # Errors
    /// 400 that names every bad field.
    pub fn parse(self) -> Result<Details, ApiError> {
        let mut details = Details::default();
        VehiclePatch {
            make: MaybeUndefined::Value(self.make),
            model: MaybeUndefined::Value(self.model),
            year: MaybeUndefined::Value(self.year),
            fields: self.fields,
        }
        .apply_to(&mut details)?;
        Ok(details)
    }
}

impl Meaning for VehicleForm {
    fn faults(self) -> Errors {
        faults_of(self.parse())
    }
}

impl Meaning for VehiclePatch {
    fn faults(self) -> Errors {
        faults_of(self.apply_to(&mut Details::default()))
    }
}

impl VehiclePatch {
    /// Writes the changes into `details`.
    ///
    /// # Errors
    /// 400 that names every bad field.
    pub fn apply_to(self, details: &mut Details) -> Result<(), ApiError> {
        let mut form = Form::default();
        name(&mut form, "make", &self.make, &mut details.make);
        name(&mut form, "model", &self.model, &mut details.model);
        match self.year {
            MaybeUndefined::Value(year) => details.year = year,
            MaybeUndefined::Null => {
                form.refuse("year", say!("Ce champ est obligatoire.", "This field is required."));
            }
            MaybeUndefined::Undefined => {}
        }
        self.fields.apply_to(details, &mut form);
        form.finish()
    }
}

fn name(form: &mut Form, field: &str, said: &MaybeUndefined<String>, place: &mut String) {
    if !said.is_undefined()
        && let Some(text) = form.require_text(field, said.value().map(String::as_str), MAX_NAME)
    {
        *place = text;
    }
}
