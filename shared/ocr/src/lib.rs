//! Images and PDFs become words with boxes and confidences.
//!
//! The C libraries (Tesseract, Leptonica, poppler's tools) live behind this door only, and run in a child process
//! with limits: what kills them takes one page, never the worker.

pub mod child;

pub mod limits;
pub mod reader;
pub mod serve;
pub mod thumbnail;

mod engine;
mod native;
mod wire;

pub use child::ChildReader;
pub use limits::Limits;
pub use reader::{Paper, Progress, ReadError, Reader, Usage};
pub use serve::serve;
