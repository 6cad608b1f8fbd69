//! TIFF files of one or several pages: fax coding, LZW or JPEG inside, as scanners choose.

use std::io::Cursor;

use image::RgbImage;
use tiff::encoder::compression::{CompressionAlgorithm as _, Lzw};
use tiff::encoder::{Rational, TiffEncoder};
use tiff::tags::{CompressionMethod, PhotometricInterpretation, ResolutionUnit, Tag};

use super::file::{Tone, Writing, black, grey, group4, jpeg};

/// One page as it is put into the file.
struct Strip {
    bytes: Vec<u8>,
    compression: CompressionMethod,
    meaning: PhotometricInterpretation,
    bits: &'static [u16],
}

/// The file.
pub fn bytes(pages: &[RgbImage], writing: &Writing, lzw: bool) -> anyhow::Result<Vec<u8>> {
    let mut file = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut file)?;
    for page in pages {
        let strip = strip(page, writing, lzw)?;
        let mut directory = encoder.image_directory()?;
        let place = directory.write_data(strip.bytes.as_slice())?;
        let dpi = || Rational { n: writing.dpi.round() as u32, d: 1 };
        directory.write_tag(Tag::ImageWidth, page.width())?;
        directory.write_tag(Tag::ImageLength, page.height())?;
        directory.write_tag(Tag::BitsPerSample, strip.bits)?;
        directory.write_tag(Tag::Compression, strip.compression.to_u16())?;
        directory.write_tag(Tag::PhotometricInterpretation, strip.meaning.to_u16())?;
        if strip.meaning == PhotometricInterpretation::YCbCr {
            // The JPEG inside keeps every colour; readers would expect a quarter of them.
            directory.write_tag(Tag::ChromaSubsampling, [1_u16, 1].as_slice())?;
        }
        directory.write_tag(Tag::StripOffsets, u32::try_from(place)?)?;
        directory.write_tag(Tag::SamplesPerPixel, strip.bits.len() as u16)?;
        directory.write_tag(Tag::RowsPerStrip, page.height())?;
        directory.write_tag(Tag::StripByteCounts, u32::try_from(strip.bytes.len())?)?;
        directory.write_tag(Tag::XResolution, dpi())?;
        directory.write_tag(Tag::YResolution, dpi())?;
        directory.write_tag(Tag::ResolutionUnit, ResolutionUnit::Inch.to_u16())?;
        directory.finish()?;
    }
    Ok(file.into_inner())
}

fn strip(page: &RgbImage, writing: &Writing, lzw: bool) -> anyhow::Result<Strip> {
    use PhotometricInterpretation::{BlackIsZero, RGB, WhiteIsZero, YCbCr};
    let packed = |raw: &[u8]| -> anyhow::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        Lzw.write_to(&mut bytes, raw)?;
        Ok(bytes)
    };
    let (bytes, compression, meaning, bits): (_, _, _, &[u16]) = match (writing.tone, lzw) {
        (Tone::Bilevel, true) => (packed(&bits(page))?, CompressionMethod::LZW, WhiteIsZero, &[1]),
        (Tone::Bilevel, false) => (group4(page)?, CompressionMethod::Fax4, WhiteIsZero, &[1]),
        (Tone::Grey, true) => (packed(&grey(page))?, CompressionMethod::LZW, BlackIsZero, &[8]),
        (Tone::Grey, false) => (jpeg(page, writing)?, CompressionMethod::ModernJPEG, BlackIsZero, &[8]),
        (Tone::Colour, true) => (packed(page)?, CompressionMethod::LZW, RGB, &[8, 8, 8]),
        (Tone::Colour, false) => (jpeg(page, writing)?, CompressionMethod::ModernJPEG, YCbCr, &[8, 8, 8]),
    };
    Ok(Strip { bytes, compression, meaning, bits })
}

/// Eight pixels to a byte, black is 1, rows start on a byte.
fn bits(page: &RgbImage) -> Vec<u8> {
    let pack = |eight: &[bool]| {
        eight.iter().enumerate().fold(0, |byte, (i, dark)| byte | u8::from(*dark) << (7 - i))
    };
    black(page).flat_map(|row| row.chunks(8).map(pack).collect::<Vec<u8>>()).collect()
}

#[cfg(test)]
mod tests {
    use image::Rgb;
    use tiff::decoder::{Decoder, DecodingResult};

    use super::super::file::Format;
    use super::*;

    #[test]
    fn several_pages_of_bits_come_back() {
        let page = |shift: u32| {
            RgbImage::from_fn(37, 11, |x, y| {
                Rgb([if (x * 3 + y + shift).is_multiple_of(5) { 0 } else { 255 }; 3])
            })
        };
        let (format, tone) = (Format::Tiff { lzw: true }, Tone::Bilevel);
        let writing = Writing { format, tone, quality: 80, dpi: 200.0, exif: None };
        let file = bytes(&[page(0), page(1)], &writing, true).expect("a file");
        let mut decoder = Decoder::new(Cursor::new(file)).expect("a head");
        assert_eq!(decoder.dimensions().expect("a size"), (37, 11));
        assert!(decoder.more_images());
        decoder.next_image().expect("a second page");
        let DecodingResult::U8(read) = decoder.read_image().expect("pixels") else { panic!("no bytes") };
        // The decoder turns white-is-zero round.
        let expected: Vec<u8> = bits(&page(1)).iter().map(|byte| !byte).collect();
        assert_eq!(read, expected);
    }
}
