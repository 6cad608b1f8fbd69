//! A paper becomes fields: the pipeline, and its two commands.

pub mod bench;
pub mod draw;
pub mod pipeline;
pub mod read;

use std::path::PathBuf;

use anyhow::Context as _;
use ocr::{ChildReader, Limits};

/// A reader whose child is this very program.
///
/// # Errors
/// When the path of this program cannot be found.
pub fn child_reader(limits: Limits) -> anyhow::Result<ChildReader> {
    let program: PathBuf = std::env::current_exe().context("where this program is")?;
    Ok(ChildReader::new(program, &["read-child"], limits))
}
