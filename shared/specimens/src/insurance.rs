//! TODO-insurance

use crate::specimen::Kind;

/// The kind with its layouts.
pub const KIND: Kind = Kind { name: "insurance", layouts: &[] };
