//! The doors to the C libraries; every `unsafe` of this crate is below.

mod pix;
mod tesseract;

pub(crate) use pix::{Blot, Gray};
pub(crate) use tesseract::{Segmentation, Tesseract};
