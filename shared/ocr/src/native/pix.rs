//! Grey images, worked on by Leptonica.

use std::ptr;

use leptess::capi;

/// Leptonica's `IncorporateMode`: what a turn brings into the picture is white.
const BRING_IN_WHITE: i32 = 1;
/// Leptonica's `RotateAlgorithm`: area mapping, the one that keeps strokes smooth.
const ROTATE_AREA_MAP: i32 = 1;
/// Leptonica's raster operation that copies.
const PIX_SRC: i32 = 0xc;
/// Darker than this is ink, on evenly white paper.
const INK: i32 = 160;
/// Darker than this is a printed band; paper in a shadow is brighter.
const BAND: i32 = 90;
/// Heights of letters, in pixels.
const LETTER: std::ops::Range<i32> = 7..120;
/// Blots smaller than this share of a letter's height may be dirt: full stops are some 0.16 of it, and stand by letters.
const DIRT: f32 = 0.35;
/// How far from every sign dirt stands, in letters' heights.
const AWAY: f32 = 0.6;
/// Leptonica's `L_SELECT_IF_EITHER` and `L_SELECT_IF_GTE`.
const SELECT_IF_EITHER: i32 = 5;
const SELECT_IF_GTE: i32 = 4;
/// Widest lean looked for, in degrees: a page held in a hand.
const WIDEST_LEAN: f32 = 12.0;

/// The box of a connected blot of ink, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Blot {
    pub(crate) x: i32,
    pub(crate) y: i32,
    pub(crate) width: i32,
    pub(crate) height: i32,
}

/// A grey image of 8 bits a pixel, owned.
///
/// `None` from an operation means that Leptonica had no memory for it: sizes are checked before they get here.
pub(crate) struct Gray(*mut capi::Pix);

impl Gray {
    /// From rows of bytes without padding.
    #[expect(unsafe_code, reason = "Leptonica is C")]
    pub(crate) fn from_bytes(width: u32, height: u32, bytes: &[u8]) -> Option<Self> {
        if width == 0 || height == 0 || bytes.len() != width as usize * height as usize {
            return None;
        }
        // SAFETY: a plain constructor; null is handled by `own`.
        let image = Self::own(unsafe { capi::pixCreateNoInit(width as i32, height as i32, 8) })?;
        // SAFETY: the pix is ours alone; its data are `height` rows of `wpl` 32-bit words, and a row of `width` bytes fits in
        // `wpl * 4`. The padding is zeroed so that nothing uninitialised is read.
        unsafe {
            let stride = capi::pixGetWpl(image.0) as usize * 4;
            let data = capi::pixGetData(image.0).cast::<u8>();
            for (row, line) in bytes.chunks_exact(width as usize).enumerate() {
                let start = data.add(row * stride);
                ptr::copy_nonoverlapping(line.as_ptr(), start, line.len());
                ptr::write_bytes(start.add(line.len()), 0, stride - line.len());
            }
            capi::pixEndianByteSwap(image.0);
            capi::pixSetResolution(image.0, 300, 300);
        }
        Some(image)
    }

    /// The pixels as rows of bytes without padding.
    #[expect(unsafe_code, reason = "Leptonica is C")]
    pub(crate) fn to_bytes(&self) -> Option<Vec<u8>> {
        let (width, height) = (self.width() as usize, self.height() as usize);
        let mut bytes = Vec::with_capacity(width * height);
        // SAFETY: `pixEndianByteSwapNew` copies into a new pix (owned here); rows are `wpl * 4` bytes and at least `width`.
        unsafe {
            let swapped = Self::own(capi::pixEndianByteSwapNew(self.0))?;
            let stride = capi::pixGetWpl(swapped.0) as usize * 4;
            let data = capi::pixGetData(swapped.0).cast::<u8>();
            for row in 0..height {
                bytes.extend_from_slice(std::slice::from_raw_parts(data.add(row * stride), width));
            }
        }
        Some(bytes)
    }

    /// Width in pixels.
    #[expect(unsafe_code, reason = "Leptonica is C")]
    pub(crate) fn width(&self) -> u32 {
        // SAFETY: reads a field of a live pix.
        unsafe { capi::pixGetWidth(self.0) as u32 }
    }

    /// Height in pixels.
    #[expect(unsafe_code, reason = "Leptonica is C")]
    pub(crate) fn height(&self) -> u32 {
        // SAFETY: reads a field of a live pix.
        unsafe { capi::pixGetHeight(self.0) as u32 }
    }

    /// The same pixels, scaled; smoothed when made smaller.
    #[expect(unsafe_code, reason = "Leptonica is C")]
    pub(crate) fn scaled(&self, factor: f32) -> Option<Self> {
        // SAFETY: makes a new pix from a live one.
        Self::own(unsafe { capi::pixScale(self.0, factor, factor) })
    }

