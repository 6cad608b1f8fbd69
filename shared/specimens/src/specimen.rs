//! What a layout makes: the page, and what it says.

use serde_json::{Map, Value};

use crate::luck::Luck;

/// A paper before it is printed.
pub struct Specimen {
    /// The whole HTML page; its `@page` rule sets the paper's size and margins.
    pub html: String,
    /// The truth: what each field says after normalisation. What is not on the paper is not in it.
    pub truth: Map<String, Value>,
    /// What lies around the paper when it is photographed matters more for a small one: width in millimetres.
    pub width_mm: f32,
}

/// One way of laying out a kind of paper.
pub struct Layout {
    /// Its name, unique within the kind, such as `green_card`.
    pub name: &'static str,
    /// A paper with everything on it drawn by luck.
    pub make: fn(&mut Luck) -> Specimen,
}

/// A kind of paper with its layouts.
pub struct Kind {
    /// The word for it: `registration`, `invoice`, `fuel_receipt`, `insurance`, `inspection`, `other`.
    pub name: &'static str,
    /// Its layouts.
    pub layouts: &'static [Layout],
}
