//! TODO-ticket

use crate::specimen::Kind;

/// Till receipts for work and parts: invoices on narrow paper.
pub const KIND: Kind = Kind { name: "invoice", layouts: &[] };
/// Receipts of filling stations.
pub const FUEL: Kind = Kind { name: "fuel_receipt", layouts: &[] };
