//! What may go wrong in earnest, with real processes: each case in a short form that always runs, and in a long form with
//! the figures that are promised, which `./test --faults` runs.
//!
//! Every case ends with an audit that counts what was asked for against what was done.

mod catch_up;
mod closing;
mod crew;
mod database;
mod fairness;
mod flood;
mod growth;
mod kills;
mod kinds;
mod ledger;
mod letters;
mod poison;
mod tickets;
mod ticks;
mod zombies;

use crew::{Crew, Hand};
use kinds::{Cut, FaultEffect};

/// Says in one line what a case has shown, and fails when it does not hold.
#[expect(clippy::print_stdout, reason = "this is what the long forms are run for")]
#[track_caller]
fn verdict(case: &str, figures: &str, holds: bool) {
    println!("{case}: {figures}: {}", if holds { "holds" } else { "DOES NOT HOLD" });
    assert!(holds, "{case}: {figures}");
}
