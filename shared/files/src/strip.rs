//! Removes what a picture says about its sender, and whatever hangs on behind it, without touching a pixel.
//!
//! Phones write the place and time of a photograph, their serial number and a preview of it into the file, and hang a
//! second picture with all that once more behind it. Kept are colour, resolution and orientation, which are needed
//! to read the page.

mod jpeg;
mod png;
mod tiff;
mod webp;

use image::metadata::Orientation;

pub use jpeg::jpeg;
pub use png::png;
pub use tiff::tiff;
pub use webp::webp;

/// The smallest TIFF block that says how a picture is to be turned: one directory with the one entry `Orientation`.
fn orientation_block(orientation: Orientation) -> Vec<u8> {
    let mut block = Vec::with_capacity(26);
    block.extend(b"MM\0\x2a\0\0\0\x08"); // big endian, the directory begins at byte 8
    block.extend([0, 1]); // one entry
    block.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1]); // Orientation, one SHORT
    block.extend([0, orientation.to_exif(), 0, 0]);
    block.extend([0; 4]); // no further directory
    block
}

/// The orientation that an Exif block asks for, unless it is the usual one.
fn turned(exif: &[u8]) -> Option<Orientation> {
    Orientation::from_exif_chunk(exif).filter(|orientation| *orientation != Orientation::NoTransforms)
}