    /// Turned clockwise by 0, 90, 180 or 270 degrees.
    #[expect(unsafe_code, reason = "Leptonica is C")]
    pub(crate) fn turned(&self, degrees: u16) -> Option<Self> {
        // SAFETY: makes a new pix from a live one.
        Self::own(unsafe { capi::pixRotateOrth(self.0, i32::from(degrees / 90)) })
    }

    /// Turned clockwise by a small angle about its centre, size kept, corners filled with white.
    #[expect(unsafe_code, reason = "Leptonica is C")]
    pub(crate) fn rotated(&self, radians: f32) -> Option<Self> {
        // SAFETY: makes a new pix from a live one; width and height 0 keep the size.
        Self::own(unsafe { capi::pixRotate(self.0, radians, ROTATE_AREA_MAP, BRING_IN_WHITE, 0, 0) })
    }

    /// The part of the picture in this rectangle.
    #[expect(unsafe_code, reason = "Leptonica is C")]
    pub(crate) fn clipped(&self, x: u32, y: u32, width: u32, height: u32) -> Option<Self> {
        // SAFETY: the box is created, used and destroyed here; Leptonica clips it to the picture.
        unsafe {
            let mut frame = capi::boxCreate(x as i32, y as i32, width as i32, height as i32);
            let part = capi::pixClipRectangle(self.0, frame, ptr::null_mut());
            capi::boxDestroy(&raw mut frame);
            Self::own(part)
        }
    }

    /// The paper made evenly white: light, shadow and tint divided out.
    #[expect(unsafe_code, reason = "Leptonica is C")]
    pub(crate) fn background_normalised(&self) -> Option<Self> {
        // SAFETY: makes a new pix from a live one; no mask images.
        Self::own(unsafe { capi::pixBackgroundNormSimple(self.0, ptr::null_mut(), ptr::null_mut()) })
    }

    /// Dirt taken out: blots smaller than any sign of letters this high that stand away from every sign.
    #[expect(unsafe_code, reason = "Leptonica is C")]
    pub(crate) fn cleaned(&self, letter_height: f32) -> Option<Self> {
        let least = (letter_height * DIRT).round().max(2.0) as i32;
        let reach = 2 * (letter_height * AWAY).round() as i32 + 1;
        let none: *mut capi::Pix = ptr::null_mut();
        // SAFETY: all pictures made here are owned; `pixSetMasked` writes only into the fresh copy.
        unsafe {
            let ink = Self::own(capi::pixConvertTo1(self.0, INK))?;
            let signs = Self::own(capi::pixSelectBySize(
                ink.0,
                least,
                least,
                8,
                SELECT_IF_EITHER,
                SELECT_IF_GTE,
                none.cast(),
            ))?;
            let near = Self::own(capi::pixDilateBrick(none, signs.0, reach, reach))?;
            let dirt = Self::own(capi::pixSubtract(none, ink.0, near.0))?;
            let dirt = Self::own(capi::pixDilateBrick(none, dirt.0, 5, 5))?;
            let clean = Self::own(capi::pixCopy(none, self.0))?;
            (capi::pixSetMasked(clean.0, dirt.0, 255) == 0).then_some(clean)
        }
    }

    /// White letters on dark bands become dark letters on white; `None` too when there is no such band.
    #[expect(unsafe_code, reason = "Leptonica is C")]
    pub(crate) fn bands_reversed(&self) -> Option<Self> {
        let mut bands = ptr::null_mut();
        // SAFETY: all pictures made here are owned; the mask is null when no band was found. `pixCombineMasked` writes only into the
        // fresh copy.
        unsafe {
            let binary = Self::own(capi::pixConvertTo1(self.0, BAND))?;
            let _positive =
                Self::own(capi::pixAutoPhotoinvert(binary.0, 0, &raw mut bands, ptr::null_mut()))?;
            let bands = Self::own(bands)?;
            let negative = Self::own(capi::pixInvert(ptr::null_mut(), self.0))?;
            let mended = Self::own(capi::pixCopy(ptr::null_mut(), self.0))?;
            (capi::pixCombineMasked(mended.0, negative.0, bands.0) == 0).then_some(mended)
        }
    }

    /// How far the lines lean, in degrees to turn clockwise, with Leptonica's confidence (3 and more is sure).
    ///
    /// Leans up to [`WIDEST_LEAN`] are looked for, first coarsely on a quarter of the size.
    #[expect(unsafe_code, reason = "Leptonica is C")]
    pub(crate) fn skew(&self) -> Option<(f32, f32)> {
        let (mut angle, mut confidence) = (0.0, 0.0);
        // The middle of the page only: the edge of the paper leans its own way.
        let (width, height) = (self.width(), self.height());
        let middle = self.clipped(width / 12, height / 12, width - width / 6, height - height / 6)?;
        let (angle_out, confidence_out) = (&raw mut angle, &raw mut confidence);
        // SAFETY: the binary pix is owned here, the two floats outlive the call.
        let failed = unsafe {
            let binary = Self::own(capi::pixConvertTo1(middle.0, INK))?;
            capi::pixFindSkewSweepAndSearch(binary.0, angle_out, confidence_out, 4, 2, WIDEST_LEAN, 1.0, 0.01)
        };
        (failed == 0).then_some((angle, confidence))
    }

