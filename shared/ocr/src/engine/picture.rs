//! Picture files become upright grey pictures. Sizes are judged by the header, before anything is unpacked.

use std::fs::File;
use std::io::{BufRead, BufReader, Seek};
use std::path::Path;

use domain::document::FailureReason;
use image::error::ImageError;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, Rgba, RgbaImage};

use super::Failure;
use crate::native::Gray;

/// Most bytes that unpacking may take: the largest page in 16-bit colour with alpha, and some room.
const UNPACKED_BYTES: u64 = 400 << 20;

/// The picture in this file, turned as its EXIF says.
pub(super) fn load(path: &Path, format: ImageFormat, max_pixels: u64) -> Result<Gray, Failure> {
    decode(BufReader::new(File::open(path)?), format, max_pixels)
}

/// The picture in these bytes, grey, turned as its EXIF says.
pub(super) fn decode(
    file: impl BufRead + Seek,
    format: ImageFormat,
    max_pixels: u64,
) -> Result<Gray, Failure> {
    let (image, orientation) = unpack(file, format, max_pixels)?;
    let mut image = DynamicImage::ImageLuma8(on_white(image).into_luma8());
    image.apply_orientation(orientation);
    Gray::from_bytes(image.width(), image.height(), image.as_bytes()).ok_or_else(Failure::memory)
}

/// The picture in these bytes as it is stored, and how it is to be turned; the first of several.
pub(crate) fn unpack(
    file: impl BufRead + Seek,
    format: ImageFormat,
    max_pixels: u64,
) -> Result<(DynamicImage, Orientation), Failure> {
    let mut decoder = ImageReader::with_format(file, format).into_decoder().map_err(verdict)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > max_pixels {
        return Err(Failure::Verdict(FailureReason::TooLarge));
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(UNPACKED_BYTES);
    decoder.set_limits(limits).map_err(verdict)?;
    let orientation = decoder.orientation().map_err(verdict)?;
    Ok((DynamicImage::from_decoder(decoder).map_err(verdict)?, orientation))
}

/// What shows through is paper, not black.
pub(crate) fn on_white(image: DynamicImage) -> DynamicImage {
    if !image.color().has_alpha() {
        return image;
    }
    let mut image: RgbaImage = image.into_rgba8();
    for Rgba([red, green, blue, alpha]) in image.pixels_mut() {
        for channel in [red, green, blue] {
            let weight = u32::from(*alpha);
            *channel = ((u32::from(*channel) * weight + 255 * (255 - weight)) / 255) as u8;
        }
    }
    DynamicImage::ImageRgba8(image)
}

fn verdict(error: ImageError) -> Failure {
    match error {
        ImageError::Limits(_) => Failure::Verdict(FailureReason::TooLarge),
        ImageError::Unsupported(_) => Failure::Verdict(FailureReason::Unsupported),
        ImageError::IoError(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => error.into(),
        _ => Failure::damaged(),
    }
}
