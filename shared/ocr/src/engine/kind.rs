//! What a file is, by its first bytes: names and declared types are not believed.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use domain::document::FailureReason;
use image::ImageFormat;

use super::Failure;

/// How far into a file a PDF's header may stand, as readers accept it.
const PDF_HEADER_WITHIN: usize = 1024;

/// What can be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Pdf,
    /// Several pages, maybe.
    Tiff,
    Picture(ImageFormat),
}

pub(crate) fn sniff(path: &Path) -> Result<Kind, Failure> {
    let mut start = Vec::with_capacity(PDF_HEADER_WITHIN);
    let file = File::open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Failure::Verdict(FailureReason::FileMissing),
        _ => Failure::from(error),
    })?;
    file.take(PDF_HEADER_WITHIN as u64).read_to_end(&mut start)?;
    of(&start).ok_or(Failure::Verdict(FailureReason::Unsupported))
}

fn of(start: &[u8]) -> Option<Kind> {
    match start {
        [0x89, b'P', b'N', b'G', ..] => Some(Kind::Picture(ImageFormat::Png)),
        [0xff, 0xd8, 0xff, ..] => Some(Kind::Picture(ImageFormat::Jpeg)),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => {
            Some(Kind::Picture(ImageFormat::WebP))
        }
        [b'I', b'I', b'*', 0, ..] | [b'M', b'M', 0, b'*', ..] => Some(Kind::Tiff),
        _ if start.windows(5).any(|window| window == b"%PDF-") => Some(Kind::Pdf),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_decide_not_the_name() {
        assert_eq!(of(b"\x89PNG\r\n\x1a\n"), Some(Kind::Picture(ImageFormat::Png)));
        assert_eq!(of(&[0xff, 0xd8, 0xff, 0xe1]), Some(Kind::Picture(ImageFormat::Jpeg)));
        assert_eq!(of(b"\n\n%PDF-1.7"), Some(Kind::Pdf));
        assert_eq!(of(b"RIFF\x10\0\0\0WEBPVP8 "), Some(Kind::Picture(ImageFormat::WebP)));
        assert_eq!(of(b"MM\0*\0\0\0\x08"), Some(Kind::Tiff));
        assert_eq!(of(b"RIFF\x10\0\0\0WAVE"), None);
        assert_eq!(of(b"just text"), None);
        assert_eq!(of(b""), None);
    }
}
