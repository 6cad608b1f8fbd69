//! What is taken and what is left of it.

use std::{fs, io::Cursor};

use bytes::Bytes;
use files::{FileType, Refusal, UploadError, sniff::Dimensions};
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, RgbImage, metadata::Orientation};
use img_parts::{
    ImageEXIF, ImageICC,
    jpeg::{Jpeg, JpegSegment, markers},
    png::{Png, PngChunk},
};

use crate::{examine, pdf};

/// Turned by 90 degrees, and a place: an Exif block as a phone writes it.
const EXIF: &[u8] = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0GPS 48.8566 N 2.3522 E";

fn picture(format: ImageFormat) -> Vec<u8> {
    let pixels = RgbImage::from_fn(64, 48, |x, y| image::Rgb([(x * 4) as u8, (y * 5) as u8, (x ^ y) as u8]));
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(pixels).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A photograph with everything that phones write around one, and a second one behind it.
fn photograph() -> Vec<u8> {
    let mut image = Jpeg::from_bytes(picture(ImageFormat::Jpeg).into()).unwrap();
    image.set_icc_profile(Some(Bytes::from_static(b"colour profile")));
    image.set_exif(Some(Bytes::from_static(EXIF)));
    let told: [(u8, &[u8]); 4] = [
        (markers::APP1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>GPS</x:xmpmeta>"),
        (markers::APP2, b"MPF\0GPS"),
        (markers::APP13, b"Photoshop 3.0\0GPS"),
        (markers::COM, b"GPS"),
    ];
    for (marker, text) in told {
        image.segments_mut().insert(2, JpegSegment::new_with_contents(marker, Bytes::from_static(text)));
    }
    let mut bytes = image.encoder().bytes().to_vec();
    bytes.extend(picture(ImageFormat::Jpeg));
    bytes.extend(b"GPS trailer PK\x03\x04");
    bytes
}

fn tells(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

fn orientation(bytes: &[u8]) -> Orientation {
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().unwrap();
    reader.into_decoder().unwrap().orientation().unwrap()
}

async fn refusal(bytes: &[u8]) -> Refusal {
    match examine(bytes).await {
        Err(UploadError::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_photograph_keeps_its_pixels_colour_and_orientation_and_tells_nothing_else() {
    let sent = photograph();
    let paper = examine(&sent).await.unwrap();
    let kept = fs::read(paper.path()).unwrap();
    assert_eq!(paper.file_type, FileType::Jpeg);
    assert_eq!(paper.dimensions, Some(Dimensions { width: 64, height: 48 }));
    assert_eq!(paper.bytes, kept.len() as u64);
    assert!(tells(&sent, "GPS") && !tells(&kept, "GPS"));
    assert!(kept.ends_with(b"\xff\xd9"));
    assert_eq!(orientation(&sent), Orientation::Rotate90);
    assert_eq!(orientation(&kept), Orientation::Rotate90);
    assert_eq!(Jpeg::from_bytes(kept.clone().into()).unwrap().icc_profile().unwrap(), &b"colour profile"[..]);
    assert_eq!(image::load_from_memory(&kept).unwrap(), image::load_from_memory(&sent).unwrap());
}

#[tokio::test]
async fn a_plain_jpeg_stays_as_it_is() {
    let sent = picture(ImageFormat::Jpeg);
    let paper = examine(&sent).await.unwrap();
    assert_eq!(fs::read(paper.path()).unwrap(), sent);
}

#[tokio::test]
async fn a_png_loses_its_texts_and_keeps_its_orientation() {
    let mut image = Png::from_bytes(picture(ImageFormat::Png).into()).unwrap();
    for kind in [*b"tEXt", *b"iTXt", *b"zTXt", *b"tIME", *b"prVt"] {
        image.chunks_mut().insert(1, PngChunk::new(kind, Bytes::from_static(b"GPS")));
    }
    image
        .chunks_mut()
        .insert(1, PngChunk::new(*b"pHYs", Bytes::from_static(b"\0\0\x2e\x23\0\0\x2e\x23\x01")));
    image.set_exif(Some(Bytes::from_static(EXIF)));
    let mut sent = image.encoder().bytes().to_vec();
    sent.extend(b"GPS behind the end");
    let paper = examine(&sent).await.unwrap();
    let kept = fs::read(paper.path()).unwrap();
    assert_eq!(paper.file_type, FileType::Png);
    assert!(tells(&sent, "GPS") && !tells(&kept, "GPS"));
    assert!(tells(&kept, "pHYs"));
    assert_eq!(orientation(&kept), Orientation::Rotate90);
    assert_eq!(image::load_from_memory(&kept).unwrap(), image::load_from_memory(&sent).unwrap());
}

#[tokio::test]
async fn a_pdf_is_kept_byte_for_byte_even_behind_some_rubbish() {
    let sent = [b"\r\n\0rubbish".as_slice(), &pdf(5000)].concat();
    let paper = examine(&sent).await.unwrap();
    assert_eq!((paper.file_type, paper.dimensions, paper.bytes), (FileType::Pdf, None, sent.len() as u64));
    assert_eq!(fs::read(paper.path()).unwrap(), sent);
}

#[tokio::test]
async fn what_is_no_paper_is_unsupported_whatever_its_name() {
    for bytes in [&b"plain text"[..], b"\x89PN", b"GIF89a", b"PK\x03\x04", b"<svg/>", &[0; 2000]] {
        assert_eq!(refusal(bytes).await, Refusal::Unsupported);
    }
    let late = [vec![b' '; 1100], pdf(100)].concat();
    assert_eq!(refusal(&late).await, Refusal::Unsupported);
}

#[tokio::test]
async fn a_picture_cut_off_or_scrambled_is_damaged() {
    let png = picture(ImageFormat::Png);
    assert_eq!(refusal(&png[..png.len() / 2]).await, Refusal::Damaged);
    assert_eq!(refusal(&png[..8]).await, Refusal::Damaged);
    let jpeg = picture(ImageFormat::Jpeg);
    assert_eq!(refusal(&jpeg[..100]).await, Refusal::Damaged);
    assert_eq!(refusal(&jpeg[..3]).await, Refusal::Damaged);
    let mut flipped = png.clone();
    flipped[20] ^= 1; // a byte of the width, against its check sum
    assert_eq!(refusal(&flipped).await, Refusal::Damaged);
}

#[tokio::test]
async fn more_than_forty_megapixels_are_refused_by_the_header_alone() {
    let mut png = Png::from_bytes(picture(ImageFormat::Png).into()).unwrap();
    let huge = [&65_535_u32.to_be_bytes()[..], &65_535_u32.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    png.chunks_mut()[0] = PngChunk::new(*b"IHDR", huge.into());
    assert_eq!(refusal(&png.encoder().bytes()).await, Refusal::TooManyPixels);

    let mut jpeg = Jpeg::from_bytes(picture(ImageFormat::Jpeg).into()).unwrap();
    let frame = jpeg.segments_mut().iter_mut().find(|it| it.marker() == markers::SOF0).unwrap();
    let mut header = frame.contents().to_vec();
    header[1..5].fill(0xff);
    *frame = JpegSegment::new_with_contents(markers::SOF0, header.into());
    assert_eq!(refusal(&jpeg.encoder().bytes()).await, Refusal::TooManyPixels);
}

#[tokio::test]
async fn a_picture_without_pixels_is_damaged() {
    let mut png = Png::from_bytes(picture(ImageFormat::Png).into()).unwrap();
    png.chunks_mut()[0] =
        PngChunk::new(*b"IHDR", Bytes::from_static(&[0, 0, 0, 0, 0, 0, 0, 9, 8, 2, 0, 0, 0]));
    assert_eq!(refusal(&png.encoder().bytes()).await, Refusal::Damaged);
}

#[tokio::test]
async fn random_bytes_behind_a_magic_number_never_panic() {
    let mut state = 12_345_u32;
    for round in 0..300 {
        let mut bytes = [&b"\xff\xd8\xff"[..], b"\x89PNG\r\n\x1a\n"][round % 2].to_vec();
        bytes.extend((0..200).map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if state >> 30 == 0 { 0xff } else { (state >> 24) as u8 }
        }));
        drop(examine(&bytes).await);
    }
    let sent = photograph();
    for cut in (0..sent.len()).step_by(7) {
        drop(examine(&sent[..cut]).await);
    }
}
