//! Papers of motor insurance: international cards, the insured vehicle's memo, attestations, notices.

pub mod case;
mod drawing;
mod layouts;
pub mod look;
pub mod page;
pub mod vehicle;

use crate::specimen::Kind;

/// The kind with its layouts.
pub const KIND: Kind = Kind { name: "insurance", layouts: layouts::LAYOUTS };
