//! What is answered about vehicles.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use database::vehicles::{Stats, Vehicle};
use domain::plate::Plate;
use domain::vehicle::FuelType;
use poem_openapi::Object;

use super::fields::VehicleFields;
use crate::roles::RoleWord;

/// A vehicle as one of its people sees it.
#[derive(Debug, Clone, Object)]
pub struct VehicleView {
    /// Its number.
    pub id: i64,
    /// Number of the account whose it is.
    pub owner_id: i64,
    /// What the caller may do with it.
    pub role: RoleWord,
    /// D.1, make.
    pub make: String,
    /// D.3, trade name.
    pub model: String,
    /// Model year.
    pub year: i32,
    /// The rest.
    #[oai(flatten)]
    pub fields: VehicleFields,
    /// The plate's letters and digits alone.
    pub plate_normalized: Option<String>,
    /// The plate's series: `siv`, `fni`, `ww`, `w`, `moped_old` or `diplomatic`.
    pub plate_format: Option<String>,
    /// Papers that hang on it.
    pub documents_count: i64,
    /// Counts its changes, from 1; also its `ETag`.
    pub version: i32,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
}

impl VehicleView {
    /// Where it is found.
    pub(super) fn location(&self) -> String {
        format!("/api/vehicles/{}/", self.id)
    }
}

impl From<Vehicle> for VehicleView {
    fn from(vehicle: Vehicle) -> Self {
        let details = vehicle.details;
        let plate = details.license_plate.as_ref();
        Self {
            id: vehicle.id.0,
            owner_id: vehicle.owner.0,
            role: vehicle.role.into(),
            make: details.make.clone(),
            model: details.model.clone(),
            year: details.year,
            plate_normalized: plate.map(Plate::normalized),
            plate_format: plate.map(|plate| plate.format().to_string()),
            fields: details.into(),
            documents_count: vehicle.documents_count,
            version: vehicle.version,
            created_at: vehicle.created_at,
            updated_at: vehicle.updated_at,
        }
    }
}

/// How many vehicles of which sort.
#[derive(Debug, Clone, Object)]
pub struct VehicleStats {
    /// All of them, shared ones included.
    pub total: i64,
    /// By what they run on; `unknown` where nobody said.
    pub by_fuel_type: BTreeMap<String, i64>,
    /// By make, in its most usual spelling.
    pub by_make: BTreeMap<String, i64>,
    /// By model year.
    pub by_year: BTreeMap<String, i64>,
}

impl From<Stats> for VehicleStats {
    fn from(stats: Stats) -> Self {
        let fuel = |of: Option<FuelType>| of.map_or("unknown", FuelType::as_str).to_owned();
        Self {
            total: stats.total,
            by_fuel_type: stats.by_fuel_type.into_iter().map(|sort| (fuel(sort.of), sort.count)).collect(),
            by_make: stats.by_make.into_iter().map(|sort| (sort.of, sort.count)).collect(),
            by_year: stats.by_year.into_iter().map(|sort| (sort.of.to_string(), sort.count)).collect(),
        }
    }
}
