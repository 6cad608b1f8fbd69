//! A file that may be kept: of a known type, within the limits, free of metadata.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::Path,
};

use bytes::Bytes;
use img_parts::{jpeg::Jpeg, png::Png, webp::WebP};
use tempfile::TempPath;

use crate::{
    FileType, Received, Refusal, UploadError, received,
    sniff::{self, Dimensions},
    strip,
};

/// Enough to tell the type.
const FIRST: u64 = 1029;

/// An upload that was examined and cleaned. Its temporary copy goes when this is dropped.
#[derive(Debug)]
pub struct Paper {
    pub(crate) path: TempPath,
    /// What it is.
    pub file_type: FileType,
    /// The size of an image; a PDF's pages are looked at when it is read.
    pub dimensions: Option<Dimensions>,
    /// SHA-256 of the file as sent, in lower-case hexadecimal: equal for equal uploads.
    pub sha256: String,
    /// Bytes as they are stored, which may be fewer than were sent.
    pub bytes: u64,
}

impl Paper {
    /// Looks at what was received and removes its metadata.
    ///
    /// # Errors
    /// When it is of another type, damaged or too large, or the disk fails.
    pub async fn examine(received: Received) -> Result<Self, UploadError> {
        received::blocking(move || Ok(examine(received))).await.map_err(UploadError::Local)?
    }

    /// Where the cleaned copy is, until this is dropped.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

fn examine(received: Received) -> Result<Paper, UploadError> {
    let Received { path, sha256, bytes } = received;
    let file_type = sniff::file_type(&first(&path).map_err(UploadError::Local)?)?;
    let (dimensions, bytes) = match file_type {
        FileType::Pdf => (None, bytes),
        FileType::Jpeg | FileType::Png | FileType::WebP | FileType::Tiff => {
            let content = Bytes::from(fs::read(&path).map_err(UploadError::Local)?);
            let (dimensions, clean) = cleaned(file_type, content)?;
            fs::write(&path, &clean).map_err(UploadError::Local)?;
            (Some(dimensions), clean.len() as u64)
        }
    };
    Ok(Paper { path, file_type, dimensions, sha256, bytes })
}

fn first(path: &Path) -> io::Result<Vec<u8>> {
    let mut first = Vec::new();
    File::open(path)?.take(FIRST).read_to_end(&mut first)?;
    Ok(first)
}

fn cleaned(file_type: FileType, content: Bytes) -> Result<(Dimensions, Bytes), Refusal> {
    match file_type {
        FileType::Png => {
            let image = Png::from_bytes(content).map_err(|_| Refusal::Damaged)?;
            Ok((sniff::png_dimensions(&image)?, strip::png(image)))
        }
        FileType::WebP => {
            let image = WebP::from_bytes(content).map_err(|_| Refusal::Damaged)?;
            Ok((sniff::webp_dimensions(&image)?, strip::webp(image)?))
        }
        FileType::Tiff => strip::tiff(&content),
        FileType::Jpeg | FileType::Pdf => {
            let image = Jpeg::from_bytes(content).map_err(|_| Refusal::Damaged)?;
            Ok((sniff::jpeg_dimensions(&image)?, strip::jpeg(image)?))
        }
    }
}
