//! A real SMTP server that delivers nowhere, with a page of what it received.
//!
//! Development and tests send to it over real SMTP; [`Sink::script`] makes it answer as a bad server would.

mod fault;
mod mailbox;
mod message;
mod page;
mod sink;
mod smtp;
mod web;

pub use fault::{Fault, Step};
pub use message::Message;
pub use sink::Sink;
