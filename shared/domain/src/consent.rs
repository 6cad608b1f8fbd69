//! What a person may agree to, or not.

use serde::{Deserialize, Serialize};

use crate::document::words;

words! {
    /// What a person is asked to agree to.
    ConsentKind {
        /// News and offers by letter.
        Marketing = "marketing",
        /// Counting how the product is used.
        Analytics = "analytics",
        /// Sending what a question needs to a language model.
        AiProcessing = "ai_processing",
        /// Using where somebody is.
        Location = "location",
    }
}

impl ConsentKind {
    /// The version of the wording that is agreed to: a new wording has to be agreed to anew.
    pub const fn version(self) -> &'static str {
        match self {
            Self::Marketing | Self::Analytics | Self::AiProcessing | Self::Location => "2026-11",
        }
    }
}
