//! `./dev`: the whole product on this machine.

mod commands;
mod demonstration;
mod detach;
mod product;
mod report;
mod settings;
mod start;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};

use crate::checkout::Checkout;

#[derive(Args)]
#[command(
    args_conflicts_with_subcommands = true,
    override_usage = "./dev [--detach | --stop | --once]\n       ./dev psql | logs [NAME] | reset"
)]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    mode: Mode,
}

/// How to run; without any of these in the foreground, until Ctrl-C.
#[derive(Args, Debug, Clone, Copy, Default)]
#[group(multiple = false)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag on the command line")]
struct Mode {
    /// Return when everything is ready, and leave it running
    #[arg(long)]
    detach: bool,
    /// End what `--detach` left running
    #[arg(long)]
    stop: bool,
    /// Stop after the demonstration
    #[arg(long)]
    once: bool,
    /// The process that `--detach` leaves running
    #[arg(long, hide = true)]
    detached: bool,
}

#[derive(Subcommand)]
enum Command {
    /// A SQL prompt on the development database
    Psql {
        /// Handed on to psql
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Follow the logs, or one of them: api, worker, scheduler, postgres, redis, dev
    Logs {
        /// Which log
        name: Option<String>,
    },
    /// Throw all development data away
    Reset,
}

/// Runs what the arguments ask for.
pub async fn run(checkout: &Checkout, arguments: Arguments) -> Result<ExitCode> {
    let mode = arguments.mode;
    match arguments.command {
        Some(Command::Psql { arguments }) => commands::psql(checkout, &arguments),
        Some(Command::Logs { name }) => commands::logs(checkout, name.as_deref()),
        Some(Command::Reset) => commands::reset(checkout).await,
        None if mode.stop => detach::stop(checkout).await,
        None if mode.detach => detach::detach(checkout).await,
        None => start::start(checkout, mode).await,
    }
}
