//! TIFF files of several pages: the decoder reads the first one, so each page is made the first in turn.

use std::io::Cursor;
use std::path::Path;

use domain::document::FailureReason;
use image::ImageFormat;

use super::{Failure, picture};
use crate::limits::Limits;
use crate::native::Gray;

/// Bytes of the header: byte order, 42, and where the first directory stands (TIFF 6.0, section 2).
const HEADER: usize = 8;
/// Bytes of an entry of a directory.
const ENTRY: usize = 12;

/// A TIFF file with the places of its pages.
pub(super) struct Tiff {
    bytes: Vec<u8>,
    pages: Vec<u32>,
}

impl Tiff {
    /// Opens the file and finds its pages.
    pub(super) fn open(path: &Path, limits: &Limits) -> Result<Self, Failure> {
        let bytes = std::fs::read(path)?;
        let pages = directories(&bytes, limits.max_pages as usize)?;
        Ok(Self { bytes, pages })
    }

    /// How many pages there are.
    pub(super) fn pages(&self) -> u32 {
        self.pages.len() as u32
    }

    /// A page, from 1, as an upright picture.
    pub(super) fn page(&mut self, number: u32, max_pixels: u64) -> Result<Gray, Failure> {
        let place = self.pages.get(number as usize - 1).copied().ok_or_else(Failure::damaged)?;
        let place = if is_little(&self.bytes) { place.to_le_bytes() } else { place.to_be_bytes() };
        self.bytes.get_mut(4..HEADER).ok_or_else(Failure::damaged)?.copy_from_slice(&place);
        picture::decode(Cursor::new(&self.bytes), ImageFormat::Tiff, max_pixels)
    }
}

/// Where the directories stand, one for each page: each says where the next one does.
fn directories(bytes: &[u8], most: usize) -> Result<Vec<u32>, Failure> {
    let mut places: Vec<u32> = Vec::new();
    let mut next = number(bytes, 4).ok_or_else(Failure::damaged)?;
    while next != 0 {
        if places.contains(&next) {
            return Err(Failure::damaged());
        }
        if places.len() == most {
            return Err(Failure::Verdict(FailureReason::TooManyPages));
        }
        let entries = short(bytes, next as usize).ok_or_else(Failure::damaged)?;
        places.push(next);
        // Some writers leave out the last "no more": the file just ends.
        next = number(bytes, next as usize + 2 + usize::from(entries) * ENTRY).unwrap_or(0);
    }
    if places.is_empty() { Err(Failure::damaged()) } else { Ok(places) }
}

fn is_little(bytes: &[u8]) -> bool {
    bytes.starts_with(b"II")
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let four: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
    Some(if is_little(bytes) { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) })
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    let two: [u8; 2] = bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
    Some(if is_little(bytes) { u16::from_le_bytes(two) } else { u16::from_be_bytes(two) })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two empty directories, the second of which points to `last`.
    fn file(last: u32) -> Vec<u8> {
        let mut bytes = b"II*\0".to_vec();
        bytes.extend(8_u32.to_le_bytes());
        bytes.extend(0_u16.to_le_bytes());
        bytes.extend(14_u32.to_le_bytes());
        bytes.extend(0_u16.to_le_bytes());
        bytes.extend(last.to_le_bytes());
        bytes
    }

    #[test]
    fn pages_are_counted_and_a_circle_is_damage() {
        assert_eq!(directories(&file(0), 50).unwrap(), [8, 14]);
        assert_eq!(directories(&file(0)[..16], 50).unwrap(), [8, 14], "the file ends early");
        assert!(matches!(directories(&file(8), 50), Err(Failure::Verdict(FailureReason::Damaged))));
        assert!(matches!(directories(&file(0), 1), Err(Failure::Verdict(FailureReason::TooManyPages))));
        assert!(matches!(directories(&file(9_999), 50), Err(Failure::Verdict(FailureReason::Damaged))));
    }
}
