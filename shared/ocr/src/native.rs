//! The doors to the C libraries; every `unsafe` of this crate is below.

mod pix;
mod tesseract;
mod webp;

pub(crate) use pix::{Blot, Gray};
pub(crate) use tesseract::{Segmentation, Tesseract};
pub(crate) use webp::webp;
