//! JPEG (ITU-T T.81; Exif 2.32 for the orientation).

use bytes::{Bytes, BytesMut};
use image::metadata::Orientation;
use img_parts::{
    ImageEXIF as _,
    jpeg::{Jpeg, JpegSegment, markers},
};

use crate::Refusal;

const JFIF: &[u8] = b"JFIF\0";
/// Up to here a JFIF segment holds version and density; a preview may follow.
const JFIF_HEAD: usize = 14;
const ICC: &[u8] = b"ICC_PROFILE\0";
const EXIF: &[u8] = b"Exif\0\0";

/// The picture without comments and application data but for JFIF's density, the colour profile, Adobe's colour
/// transform and the orientation, and without anything after its end.
///
/// # Errors
/// When no scan is found.
pub fn jpeg(mut image: Jpeg) -> Result<Bytes, Refusal> {
    let orientation = image.exif().and_then(|exif| super::turned(&exif));
    let segments = std::mem::take(image.segments_mut());
    let (scans, headers): (Vec<_>, Vec<_>) = segments.into_iter().partition(|it| it.marker() == markers::SOS);
    let scan = scans.into_iter().next().ok_or(Refusal::Damaged)?;
    let kept = image.segments_mut();
    kept.extend(headers.into_iter().filter_map(keep));
    if let Some(orientation) = orientation {
        let after_jfif = usize::from(kept.first().is_some_and(|it| it.marker() == markers::APP0));
        kept.insert(after_jfif, exif(orientation));
    }
    let mut bytes = BytesMut::from(&image.encoder().bytes()[..]);
    bytes.truncate(bytes.len() - 2); // the end marker, which the encoder adds when there is no scan
    append_scans(&mut bytes, &scan.encoder().bytes());
    Ok(bytes.freeze())
}

fn exif(orientation: Orientation) -> JpegSegment {
    let contents = [EXIF, &super::orientation_block(orientation)].concat();
    JpegSegment::new_with_contents(markers::APP1, contents.into())
}

/// The segment, what is left of it, or nothing.
fn keep(segment: JpegSegment) -> Option<JpegSegment> {
    match segment.marker() {
        markers::APP0 => jfif(segment.contents()),
        markers::APP2 => segment.contents().starts_with(ICC).then_some(segment),
        markers::APP14 => Some(segment),
        marker if is_metadata(marker) => None,
        _ => Some(segment),
    }
}

/// JFIF without its preview; its extensions hold nothing but previews.
fn jfif(contents: &Bytes) -> Option<JpegSegment> {
    if !contents.starts_with(JFIF) || contents.len() < JFIF_HEAD {
        return None;
    }
    let mut head = contents[..JFIF_HEAD].to_vec();
    head[JFIF_HEAD - 2..].fill(0);
    Some(JpegSegment::new_with_contents(markers::APP0, head.into()))
}

fn is_metadata(marker: u8) -> bool {
    (markers::APP0..=markers::APP15).contains(&marker) || marker == markers::COM
}

/// Copies `scans`, which begins with a marker, up to the end of the picture, leaving metadata between the scans out.
///
/// Within a scan `FF 00` is data and `FF D0`..`FF D7` are restart marks (T.81, B.1.1.2, B.1.1.5); any other marker
/// begins a segment. A picture that is cut off is copied as far as it goes.
fn append_scans(out: &mut BytesMut, scans: &[u8]) {
    let mut at = 0;
    while at + 1 < scans.len() {
        let Some(found) = scans[at..].windows(2).position(|pair| pair[0] == markers::P && ends_data(pair[1]))
        else {
            out.extend_from_slice(&scans[at..]);
            return;
        };
        out.extend_from_slice(&scans[at..at + found]);
        at += found;
        let marker = scans[at + 1];
        if marker == markers::EOI {
            out.extend_from_slice(&[markers::P, markers::EOI]);
            return;
        }
        let length =
            scans.get(at + 2..at + 4).map_or(0, |size| usize::from(u16::from_be_bytes([size[0], size[1]])));
        let next = (at + 2 + length.max(2)).min(scans.len());
        if !is_metadata(marker) {
            out.extend_from_slice(&scans[at..next]);
        }
        at = next;
    }
}

/// Whether the byte after `FF` begins a segment rather than standing for data, a restart or a fill byte.
fn ends_data(marker: u8) -> bool {
    !matches!(marker, 0x00 | 0x01 | 0xd0..=0xd7 | 0xff)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scans_of(scans: &[u8]) -> Vec<u8> {
        let mut out = BytesMut::new();
        append_scans(&mut out, scans);
        out.to_vec()
    }

    #[test]
    fn every_scan_is_kept_and_what_hides_between_them_is_not() {
        let first = b"\xff\xda\0\x03\x01data\xff\0more\xff\xd0restart";
        let table = b"\xff\xc4\0\x04\x01\x02";
        let comment = b"\xff\xfe\0\x05GPS";
        let second = b"\xff\xda\0\x03\x02rest";
        let sent = [&first[..], comment, table, second, b"\xff\xd9", b"\xff\xd8GPS"].concat();
        assert_eq!(scans_of(&sent), [&first[..], table, second, b"\xff\xd9"].concat());
    }

    #[test]
    fn a_picture_without_its_end_is_copied_as_far_as_it_goes() {
        let cut = b"\xff\xda\0\x03\x01data\xff";
        assert_eq!(scans_of(cut), cut);
    }
}