    /// What looks like a letter: a connected blot of ink, neither speck nor picture.
    #[expect(unsafe_code, reason = "Leptonica is C")]
    pub(crate) fn blots(&self) -> Option<Vec<Blot>> {
        let mut found = Vec::new();
        // SAFETY: the binary pix is owned here; the boxes are read within their count and destroyed.
        unsafe {
            let binary = Self::own(capi::pixConvertTo1(self.0, INK))?;
            let mut blots = capi::pixConnCompBB(binary.0, 8);
            for index in 0..capi::boxaGetCount(blots) {
                let (mut x, mut y, mut width, mut height) = (0, 0, 0, 0);
                let (left, top, wide, high) = (&raw mut x, &raw mut y, &raw mut width, &raw mut height);
                capi::boxaGetBoxGeometry(blots, index, left, top, wide, high);
                if LETTER.contains(&height) && width < 3 * height && height < 8 * width {
                    found.push(Blot { x, y, width, height });
                }
            }
            capi::boxaDestroy(&raw mut blots);
        }
        Some(found)
    }

    /// Median height of what looks like a letter, in pixels.
    pub(crate) fn letter_height(&self) -> Option<f32> {
        let mut heights: Vec<i32> = self.blots()?.iter().map(|blot| blot.height).collect();
        heights.sort_unstable();
        heights.get(heights.len() / 2).map(|height| *height as f32)
    }

    /// The quadrilateral `corners` (top left, top right, bottom right, bottom left) drawn as a full picture of this size.
    #[expect(unsafe_code, reason = "Leptonica is C")]
    pub(crate) fn straightened(&self, corners: [(f32, f32); 4], width: u32, height: u32) -> Option<Self> {
        let (w, h) = (width as f32, height as f32);
        let target = [(0.0, 0.0), (w, 0.0), (w, h), (0.0, h)];
        // SAFETY: both point lists hold four points and are destroyed here. The transform keeps the size of its source, so the
        // source is first copied onto a canvas large enough for the target.
        unsafe {
            let canvas = Self::own(capi::pixCreate(
                width.max(self.width()) as i32,
                height.max(self.height()) as i32,
                8,
            ))?;
            capi::pixSetAll(canvas.0);
            let (sw, sh) = (self.width() as i32, self.height() as i32);
            capi::pixRasterop(canvas.0, 0, 0, sw, sh, PIX_SRC, self.0, 0, 0);
            let mut from = points(&corners);
            let mut to = points(&target);
            let moved = capi::pixProjectivePtaGray(canvas.0, to, from, 255);
            capi::ptaDestroy(&raw mut from);
            capi::ptaDestroy(&raw mut to);
            Self::own(moved)?.clipped(0, 0, width, height)
        }
    }

    /// One more reference to the same picture, for a callee that takes a raw one.
    pub(super) fn as_raw(&self) -> *mut capi::Pix {
        self.0
    }

    #[expect(unsafe_code, reason = "Leptonica is C")]
    fn own(raw: *mut capi::Pix) -> Option<Self> {
        if raw.is_null() {
            return None;
        }
        let image = Self(raw);
        // SAFETY: reads a field of a live pix.
        let depth = unsafe { capi::pixGetDepth(image.0) };
        debug_assert!(depth == 8 || depth == 1, "grey or binary, got {depth} bits");
        Some(image)
    }
}

/// A Leptonica point list; null when there is no memory, which every user of one checks.
#[expect(unsafe_code, reason = "Leptonica is C")]
fn points(list: &[(f32, f32)]) -> *mut capi::Pta {
    // SAFETY: a constructor, then appends to what it made; both accept null.
    unsafe {
        let made = capi::ptaCreate(list.len() as i32);
        for (x, y) in list {
            capi::ptaAddPt(made, *x, *y);
        }
        made
    }
}

impl Clone for Gray {
    #[expect(unsafe_code, reason = "Leptonica is C")]
    fn clone(&self) -> Self {
        // SAFETY: counts one more reference; nothing here writes to a picture once made.
        Self(unsafe { capi::pixClone(self.0) })
    }
}

impl Drop for Gray {
    #[expect(unsafe_code, reason = "Leptonica is C")]
    fn drop(&mut self) {
        // SAFETY: gives back the one reference that this value owns.
        unsafe { capi::pixDestroy(&raw mut self.0) }
    }
}
