//! The values that papers carry, read out of noisy text: dates, amounts, plates, VINs, company numbers, makes.

pub(crate) mod amounts;
pub(crate) mod company;
pub(crate) mod dates;
pub(crate) mod makes;
pub(crate) mod plates;
pub(crate) mod repair;
pub(crate) mod vins;

use std::ops::Range;

/// A value found in a text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Found<T> {
    pub value: T,
    /// Where in the text.
    pub at: Range<usize>,
    /// Characters that had to be taken for another one.
    pub repairs: usize,
}
