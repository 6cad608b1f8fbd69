//! Papers with a truth file beside them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use extraction::compare::Truth;

/// What a paper can be stored as.
const ENDINGS: [&str; 7] = ["png", "jpg", "jpeg", "webp", "tif", "tiff", "pdf"];

/// A paper and what is true of it.
pub struct Specimen {
    pub file: PathBuf,
    pub truth: Truth,
}

/// Every paper under `folder` that has a truth file, by path. Other JSON files are passed over.
///
/// # Errors
/// When a folder or file cannot be read.
pub fn find(folder: &Path) -> anyhow::Result<Vec<Specimen>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "json") {
                found.extend(specimen(&path)?);
            }
        }
    }
    found.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(found)
}

fn specimen(truth: &Path) -> anyhow::Result<Option<Specimen>> {
    let beside = ENDINGS.iter().map(|ending| truth.with_extension(ending)).find(|path| path.exists());
    let Some(file) = beside else { return Ok(None) };
    let text = fs::read_to_string(truth).with_context(|| truth.display().to_string())?;
    Ok(serde_json::from_str(&text).ok().map(|truth| Specimen { file, truth }))
}
