//! Pictures become files, as scanners and telephones write them.

use std::io::Cursor;
use std::path::Path;

use anyhow::Context as _;
use image::codecs::jpeg::{JpegEncoder, PixelDensity};
use image::{ExtendedColorType, ImageEncoder as _, ImageFormat, RgbImage};
use image_webp::{ColorType, WebPEncoder};

use super::plane::Plane;
use super::{pdf, tiff};

/// How many colours are kept.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Tone {
    /// All.
    Colour,
    /// Grey alone.
    Grey,
    /// Black and white.
    Bilevel,
}

/// What kind of file.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Format {
    /// One picture, with losses.
    Jpeg,
    /// One picture, without.
    Png,
    /// One picture that was a JPEG before.
    Webp,
    /// Any number of pictures; the flag asks for LZW where something better is usual.
    Tiff { lzw: bool },
    /// Any number of pictures, a page each, and no text.
    Pdf,
}

impl Format {
    /// The end of the file's name.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Tiff { .. } => "tiff",
            Self::Pdf => "pdf",
        }
    }
}

/// How a file is written.
pub struct Writing {
    /// Its kind.
    pub format: Format,
    /// Its colours.
    pub tone: Tone,
    /// JPEG quality, 1 to 100.
    pub quality: u8,
    /// Dots an inch that it claims.
    pub dpi: f32,
    /// An Exif block, which only JPEG files get.
    pub exif: Option<Vec<u8>>,
}

/// Writes the pages beside `stem`; only TIFF and PDF keep more than the first.
pub fn write(pages: &[RgbImage], writing: &Writing, stem: &Path) -> anyhow::Result<()> {
    let first = pages.first().context("a paper without a page")?;
    let bytes = match writing.format {
        Format::Jpeg => jpeg(first, writing)?,
        Format::Png => png(first, writing.tone)?,
        Format::Webp => webp(first, writing)?,
        Format::Tiff { lzw } => tiff::bytes(pages, writing, lzw)?,
        Format::Pdf => pdf::bytes(pages, writing)?,
    };
    let path = stem.with_file_name(format!(
        "{}.{}",
        stem.file_name().context("a file without a name")?.to_string_lossy(),
        writing.format.extension()
    ));
    Ok(std::fs::write(path, bytes)?)
}

/// A JPEG file.
pub fn jpeg(picture: &RgbImage, writing: &Writing) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, writing.quality);
    encoder.set_pixel_density(PixelDensity::dpi(writing.dpi.round() as u16));
    if let Some(exif) = &writing.exif {
        encoder.set_exif_metadata(exif.clone())?;
    }
    let (width, height) = picture.dimensions();
    if writing.tone == Tone::Colour {
        encoder.encode(picture, width, height, ExtendedColorType::Rgb8)?;
    } else {
        encoder.encode(&grey(picture), width, height, ExtendedColorType::L8)?;
    }
    Ok(bytes)
}

fn png(picture: &RgbImage, tone: Tone) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Cursor::new(Vec::new());
    if tone == Tone::Colour {
        picture.write_to(&mut bytes, ImageFormat::Png)?;
    } else {
        Plane::written(picture).to_grey().write_to(&mut bytes, ImageFormat::Png)?;
    }
    Ok(bytes.into_inner())
}

/// Pages that were sent around as JPEG before an application made WebP of them.
fn webp(picture: &RgbImage, writing: &Writing) -> anyhow::Result<Vec<u8>> {
    let lossy = image::load_from_memory_with_format(&jpeg(picture, writing)?, ImageFormat::Jpeg)?.into_rgb8();
    let mut bytes = Vec::new();
    WebPEncoder::new(&mut bytes).encode(&lossy, lossy.width(), lossy.height(), ColorType::Rgb8)?;
    Ok(bytes)
}

/// One byte of grey for each pixel.
pub fn grey(picture: &RgbImage) -> Vec<u8> {
    Plane::written(picture).to_grey().into_raw()
}

/// Rows of black pixels, as T.6 and bitmaps count them.
pub fn black(picture: &RgbImage) -> impl Iterator<Item = Vec<bool>> + '_ {
    picture.rows().map(|row| row.map(|pixel| pixel.0[1] < 128).collect())
}

/// A page of black and white in the coding of fax machines (ITU-T T.6).
pub fn group4(picture: &RgbImage) -> anyhow::Result<Vec<u8>> {
    let mut encoder = fax::encoder::Encoder::new(fax::VecWriter::new());
    for row in black(picture) {
        let colours = row.into_iter().map(|dark| if dark { fax::Color::Black } else { fax::Color::White });
        encoder.encode_line(colours, picture.width())?;
    }
    Ok(encoder.finish()?.finish())
}
