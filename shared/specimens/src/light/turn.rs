//! Quarter turns, and the tag by which a telephone says how its pixels are turned.

use image::RgbImage;
use image::imageops::{rotate90, rotate180, rotate270};

/// The picture turned clockwise by 0, 90, 180 or 270 degrees.
pub fn turned(picture: RgbImage, degrees: i64) -> RgbImage {
    match degrees.rem_euclid(360) {
        90 => rotate90(&picture),
        180 => rotate180(&picture),
        270 => rotate270(&picture),
        _ => picture,
    }
}

/// The pixels as a chip stores them, so that a viewer that obeys the tag shows this picture.
pub fn stored(picture: RgbImage, orientation: u8) -> RgbImage {
    let viewer_turns = match orientation {
        3 => 180,
        6 => 90,
        8 => 270,
        _ => 0,
    };
    turned(picture, -viewer_turns)
}

/// An Exif block with nothing but the orientation (tag 0x0112, Exif 2.32 section 4.6.4), without its `Exif\0\0` head.
pub fn exif(orientation: u8, big_endian: bool) -> Vec<u8> {
    let two = |n: u16| if big_endian { n.to_be_bytes() } else { n.to_le_bytes() };
    let four = |n: u32| if big_endian { n.to_be_bytes() } else { n.to_le_bytes() };
    let mut block = Vec::with_capacity(26);
    block.extend(if big_endian { b"MM" } else { b"II" });
    block.extend(two(42));
    block.extend(four(8));
    block.extend(two(1));
    block.extend(two(0x0112));
    block.extend(two(3));
    block.extend(four(1));
    block.extend(two(u16::from(orientation)));
    block.extend(two(0));
    block.extend(four(0));
    block
}

#[cfg(test)]
mod tests {
    use image::metadata::Orientation;
    use image::{DynamicImage, Rgb};

    use super::*;

    fn uneven() -> RgbImage {
        RgbImage::from_fn(3, 2, |x, y| Rgb([x as u8, y as u8, 7]))
    }

    #[test]
    fn a_viewer_that_obeys_the_tag_sees_the_picture() {
        for orientation in [1, 3, 6, 8] {
            for big_endian in [false, true] {
                let read = Orientation::from_exif_chunk(&exif(orientation, big_endian)).expect("a tag");
                let mut shown = DynamicImage::from(stored(uneven(), orientation));
                shown.apply_orientation(read);
                assert_eq!(shown.into_rgb8(), uneven(), "{orientation}");
            }
        }
    }

    #[test]
    fn four_quarter_turns_are_none() {
        assert_eq!(turned(turned(uneven(), 90), 270), uneven());
        assert_eq!(turned(turned(uneven(), 180), 180), uneven());
        assert_eq!(turned(uneven(), 90).dimensions(), (2, 3));
    }
}
