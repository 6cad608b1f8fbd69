//! What people say of a key they make.

use chrono::{DateTime, TimeDelta, Utc};
use domain::access::Role;
use domain::ids::VehicleId;
use operations::accounts::KeyWish;
use poem_openapi::{Enum, Object};

use crate::error::ApiError;
use crate::form::Form;
use crate::meaning::Meaning;
use crate::say;

/// Longest name.
const MAX_NAME: usize = 100;
/// Days that a key may be good for.
const MAX_DAYS: i64 = 3660;
/// Vehicles that a key may name.
const MAX_VEHICLES: usize = 200;

/// What a key may do: each scope includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename = "ApiKeyScope", rename_all = "lowercase")]
pub enum ScopeWord {
    /// May look.
    Viewer,
    /// May add and change records.
    Editor,
    /// May also delete records.
    Manager,
}

impl ScopeWord {
    fn role(self) -> Role {
        match self {
            Self::Viewer => Role::Viewer,
            Self::Editor => Role::Editor,
            Self::Manager => Role::Manager,
        }
    }

    /// The scope of a word as it is stored.
    pub(super) fn from_word(word: &str) -> Option<Self> {
        [Self::Viewer, Self::Editor, Self::Manager].into_iter().find(|scope| scope.role().as_str() == word)
    }

    /// The scope of a role.
    pub(super) fn from_role(role: Role) -> Option<Self> {
        Self::from_word(role.as_str())
    }
}

/// A key for a program.
#[derive(Object)]
pub struct ApiKeyForm {
    /// What I call it.
    #[oai(validator(max_length = 100))]
    pub name: String,
    /// What it may do; the best one counts.
    pub scopes: Vec<ScopeWord>,
    /// The vehicles that it reaches; all that I reach when absent. A paper without a vehicle is out of reach then.
    #[oai(validator(max_items = 200))]
    pub vehicle_ids: Option<Vec<i64>>,
    /// When it ends; never when absent.
    pub expires_at: Option<DateTime<Utc>>,
    /// The password, once more; needed when the session is older than a quarter of an hour.
    #[oai(validator(max_length = 128))]
    pub password: Option<String>,
}

impl ApiKeyForm {
    pub(super) fn parse(&self, now: DateTime<Utc>) -> Result<KeyWish, ApiError> {
        let mut form = Form::default();
        let name = form.require_text("name", Some(&self.name), MAX_NAME);
        form.check("scopes", !self.scopes.is_empty(), || {
            say!("Indiquez au moins un droit.", "Name at least one scope.")
        });
        let vehicles = self.vehicle_ids.as_deref();
        form.check("vehicle_ids", vehicles.is_none_or(|ids| (1..=MAX_VEHICLES).contains(&ids.len())), || {
            say!(
                "Indiquez de 1 à {} véhicules, ou aucun champ pour tous.",
                "Name 1 to {} vehicles, or leave the field away for all.",
                MAX_VEHICLES
            )
        });
        form.check("expires_at", self.expires_at.is_none_or(|at| at > now), || {
            say!("Cette date est passée.", "This time has passed.")
        });
        let last = now + TimeDelta::days(MAX_DAYS);
        form.check("expires_at", self.expires_at.is_none_or(|at| at <= last), || {
            say!("Indiquez une date d’ici dix ans au plus.", "Give a time within ten years.")
        });
        form.finish()?;
        let mut scopes: Vec<Role> = self.scopes.iter().map(|scope| scope.role()).collect();
        scopes.sort_unstable();
        scopes.dedup();
        Ok(KeyWish {
            name: name.expect("a clean form has all its required fields"),
            scopes,
            vehicles: self.vehicle_ids.as_ref().map(|ids| in_order(ids)),
            expires_at: self.expires_at,
        })
    }
}

fn in_order(ids: &[i64]) -> Vec<VehicleId> {
    let mut ids: Vec<VehicleId> = ids.iter().copied().map(VehicleId).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

impl Meaning for ApiKeyForm {}
