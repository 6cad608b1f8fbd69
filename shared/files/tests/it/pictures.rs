//! WebP and TIFF: what is taken and what is left of it.

use std::fs;
use std::io::Cursor;

use bytes::Bytes;
use files::sniff::Dimensions;
use files::{FileType, Refusal, UploadError};
use image::metadata::Orientation;
use image::{DynamicImage, GenericImageView, ImageDecoder, ImageFormat, ImageReader, RgbImage};
use img_parts::riff::{RiffChunk, RiffContent};
use img_parts::webp::WebP;
use img_parts::{ImageEXIF, ImageICC};

use crate::examine;

/// Turned by 90 degrees, and a place.
const EXIF: &[u8] = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0GPS 48.8566 N 2.3522 E";

fn picture(format: ImageFormat) -> Vec<u8> {
    let pixels = RgbImage::from_fn(64, 48, |x, y| image::Rgb([(x * 4) as u8, (y * 5) as u8, (x ^ y) as u8]));
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(pixels).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
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

fn chunk(id: [u8; 4], data: &'static [u8]) -> RiffChunk {
    RiffChunk::new(id, RiffContent::Data(Bytes::from_static(data)))
}

#[tokio::test]
async fn a_webp_keeps_its_pixels_colour_and_orientation_and_tells_nothing_else() {
    let mut image = WebP::from_bytes(picture(ImageFormat::WebP).into()).unwrap();
    image.set_icc_profile(Some(Bytes::from_static(b"colour profile")));
    image.set_exif(Some(Bytes::from_static(EXIF)));
    image.chunks_mut().push(chunk(*b"XMP ", b"<x:xmpmeta>GPS</x:xmpmeta>"));
    image.chunks_mut().push(chunk(*b"note", b"GPS again."));
    let mut sent = image.encoder().bytes().to_vec();
    sent.extend(b"GPS behind the end");
    let paper = examine(&sent).await.unwrap();
    let kept = fs::read(paper.path()).unwrap();
    assert_eq!(paper.file_type, FileType::WebP);
    assert_eq!(paper.dimensions, Some(Dimensions { width: 64, height: 48 }));
    assert!(tells(&sent, "GPS") && !tells(&kept, "GPS"));
    assert_eq!(orientation(&kept), Orientation::Rotate90);
    let shown = WebP::from_bytes(kept.clone().into()).unwrap();
    assert_eq!(shown.icc_profile().unwrap(), &b"colour profile"[..]);
    assert_eq!(image::load_from_memory(&kept).unwrap(), image::load_from_memory(&sent).unwrap());
    // Without an orientation to keep there is no Exif at all.
    let plain = picture(ImageFormat::WebP);
    assert_eq!(fs::read(examine(&plain).await.unwrap().path()).unwrap(), plain);
}

#[tokio::test]
async fn a_webp_that_moves_or_is_cut_off_is_refused() {
    let mut image = WebP::from_bytes(picture(ImageFormat::WebP).into()).unwrap();
    image.chunks_mut().push(chunk(*b"ANIM", b"\0\0\0\0\0\0"));
    assert_eq!(refusal(&image.encoder().bytes()).await, Refusal::Unsupported);
    let whole = picture(ImageFormat::WebP);
    assert_eq!(refusal(&whole[..40]).await, Refusal::Damaged);
    assert_eq!(refusal(b"RIFF\x04\0\0\0WEBP").await, Refusal::Damaged);
    let huge = [&b"\0\0\0\0"[..], b"\xff\xff\xff", b"\xff\xff\xff"].concat();
    let mut image = WebP::from_bytes(whole.into()).unwrap();
    image.chunks_mut().insert(0, RiffChunk::new(*b"VP8X", RiffContent::Data(huge.into())));
    assert_eq!(refusal(&image.encoder().bytes()).await, Refusal::TooManyPixels);
}

/// Type, count and value, or its place, of an entry.
type Value = (u16, u32, Vec<u8>);

/// A TIFF by hand: grey pages of 4 x 2 pixels, with these further entries in each.
struct Made {
    is_big: bool,
    pages: usize,
    size: (u32, u32),
    further: Vec<(u16, u16, Vec<u8>)>,
}

impl Made {
    fn pages(pages: usize) -> Self {
        Self { is_big: false, pages, size: (4, 2), further: Vec::new() }
    }

    fn short(&self, number: u16) -> Vec<u8> {
        if self.is_big { number.to_be_bytes().to_vec() } else { number.to_le_bytes().to_vec() }
    }

    fn long(&self, number: u32) -> Vec<u8> {
        if self.is_big { number.to_be_bytes().to_vec() } else { number.to_le_bytes().to_vec() }
    }

    fn bytes(&self) -> Vec<u8> {
        let mut out = if self.is_big { b"MM\0*".to_vec() } else { b"II*\0".to_vec() };
        let mut link = out.len();
        out.extend([0; 4]);
        for page in 0..self.pages {
            let pixels = out.len() as u32;
            out.extend([page as u8, 10, 20, 30, 40, 50, 60, 70]);
            let number = |number: u32| (4, 1_u32, self.long(number));
            let mut entries: Vec<(u16, Value)> = vec![
                (256, number(self.size.0)),
                (257, number(self.size.1)),
                (258, number(8)),
                (259, number(1)),
                (262, number(1)),
                (273, number(pixels)),
                (277, number(1)),
                (278, number(self.size.1)),
                (279, number(8)),
            ];
            for (tag, kind, bytes) in &self.further {
                let place = out.len() as u32;
                out.extend(bytes);
                let width = if *kind == 2 { 1 } else { 4 };
                let value = if bytes.len() <= 4 { bytes.clone() } else { self.long(place) };
                entries.push((*tag, (*kind, (bytes.len() / width) as u32, value)));
            }
            entries.sort_by_key(|entry| entry.0);
            let place = self.long(out.len() as u32);
            out[link..link + 4].copy_from_slice(&place);
            out.extend(self.short(entries.len() as u16));
            for (tag, (kind, count, value)) in entries {
                out.extend([self.short(tag), self.short(kind), self.long(count)].concat());
                out.extend(value.iter().copied().chain(std::iter::repeat(0)).take(4));
            }
            link = out.len();
            out.extend([0; 4]);
        }
        out
    }
}

fn told() -> Vec<(u16, u16, Vec<u8>)> {
    vec![
        (271, 2, b"GPS camera\0".to_vec()),
        (305, 2, b"GPS software\0".to_vec()),
        (306, 2, b"2026:11:27 GPS\0".to_vec()),
        (700, 2, b"<x:xmpmeta>GPS</x:xmpmeta>".to_vec()),
        (34_853, 4, b"GPS latitude".to_vec()),
        (34_665, 4, b"GPS of Exif.".to_vec()),
        (50_000, 2, b"GPS of the maker's own\0".to_vec()),
    ]
}

#[tokio::test]
async fn a_tiff_keeps_every_page_and_tells_nothing_else_in_either_order_of_bytes() {
    for is_big in [false, true] {
        let mut made = Made { is_big, further: told(), ..Made::pages(3) };
        made.further.push((274, 4, made.long(6)));
        let mut sent = made.bytes();
        sent.extend(b"GPS behind the end");
        let paper = examine(&sent).await.unwrap();
        let kept = fs::read(paper.path()).unwrap();
        assert_eq!(paper.file_type, FileType::Tiff);
        assert_eq!(paper.dimensions, Some(Dimensions { width: 4, height: 2 }));
        assert!(tells(&sent, "GPS") && !tells(&kept, "GPS"));
        let shown = image::load_from_memory_with_format(&kept, ImageFormat::Tiff).unwrap();
        assert_eq!(shown.dimensions(), (4, 2));
        assert_eq!(shown.as_bytes(), [0, 10, 20, 30, 40, 50, 60, 70]);
        for page in 0..3_u8 {
            assert!(tells_bytes(&kept, &[page, 10, 20, 30]), "page {page}");
        }
        // What is clean already is written the same way.
        let again = examine(&kept).await.unwrap();
        assert_eq!(fs::read(again.path()).unwrap(), kept);
    }
}

fn tells_bytes(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[tokio::test]
async fn what_other_programs_write_as_tiff_is_kept_pixel_by_pixel() {
    let sent = picture(ImageFormat::Tiff);
    let kept = fs::read(examine(&sent).await.unwrap().path()).unwrap();
    assert_eq!(image::load_from_memory(&kept).unwrap(), image::load_from_memory(&sent).unwrap());
}

#[tokio::test]
async fn a_tiff_with_too_much_in_it_is_refused() {
    assert!(examine(&Made::pages(50).bytes()).await.is_ok());
    assert_eq!(refusal(&Made::pages(51).bytes()).await, Refusal::TooManyPages);
    let huge = Made { size: (65_535, 65_535), ..Made::pages(1) };
    assert_eq!(refusal(&huge.bytes()).await, Refusal::TooManyPixels);
    let empty = Made { size: (0, 2), ..Made::pages(1) };
    assert_eq!(refusal(&empty.bytes()).await, Refusal::Damaged);
    assert_eq!(refusal(&Made::pages(0).bytes()).await, Refusal::Damaged);
    // Directories in a circle.
    let mut round = Made::pages(2).bytes();
    let first = round[4..8].to_vec();
    let end = round.len() - 4;
    round[end..].copy_from_slice(&first);
    assert_eq!(refusal(&round).await, Refusal::TooManyPages);
}

#[tokio::test]
async fn pages_that_lie_over_each_other_do_not_grow() {
    // Every page names the whole file as its pixels.
    let mut sent = Made::pages(40).bytes();
    let length = sent.len() as u32;
    for at in (0..sent.len() - 12).rev() {
        let entry = &sent[at..at + 8];
        if entry == [0x11, 1, 4, 0, 1, 0, 0, 0] {
            sent[at + 8..at + 12].copy_from_slice(&0_u32.to_le_bytes());
        }
        let entry = &sent[at..at + 8];
        if entry == [0x17, 1, 4, 0, 1, 0, 0, 0] {
            sent[at + 8..at + 12].copy_from_slice(&length.to_le_bytes());
        }
    }
    assert_eq!(refusal(&sent).await, Refusal::Damaged);
}

#[tokio::test]
async fn broken_bytes_behind_a_magic_number_never_panic() {
    for whole in [picture(ImageFormat::WebP), picture(ImageFormat::Tiff), Made::pages(3).bytes()] {
        for cut in 0..whole.len().min(600) {
            drop(examine(&whole[..cut]).await);
        }
        let mut state = 12_345_u32;
        for _ in 0..300 {
            let mut bytes = whole.clone();
            for _ in 0..8 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let at = 8 + state as usize % (bytes.len() - 8);
                bytes[at] = (state >> 24) as u8;
            }
            drop(examine(&bytes).await);
        }
    }
}
