//! Letters: rendering, transport, and the samples of every kind.
//!
//! What a letter says is in [`domain::letter`]; whether to send it is decided elsewhere.

mod compose;
mod render;
mod sample;
mod send_error;
mod sender;
mod templates;
mod transport;
mod words;

pub use compose::{ComposeError, Envelope, Message, compose};
pub use render::{RenderError, Rendered, Surroundings, render, variables};
pub use sample::{sample, sample_secret};
pub use send_error::SendError;
pub use sender::{NotASender, Sender};
pub use transport::{Accepted, BadAuthority, BadServerUrl, Transport};
