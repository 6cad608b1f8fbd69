//! What happens to a paper between the printer and the file: the scanner's glass, the desk and the lamp.

use image::RgbImage;
use serde_json::{Map, Value};

use crate::luck::Luck;

/// A page as a file would hold it, with what was done to it.
pub struct Lit {
    /// The picture.
    pub picture: RgbImage,
    /// What was done, by name.
    pub done: Map<String, Value>,
}

/// As a flatbed scanner sees it.
pub fn scanned(page: RgbImage, _luck: &mut Luck) -> Lit {
    Lit { picture: page, done: Map::new() }
}

/// As a telephone sees it.
pub fn photographed(page: RgbImage, _luck: &mut Luck) -> Lit {
    Lit { picture: page, done: Map::new() }
}
