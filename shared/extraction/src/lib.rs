//! Words become fields with confidence and evidence; pure.
//!
//! [`detect`] tells what a paper is, [`analyze`] what it says, [`zones`] what should be read once more, closer, and
//! [`legibility`] which of several readings of one page reads best. [`compare`] marks an analysis against the truth.

mod analysis;
pub mod compare;
mod fuel_receipt;
mod inspection;
mod insurance;
mod invoice;
mod kind;
mod labels;
mod layout;
mod legibility;
mod registration;
mod text;
mod values;
mod vote;

pub use analysis::{analyze, is_settled, zones};
pub use kind::detect;
pub use legibility::legibility;
