//! WebP (RFC 9649, section 2.7).

use bytes::{Bytes, BytesMut};
use img_parts::riff::{RiffChunk, RiffContent};
use img_parts::webp::{self, WebP};
use img_parts::{ImageEXIF as _, webp::CHUNK_VP8X};

use crate::Refusal;

/// What is needed to show the picture.
const KEPT: [[u8; 4]; 5] =
    [CHUNK_VP8X, webp::CHUNK_VP8, webp::CHUNK_VP8L, webp::CHUNK_ALPH, webp::CHUNK_ICCP];
/// Bits of the header's flags that stand for chunks that are left out: Exif, XMP, animation.
const LEFT_OUT: u8 = 0b0000_1110;

/// The picture without XMP, unknown chunks and Exif but for the orientation, and without anything after its end.
///
/// # Errors
/// A picture that moves is no paper.
pub fn webp(mut image: WebP) -> Result<Bytes, Refusal> {
    if image.has_chunk(webp::CHUNK_ANIM) || image.has_chunk(webp::CHUNK_ANMF) {
        return Err(Refusal::Unsupported);
    }
    if !image.has_chunk(webp::CHUNK_VP8) && !image.has_chunk(webp::CHUNK_VP8L) {
        return Err(Refusal::Damaged);
    }
    let turned = image.exif().and_then(|exif| super::turned(&exif));
    image.chunks_mut().retain(|chunk| KEPT.contains(&chunk.id()));
    for header in image.chunks_mut().iter_mut().filter(|chunk| chunk.id() == CHUNK_VP8X) {
        clear_flags(header);
    }
    if let Some(orientation) = turned {
        image.set_exif(Some(super::orientation_block(orientation).into()));
    }
    Ok(image.encoder().bytes())
}

fn clear_flags(header: &mut RiffChunk) {
    if let RiffContent::Data(data) = header.content_mut() {
        let mut flags = BytesMut::from(&data[..]);
        if let Some(first) = flags.first_mut() {
            *first &= !LEFT_OUT;
        }
        *data = flags.freeze();
    }
}
