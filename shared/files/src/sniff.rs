//! What a file is, by its bytes alone: its name and what its sender says do not count.

use bytes::Bytes;
use domain::document::MAX_PIXELS;
use img_parts::{jpeg::Jpeg, png::Png, webp::WebP};

use crate::Refusal;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
const JPEG: &[u8] = b"\xff\xd8\xff";
const RIFF: &[u8] = b"RIFF";
const WEBP: &[u8] = b"WEBP";
/// Little and big endian (TIFF 6.0, section 2).
const TIFF: [&[u8]; 2] = [b"II*\0", b"MM\0*"];
const PDF: &[u8] = b"%PDF-";
/// Readers accept this much before the header of a PDF (ISO 32000-1, implementation note 13 of its annex H).
const PDF_SLACK: usize = 1024;

/// The types that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileType {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// WebP.
    WebP,
    /// TIFF.
    Tiff,
    /// PDF.
    Pdf,
}

impl FileType {
    /// Its registered media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::WebP => "image/webp",
            Self::Tiff => "image/tiff",
            Self::Pdf => "application/pdf",
        }
    }

    /// The usual ending of its file names, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::WebP => "webp",
            Self::Tiff => "tif",
            Self::Pdf => "pdf",
        }
    }

    /// The type behind a media type of ours.
    pub fn from_media_type(text: &str) -> Option<Self> {
        [Self::Png, Self::Jpeg, Self::WebP, Self::Tiff, Self::Pdf]
            .into_iter()
            .find(|it| it.media_type() == text)
    }
}

/// Width and height in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dimensions {
    /// Pixels from left to right, as stored: orientation not applied.
    pub width: u32,
    /// Pixels from top to bottom, as stored.
    pub height: u32,
}

/// The type of a file from its first bytes (a kilobyte is enough).
///
/// # Errors
/// When the file is empty or of another type.
pub fn file_type(first: &[u8]) -> Result<FileType, Refusal> {
    if first.is_empty() {
        return Err(Refusal::Empty);
    }
    if first.starts_with(PNG) {
        return Ok(FileType::Png);
    }
    if first.starts_with(JPEG) {
        return Ok(FileType::Jpeg);
    }
    if first.starts_with(RIFF) && first.get(8..12) == Some(WEBP) {
        return Ok(FileType::WebP);
    }
    if TIFF.iter().any(|beginning| first.starts_with(beginning)) {
        return Ok(FileType::Tiff);
    }
    let slack = &first[..first.len().min(PDF_SLACK)];
    if slack.windows(PDF.len()).any(|window| window == PDF) {
        Ok(FileType::Pdf)
    } else {
        Err(Refusal::Unsupported)
    }
}

/// The size of a JPEG from its frame header.
///
/// # Errors
/// When there is none, or it is larger than a page may be.
pub fn jpeg_dimensions(image: &Jpeg) -> Result<Dimensions, Refusal> {
    let (width, height) = image.dimensions().ok_or(Refusal::Damaged)?;
    within_limits(u32::from(width), u32::from(height))
}

/// The size of a PNG from its header chunk.
///
/// # Errors
/// When there is none, or it is larger than a page may be.
pub fn png_dimensions(image: &Png) -> Result<Dimensions, Refusal> {
    let first =
        image.chunks().first().filter(|chunk| &chunk.kind() == b"IHDR" && chunk.contents().len() == 13);
    let header: &Bytes = first.ok_or(Refusal::Damaged)?.contents();
    let number = |at: usize| u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
    within_limits(number(0), number(4))
}

/// The size of a WebP from its canvas or its bitstream's header.
///
/// # Errors
/// When there is none, or it is larger than a page may be.
pub fn webp_dimensions(image: &WebP) -> Result<Dimensions, Refusal> {
    let (width, height) = image.dimensions().ok_or(Refusal::Damaged)?;
    within_limits(width, height)
}

pub(crate) fn within_limits(width: u32, height: u32) -> Result<Dimensions, Refusal> {
    match u64::from(width) * u64::from(height) {
        0 => Err(Refusal::Damaged),
        pixels if pixels > MAX_PIXELS => Err(Refusal::TooManyPixels),
        _ => Ok(Dimensions { width, height }),
    }
}
