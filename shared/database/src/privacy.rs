//! What a person may ask about their account as a whole: consents, a copy of everything, erasure.

pub mod consents;
pub mod contents;
pub mod erasure;
pub mod exports;
pub mod unused;
