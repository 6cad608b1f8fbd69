//! Reports of the technical inspection (`contrôle technique`): the form since 2018, the one before, two-wheelers.

mod case;
mod center;
mod defects;
mod layouts;

use crate::specimen::Kind;

/// The kind with its layouts.
pub const KIND: Kind = Kind { name: "inspection", layouts: layouts::LAYOUTS };
