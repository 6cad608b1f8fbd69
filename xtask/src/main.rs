//! The project's own tasks: `./dev`, `./test`, the walls between the crates, the generated files.

mod checkout;
mod dev;
mod http;
mod lock;
mod ports;
mod process;
mod services;
mod signals;
mod supervisor;
mod terminal;
mod test;
mod walls;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::checkout::Checkout;

#[derive(Parser)]
#[command(name = "xtask", about = "The project's own tasks")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Run the whole product on this machine
    Dev(dev::Arguments),
    /// Check everything, against a PostgreSQL and a Redis of its own
    Test(test::Arguments),
}

/// One thread on purpose: the kernel ends a child when the *thread* that started it ends, so only the main one may.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    run(arguments.task).await.unwrap_or_else(|error| {
        terminal::complaint(&error);
        ExitCode::FAILURE
    })
}

async fn run(task: Task) -> Result<ExitCode> {
    let checkout = Checkout::here()?;
    match task {
        Task::Dev(arguments) => dev::run(&checkout, arguments).await,
        Task::Test(arguments) => test::run(&checkout, arguments).await,
    }
}
