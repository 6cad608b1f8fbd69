//! Makes fictitious papers with their truth, to measure reading on what nobody tuned it for.
//!
//! A layout is a page of HTML; Chromium prints it, poppler draws it, and the light of a desk falls on it.

mod inspection;
mod insurance;
mod invoice;
mod light;
mod luck;
mod make;
mod people;
mod printer;
mod registration;
mod specimen;
mod ticket;

use std::path::PathBuf;

use clap::Parser;

/// Makes fictitious papers with their truth.
#[derive(Parser)]
struct Arguments {
    /// Where to put them: `<kind>/<level>/<name>.<ext>` with a `.json` of truth beside each.
    folder: PathBuf,
    /// Papers of each layout and level.
    #[arg(long, default_value_t = 1)]
    count: u32,
    /// The same seed makes the same papers.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only this kind.
    #[arg(long)]
    kind: Option<String>,
    /// Only this layout.
    #[arg(long)]
    layout: Option<String>,
    /// Only this level: `clean`, `scan` or `photo`.
    #[arg(long)]
    level: Option<String>,
    /// Papers made at the same time.
    #[arg(long, default_value_t = 2)]
    jobs: usize,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let wanted = make::Wanted {
        count: arguments.count,
        seed: arguments.seed,
        kind: arguments.kind,
        layout: arguments.layout,
        level: arguments.level,
        jobs: arguments.jobs,
    };
    make::make(&arguments.folder, &wanted)
}
