//! The job consumer: reading papers, sending letters.

mod handlers;
mod reading;
mod run;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// AutoTrack's worker: takes jobs from the queues, or reads a paper from the command line.
#[derive(Parser)]
#[command(name = "autotrack-worker", version)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    run: run::RunArguments,
}

#[derive(Subcommand)]
enum Command {
    /// Read one paper and print what it says; needs no server.
    Read(reading::read::ReadArguments),
    /// Read a folder of papers whose truth is known and print how well it went.
    Bench(reading::bench::BenchArguments),
    /// Read papers for a parent process, over standard input and output.
    #[command(hide = true)]
    ReadChild,
    /// Draw the first page of a paper for a parent process.
    #[command(hide = true)]
    DrawChild(reading::draw::DrawArguments),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match arguments.command {
        // The child is one plain thread: no runtime.
        Some(Command::ReadChild) => ocr::serve(extraction::legibility).map_err(anyhow::Error::from),
        Some(Command::DrawChild(draw)) => reading::draw::serve(&draw),
        Some(Command::Read(read)) => block_on(reading::read::read(read)),
        Some(Command::Bench(bench)) => block_on(reading::bench::bench(bench)),
        None => block_on(run::run(arguments.run)),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("autotrack-worker: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn block_on(work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}
