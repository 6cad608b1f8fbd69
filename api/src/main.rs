//! Starts the API server, or does one of the small jobs around it.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use api::commands;

/// The AutoTrack API.
#[derive(Parser)]
#[command(name = "autotrack-api", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API (the default).
    Serve,
    /// Bring the database to the schema of this build.
    Migrate,
    /// Print the API document.
    Openapi,
    /// Fill a development database with demonstration data.
    Seed {
        /// The folder of the specimens.
        specimens: PathBuf,
    },
    /// The audit log.
    Audit {
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// Staff accounts.
    Staff {
        #[command(subcommand)]
        command: StaffCommand,
    },
}

#[derive(Subcommand)]
enum AuditCommand {
    /// Walk the chain that its rows hang in, to the end or to the first break.
    Verify,
}

#[derive(Subcommand)]
enum StaffCommand {
    /// Make a staff account, or make an account staff; the password is read from standard input.
    Add {
        /// The account's e-mail address.
        address: String,
        /// May also do what cannot be undone: erase accounts, and change those of colleagues.
        #[arg(long)]
        superuser: bool,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Arguments::parse().command.unwrap_or(Command::Serve) {
        Command::Serve => commands::serve().await,
        Command::Migrate => commands::migrate().await,
        Command::Openapi => commands::print_document(),
        Command::Seed { specimens } => commands::seed(&specimens).await,
        Command::Audit { command: AuditCommand::Verify } => commands::verify_audit().await,
        Command::Staff { command: StaffCommand::Add { address, superuser } } => {
            commands::add_staff(&address, superuser).await
        }
    }
}
