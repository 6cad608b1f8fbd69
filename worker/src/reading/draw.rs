//! Drawing a paper small, in a child that is this very program.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use ocr::thumbnail::{self, Drawn};
use ocr::{Limits, ReadError};

/// What the child is to draw.
#[derive(Debug, Args)]
pub struct DrawArguments {
    /// A picture or PDF file.
    file: PathBuf,
    /// Degrees to turn it clockwise.
    #[arg(long)]
    turn: u16,
    /// The limits to live under, as JSON.
    #[arg(long)]
    limits: String,
}

/// The child's side.
///
/// # Errors
/// Why there is no picture.
pub fn serve(arguments: &DrawArguments) -> anyhow::Result<()> {
    let limits: Limits = serde_json::from_str(&arguments.limits).context("the limits")?;
    Ok(thumbnail::serve(&arguments.file, arguments.turn, &limits)?)
}

/// The first page of a paper, small and turned clockwise by `turn` degrees.
///
/// # Errors
/// When the page cannot be drawn.
pub async fn draw(file: &Path, turn: u16, limits: &Limits) -> Result<Vec<Drawn>, ReadError> {
    let program = std::env::current_exe().map_err(|error| ReadError::Crashed(error.to_string()))?;
    thumbnail::draw(&program, file, turn, limits).await
}
