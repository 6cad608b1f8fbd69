//! Small pictures of a paper that was read, or that could not be.

use std::path::Path;

use database::documents::{NewThumbnail, Reader as Row};
use ocr::{Limits, ReadError};
use operations::Context;
use operations::documents;
use tempfile::TempPath;
use tracing::{debug, warn};

use crate::reading::draw;

/// Draws the first page and stores the pictures; a paper without them is as good as one with them.
///
/// One that was drawn upright already keeps its pictures.
pub async fn draw(
    context: &Context,
    row: &Row,
    file: Option<&TempPath>,
    turn: u16,
    limits: &Limits,
) -> Vec<NewThumbnail> {
    let Some(file) = file.filter(|_| !row.has_thumbnail || turn != 0) else { return Vec::new() };
    let path: &Path = file;
    let drawn = match draw::draw(path, turn, limits).await {
        Ok(drawn) => drawn,
        Err(ReadError::Verdict(_) | ReadError::Crashed(_)) => {
            debug!("the first page could not be drawn");
            return Vec::new();
        }
    };
    let drawn = drawn.into_iter().map(|one| (one.size, one.webp)).collect();
    documents::store_thumbnails(context, drawn).await.unwrap_or_else(|error| {
        warn!(%error, "small pictures could not be stored");
        Vec::new()
    })
}
