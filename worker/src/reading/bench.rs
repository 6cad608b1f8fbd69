//! `autotrack-worker bench DIR`: how right and how fast, on papers whose truth is known.

mod papers;
mod plain;
mod score;
mod table;

use std::io::{self, Write as _};
use std::path::PathBuf;

use anyhow::ensure;
use clap::Args;
use extraction::compare;
use ocr::{Limits, Paper, Reader as _};

use super::{child_reader, pipeline};
use papers::Specimen;
use score::Outcome;

/// What to measure.
#[derive(Debug, Args)]
pub struct BenchArguments {
    /// A folder with papers and their truth: `X.png` and `X.json`, folders below included.
    folder: PathBuf,
    /// Name each field that was not read right.
    #[arg(long)]
    misses: bool,
    /// Tell each paper its kind instead of having it detected.
    #[arg(long)]
    tell_kind: bool,
    /// Leave out the comparison with the plain `tesseract` command.
    #[arg(long)]
    no_plain: bool,
}

/// Reads every paper of the folder and prints how it went.
///
/// # Errors
/// When the folder holds no paper with a truth file, or the reader crashes twice on one paper.
pub async fn bench(arguments: BenchArguments) -> anyhow::Result<()> {
    let specimens = papers::find(&arguments.folder)?;
    ensure!(!specimens.is_empty(), "{}: no paper with a truth file", arguments.folder.display());
    let mut reader = child_reader(Limits::default())?;
    reader.warm_up().await?;
    let mut outcomes = Vec::new();
    for (index, specimen) in specimens.into_iter().enumerate() {
        tell(index, &specimen);
        let kind = arguments.tell_kind.then_some(specimen.truth.kind);
        let paper = Paper::File(&specimen.file);
        let result = pipeline::analyze(&mut reader, paper, kind, &mut |_| {}).await;
        let usage = reader.usage();
        outcomes.push(Outcome::of(specimen, result, usage, compare::compare));
    }
    let mut out = io::stdout().lock();
    table::accuracy(&mut out, &outcomes)?;
    table::fields(&mut out, &outcomes)?;
    if arguments.misses {
        table::misses(&mut out, &outcomes)?;
    }
    table::speed(&mut out, &outcomes)?;
    if !arguments.no_plain {
        table::ratio(&mut out, &plain::measure(&outcomes)?)?;
    }
    Ok(())
}

fn tell(index: usize, specimen: &Specimen) {
    let mut err = io::stderr().lock();
    // Progress is a courtesy: a closed terminal must not end the measure.
    let _ = writeln!(err, "{:>4} {}", index + 1, specimen.file.display());
}
