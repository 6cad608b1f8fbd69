//! The walls of the house, checked by a machine and not by good will.

mod graph;
mod rules;
mod tree;

use std::fmt;

use anyhow::Result;

use crate::checkout::Checkout;
use graph::Graph;

/// A wall that was broken, where, and why it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// What was found.
    pub found: String,
    /// Why it must not be.
    pub reason: &'static str,
}

impl Breach {
    fn new(found: impl Into<String>, reason: &'static str) -> Self {
        Self { found: found.into(), reason }
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n    because {}", self.found, self.reason)
    }
}

/// Every breach in the checkout.
pub async fn breaches(checkout: &Checkout) -> Result<Vec<Breach>> {
    let graph = Graph::read(checkout).await?;
    Ok([rules::breaches(&graph), tree::breaches(checkout).await?].concat())
}
