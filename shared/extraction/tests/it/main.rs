//! Papers drawn in letters, readings of specimens, and noise.

mod fuel_receipt;
mod inspection;
mod insurance;
mod invoice;
mod noise;
mod other_layouts;
mod paper;
mod registration;
mod specimens;
