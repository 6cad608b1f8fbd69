//! PNG (W3C recommendation, third edition, chapter 11).

use bytes::Bytes;
use img_parts::png::{Png, PngChunk};

/// What is needed to show the picture: the critical chunks, transparency, colour and resolution.
const KEPT: [&[u8; 4]; 12] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP",
    b"pHYs",
];

/// The picture without texts, times, further pictures and Exif but for the orientation, and without anything after
/// its end.
pub fn png(mut image: Png) -> Bytes {
    let exif = image.chunk_by_type(*b"eXIf").and_then(|chunk| super::turned(chunk.contents()));
    let chunks = image.chunks_mut();
    chunks.retain(|chunk| KEPT.contains(&&chunk.kind()));
    if let Some(orientation) = exif {
        let block = super::orientation_block(orientation);
        chunks.insert(1.min(chunks.len()), PngChunk::new(*b"eXIf", block.into()));
    }
    image.encoder().bytes()
}
