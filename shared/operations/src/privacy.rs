//! What a person may ask about their account as a whole (GDPR, articles 7, 15, 17 and 20), and accounts nobody uses.

mod consents;
mod csv_of;
mod erased;
mod erasure;
mod exports;
mod unused;

pub use consents::set_consents;
pub(crate) use csv_of::cell;
pub use erased::{Closing, close, enqueue_due, erase};
pub use erasure::{Asked, ErasureError, ask_erasure, cancel_erasure, erase_now};
pub use exports::{
    BuildError, Built, ask_export, build_export, export_given_up, keep_export, remove_expired,
};
pub use unused::check_unused;
