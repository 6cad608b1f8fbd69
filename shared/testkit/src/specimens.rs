//! Fictitious papers, marked SPECIMEN.

use std::path::PathBuf;

/// The folder of the specimens.
pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("specimens")
}

/// The bytes of a specimen, such as `registration/photo/reg_photo_000.jpg`.
pub fn bytes(name: &str) -> Vec<u8> {
    let path = folder().join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
