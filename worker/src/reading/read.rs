//! `autotrack-worker read FILE`: what a paper says, without any server.

use std::io::{self, Write as _};
use std::path::PathBuf;

use anyhow::{anyhow, bail};
use clap::Args;
use domain::analysis::{Analysis, Field};
use domain::document::{DocumentKind, FailureReason};
use ocr::{Limits, Paper, ReadError};
use serde_json::Value;

use super::{child_reader, pipeline};

/// What to read.
#[derive(Debug, Args)]
pub struct ReadArguments {
    /// A PNG, JPEG, WebP, TIFF or PDF file.
    file: PathBuf,
    /// What the paper is, such as `registration`; detected when not given.
    #[arg(long, value_parser = kind)]
    kind: Option<DocumentKind>,
    /// Print the whole analysis as JSON.
    #[arg(long)]
    json: bool,
}

/// Reads the file and prints what it says.
///
/// # Errors
/// The reason, in plain words, when the paper cannot be read.
pub async fn read(arguments: ReadArguments) -> anyhow::Result<()> {
    let mut reader = child_reader(Limits::default())?;
    let paper = Paper::File(&arguments.file);
    let analysis = match pipeline::analyze(&mut reader, paper, arguments.kind, &mut |_| {}).await {
        Ok(analysis) => analysis,
        Err(ReadError::Verdict(reason)) => {
            bail!("{}: {} ({reason})", arguments.file.display(), in_words(reason))
        }
        Err(ReadError::Crashed(why)) => bail!("{}: the reader crashed: {why}", arguments.file.display()),
    };
    let mut out = io::stdout().lock();
    if arguments.json {
        serde_json::to_writer_pretty(&mut out, &analysis)?;
        writeln!(out)?;
    } else {
        table(&mut out, &analysis)?;
    }
    Ok(())
}

fn table(out: &mut impl io::Write, analysis: &Analysis) -> io::Result<()> {
    let Analysis { document_type, status, pages, engine, engine_version, .. } = analysis;
    writeln!(out, "{document_type}, {status:?}, {pages} page(s), read by {engine} {engine_version}")?;
    writeln!(out, "{:<14} {:<44} {:>5}  page  evidence", "field", "value", "sure")?;
    for Field { key, value, confidence, page, evidence, .. } in &analysis.fields {
        let value = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        writeln!(
            out,
            "{key:<14} {value:<44} {:>4.0}%  {page:>4}  {}",
            confidence * 100.0,
            evidence.join(", ")
        )?;
    }
    for warning in &analysis.warnings {
        writeln!(out, "! {} {}", warning.code, warning.field.as_deref().unwrap_or_default())?;
    }
    Ok(())
}

/// A kind by its word in the contract.
pub(super) fn kind(word: &str) -> Result<DocumentKind, anyhow::Error> {
    DocumentKind::from_word(word).ok_or_else(|| {
        let known: Vec<_> = DocumentKind::ALL.iter().map(|kind| kind.as_str()).collect();
        anyhow!("not a kind of paper; known are {}", known.join(", "))
    })
}

fn in_words(reason: FailureReason) -> &'static str {
    match reason {
        FailureReason::Damaged => "the file is damaged or cut off",
        FailureReason::PasswordProtected => "the PDF asks for a password",
        FailureReason::TooManyPages => "it has more pages than the 50 that are read",
        FailureReason::TooLarge => "a page has more than 40 megapixels",
        FailureReason::TooComplex => "a page took more time or memory than it may",
        FailureReason::Unsupported => "it is no PNG, JPEG, WebP, TIFF or PDF",
        FailureReason::NothingToRead => "there is nothing to read on it",
        FailureReason::FileMissing => "there is no such file",
        FailureReason::Internal => "the reader failed again and again",
    }
}
