//! What people read. A terminal that was closed must not keep anything from being stopped in order, so what cannot be
//! written is dropped.

use std::{fmt, io::Write as _};

/// Writes a line, as `println!` does.
macro_rules! say {
    ($($words:tt)*) => { $crate::terminal::line(format_args!($($words)*)) };
}
pub(crate) use say;

/// Writes a line.
pub fn line(words: fmt::Arguments<'_>) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{words}").and_then(|()| out.flush());
}

/// Writes what went wrong, with its causes.
pub fn complaint(error: &anyhow::Error) {
    let _ = writeln!(std::io::stderr(), "error: {error:#}");
}
