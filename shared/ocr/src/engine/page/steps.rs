//! The steps that prepare a picture, and the orders in which they are tried.

use super::super::Failure;
use super::quad;
use crate::native::{Gray, Segmentation};
use crate::wire::Frame;

/// Height in pixels at which letters are read best, of those tried on the specimens.
const LETTER_HEIGHT: f32 = 15.0;
/// Another height, for a second opinion: other strokes touch, other dots vanish.
const OTHER_HEIGHT: f32 = 21.0;
/// Smallest and largest change of size: a wrong guess must not ruin a page or its cost.
const LEAST_SCALE: f32 = 0.5;
const MOST_SCALE: f32 = 1.8;
/// Changes of size smaller than this are not worth the blur.
const WORTH_SCALING: f32 = 0.12;
/// Leans smaller than this, in degrees, do not disturb Tesseract.
const LEAST_SKEW: f32 = 0.25;
/// Leptonica's confidence from which a lean is believed.
const SURE_SKEW: f32 = 3.0;

/// One step of preparing a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum Step {
    /// Cut the paper out of a photograph and straighten its perspective. The way ends where no paper stands out.
    CutOut,
    /// Make white letters on dark bands dark on white.
    Reverse,
    /// Divide out light, shadow and tint.
    Normalise,
    /// Scale so that letters have the height that Tesseract reads best.
    Size,
    /// Scale so that letters have another height than [`Step::Size`] gives them.
    OtherSize,
    /// Take out dirt between the lines.
    Clean,
    /// Level the lines.
    Level,
}

/// Steps, then how the page is cut into lines.
pub(in crate::engine) type Way = (&'static [Step], Segmentation);

/// In the order of trust: a paper that stands out is cut out; one that fills the picture is not.
pub(super) const WAYS: [Way; 3] = [
    (
        &[Step::CutOut, Step::Reverse, Step::Normalise, Step::Size, Step::Clean, Step::Level],
        Segmentation::Block,
    ),
    (&[Step::Reverse, Step::Normalise, Step::Size, Step::Clean, Step::Level], Segmentation::Block),
    (&[Step::Normalise, Step::Level], Segmentation::Column),
];

/// Ways of reading once more a page that [`WAYS`] read: other sizes make other mistakes.
pub(super) const SECOND: &[Way] = &[
    (&[Step::CutOut, Step::Reverse, Step::Normalise, Step::OtherSize, Step::Level], Segmentation::Block),
    (&[Step::Reverse, Step::Normalise, Step::OtherSize, Step::Level], Segmentation::Block),
];

/// For telling which way is up, on a picture that went through other steps before.
pub(super) const PROBE: Way = (&[Step::Level], Segmentation::Column);

/// A picture ready to be read.
pub(super) struct Prepared {
    pub(super) image: Gray,
    pub(super) frame: Frame,
    pub(super) mode: Segmentation,
}

/// The picture after the steps; `None` when one of them does not apply.
pub(super) fn prepare(image: &Gray, (steps, mode): Way) -> Result<Option<Prepared>, Failure> {
    let mut image = image.clone();
    let mut frame = Frame::IDENTITY;
    for step in steps {
        let Some((next, own)) = apply(&image, *step)? else { return Ok(None) };
        image = next;
        frame = own.then(&frame);
    }
    Ok(Some(Prepared { image, frame, mode }))
}

fn apply(image: &Gray, step: Step) -> Result<Option<(Gray, Frame)>, Failure> {
    let done = match step {
        Step::CutOut => match quad::find(image)? {
            Some(corners) => Some(cut_out(image, corners)?),
            None => None,
        },
        Step::Reverse => Some((image.bands_reversed().unwrap_or_else(|| image.clone()), Frame::IDENTITY)),
        Step::Normalise => {
            Some((image.background_normalised().ok_or_else(Failure::memory)?, Frame::IDENTITY))
        }
        Step::Size => Some((sized(image, LETTER_HEIGHT)?, Frame::IDENTITY)),
        Step::OtherSize => Some((sized(image, OTHER_HEIGHT)?, Frame::IDENTITY)),
        Step::Clean => Some((cleaned(image)?, Frame::IDENTITY)),
        Step::Level => Some(levelled(image)?),
    };
    Ok(done)
}

/// The paper within these corners (fractions), drawn at the size it has in the picture.
fn cut_out(image: &Gray, corners: [(f32, f32); 4]) -> Result<(Gray, Frame), Failure> {
    let (width, height) = (image.width() as f32, image.height() as f32);
    let pixels = corners.map(|(x, y)| (x * width, y * height));
    let side = |a: usize, b: usize| (pixels[a].0 - pixels[b].0).hypot(pixels[a].1 - pixels[b].1);
    let (w, h) = (side(0, 1).max(side(3, 2)), side(0, 3).max(side(1, 2)));
    let cut = image.straightened(pixels, w as u32, h as u32).ok_or_else(Failure::memory)?;
    Ok((cut, Frame::quadrilateral(corners)))
}

fn sized(image: &Gray, wanted: f32) -> Result<Gray, Failure> {
    let Some(height) = image.letter_height() else { return Ok(image.clone()) };
    let factor = (wanted / height).clamp(LEAST_SCALE, MOST_SCALE);
    if (factor - 1.0).abs() < WORTH_SCALING {
        return Ok(image.clone());
    }
    image.scaled(factor).ok_or_else(Failure::memory)
}

fn cleaned(image: &Gray) -> Result<Gray, Failure> {
    match image.letter_height() {
        Some(height) => image.cleaned(height).ok_or_else(Failure::memory),
        None => Ok(image.clone()),
    }
}

fn levelled(image: &Gray) -> Result<(Gray, Frame), Failure> {
    match image.skew() {
        Some((degrees, confidence)) if degrees.abs() >= LEAST_SKEW && confidence >= SURE_SKEW => {
            let radians = degrees.to_radians();
            let level = image.rotated(radians).ok_or_else(Failure::memory)?;
            let frame = Frame::rotation(radians, image.width(), image.height());
            Ok((level, frame))
        }
        _ => Ok((image.clone(), Frame::IDENTITY)),
    }
}
