//! Colour pictures become WebP, by Leptonica: small for photographs, which Rust's own writer keeps without loss only.

use std::ptr;

use image::RgbImage;
use leptess::capi;

/// Of 100; text stays legible and a page of 512 pixels has some 20 KB.
const QUALITY: i32 = 75;

/// The picture as WebP; nothing when Leptonica was built without it, or has no memory.
#[expect(unsafe_code, reason = "Leptonica is C")]
pub(crate) fn webp(picture: &RgbImage) -> Option<Vec<u8>> {
    let (width, height) = (i32::try_from(picture.width()).ok()?, i32::try_from(picture.height()).ok()?);
    // SAFETY: the pix is made, filled and destroyed here. Its data are `height` rows of `wpl` words, one word a pixel with red
    // in the highest byte. What the writer allocates is copied and freed; `data` is null unless it succeeded.
    unsafe {
        let mut pix = capi::pixCreate(width, height, 32);
        if pix.is_null() {
            return None;
        }
        let (words, stride) = (capi::pixGetData(pix), capi::pixGetWpl(pix) as usize);
        for (row, line) in picture.rows().enumerate() {
            for (column, pixel) in line.enumerate() {
                let [red, green, blue] = pixel.0;
                *words.add(row * stride + column) = u32::from_be_bytes([red, green, blue, u8::MAX]);
            }
        }
        let (mut data, mut size) = (ptr::null_mut(), 0);
        let failed = capi::pixWriteMemWebP(&raw mut data, &raw mut size, pix, QUALITY, 0);
        capi::pixDestroy(&raw mut pix);
        if data.is_null() {
            return None;
        }
        let bytes = std::slice::from_raw_parts(data, size).to_vec();
        capi::lept_free(data.cast());
        (failed == 0).then_some(bytes)
    }
}
