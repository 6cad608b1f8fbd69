//! `./test`: everything that must hold before a change is done.

mod bench;
mod browser;
mod cargo;
mod database;
mod faults;
mod lanes;
mod linkage;
mod openapi;
mod programs;
mod queries;
mod redocly;
mod scripts;
mod step;
mod tally;

use std::{fs, process::ExitCode};

use anyhow::Result;
use clap::Args;
use tokio::time::Instant;

use crate::{
    checkout::Checkout,
    lock::Lock,
    services::{Purpose, Services},
    signals::StopSignals,
    terminal::say,
    walls,
};
use cargo::Cargo;
use queries::Compile;
use step::{Outcome, Step};
use tally::Tally;

#[derive(Args)]
#[command(override_usage = "./test [STEP]... [-p CRATE]... [PART OF A TEST'S NAME] [--write] [--faults]")]
pub struct Arguments {
    /// Write the generated files (.sqlx, api/openapi.json) instead of comparing them
    #[arg(long)]
    write: bool,
    /// Run the long forms of the fault suite, or those whose name holds a part: it takes an hour
    #[arg(long)]
    faults: bool,
    /// Only the tests of this crate; may be repeated
    #[arg(short = 'p', long = "package")]
    packages: Vec<String>,
    /// Steps (fmt, walls, scripts, queries, clippy, build, linkage, openapi, redocly, tests, browser, bench, faults), or part of a test's name
    words: Vec<String>,
}

/// Runs the steps one after the other; a failed one does not keep the next from being tried.
pub async fn run(checkout: &Checkout, arguments: Arguments) -> Result<ExitCode> {
    fs::create_dir_all(checkout.log())?;
    let _lock = match Lock::take(&checkout.dev().join("test.lock"))? {
        Ok(lock) => lock,
        Err(holder) => {
            say!("./test runs already here (process {}).", holder.pid.unwrap_or_default());
            return Ok(ExitCode::FAILURE);
        }
    };
    let mut signals = StopSignals::listen()?;
    let mut run = Run::new(checkout, arguments);
    let outcome = tokio::select! {
        outcome = run.steps() => outcome,
        () = signals.wait() => {
            say!("\nStopping…");
            Ok(ExitCode::FAILURE)
        }
    };
    if let Some(services) = run.services.take() {
        services.stop().await;
    }
    outcome
}

/// One run and what came of it.
struct Run<'a> {
    checkout: &'a Checkout,
    arguments: Arguments,
    steps: Vec<Step>,
    filters: Vec<String>,
    services: Option<Services>,
    tally: Tally,
}

impl<'a> Run<'a> {
    fn new(checkout: &'a Checkout, mut arguments: Arguments) -> Self {
        if arguments.faults {
            arguments.words.push(Step::Faults.name().to_owned());
        }
        let (steps, filters) =
            step::choose(&arguments.words, !arguments.packages.is_empty(), arguments.write);
        Self { checkout, arguments, steps, filters, services: None, tally: Tally::default() }
    }

    async fn steps(&mut self) -> Result<ExitCode> {
        let began = Instant::now();
        let mut report = step::Report::default();
        for step in self.steps.clone() {
            say!("\n== {}: {}", step.name(), step.about());
            let at = Instant::now();
            let outcome = self.step(step).await.unwrap_or_else(|error| Outcome::Failed(format!("{error:#}")));
            if let Outcome::Failed(why) = &outcome {
                say!("{why}");
            }
            report.add(step, outcome, at.elapsed());
        }
        report.print(began.elapsed());
        say!("{} passed, {} failed", self.tally.passed, self.tally.failed);
        Ok(if report.all_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    async fn step(&mut self, step: Step) -> Result<Outcome> {
        let cargo = Cargo::new(self.checkout);
        match step {
            Step::Fmt => cargo.run(&["fmt", "--all", "--check"]).await,
            Step::Walls => {
                let breaches = walls::breaches(self.checkout).await?;
                let list: Vec<String> = breaches.iter().map(ToString::to_string).collect();
                Ok(Outcome::from_problems(&list))
            }
            Step::Scripts => scripts::check(self.checkout).await,
            Step::Queries => {
                let (checkout, write) = (self.checkout, self.arguments.write);
                let lints = !write && self.steps.contains(&Step::Clippy);
                let compile = if lints { Compile::WithLints } else { Compile::Alone };
                queries::check(checkout, self.services().await?, compile, write).await
            }
            Step::Clippy => cargo.run(&cargo::CLIPPY).await,
            // The end-to-end suite starts the programs, so they are built with the tests.
            Step::Build => cargo.run(&["build", "--locked", "--workspace", "--all-targets"]).await,
            Step::Linkage => linkage::check(self.checkout).await,
            Step::Openapi => openapi::check(self.checkout, self.arguments.write).await,
            Step::Redocly => redocly::check(self.checkout).await,
            Step::Bench => bench::run(self.checkout, self.services().await?).await,
            Step::Faults => {
                self.services().await?;
                let services = self.services.as_ref().expect("they have just been started");
                faults::run(self.checkout, services, &self.filters, &mut self.tally).await
            }
            Step::Tests => {
                let cargo = self.with_services(cargo).await?;
                lanes::run(&cargo, &self.arguments.packages, &self.filters, &mut self.tally).await
            }
            Step::Browser => {
                let cargo = self.with_services(cargo).await?;
                browser::look(&cargo, &mut self.tally).await
            }
        }
    }

    /// Cargo, with what tests need.
    async fn with_services(&mut self, cargo: Cargo) -> Result<Cargo> {
        let services = self.services().await?;
        Ok(cargo
            .with("DATABASE_URL", &services.database_url("postgres"))
            .with("REDIS_URL", &services.redis_url())
            .with("OMP_THREAD_LIMIT", "1"))
    }

    /// The services of this run, started when first needed.
    async fn services(&mut self) -> Result<&Services> {
        if self.services.is_none() {
            self.services.insert(Services::new(self.checkout, Purpose::Test)?).start().await?;
        }
        Ok(self.services.as_ref().expect("it has just been started"))
    }
}
