//! The child's side: reads papers for as long as its parent lives.

use std::io;
use std::sync::mpsc;
use std::thread;

use domain::reading::ReadPage;

use crate::engine::{Engine, Failure};
use crate::limits::{self, Limits};
use crate::reader::Usage;
use crate::wire::{self, Reply, Request};

/// How much of a page makes sense, for choosing between two ways of reading it; more is better.
pub type Legibility = fn(&ReadPage) -> f32;

/// Answers requests on standard input until it closes.
///
/// # Errors
/// When the parent says something that is no request, or a limit cannot be set.
pub fn serve(legibility: Legibility) -> io::Result<()> {
    let requests = listen();
    let Ok(Request::Start(limits)) = requests.recv() else {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the first message must set the limits"));
    };
    limits::confine(&limits)?;
    let mut engine = Engine::new(limits.clone(), legibility);
    while let Ok(request) = requests.recv() {
        let reply = answer(&mut engine, &limits, request)?;
        wire::send(&mut io::stdout().lock(), &reply)?;
    }
    Ok(())
}

fn answer(engine: &mut Engine, limits: &Limits, request: Request) -> io::Result<Reply> {
    let before = limits::usage();
    let result = match request {
        Request::Start(_) => Err(Failure::Fault("limits are set once".to_owned())),
        Request::Read(path) => {
            let mut report = |progress| {
                limits::grant_cpu(limits.page_cpu_seconds)?;
                wire::send(&mut io::stdout().lock(), &Reply::Progress(progress))
            };
            engine
                .read(&path, &mut report)
                .map(|(reading, frames)| Reply::Reading(reading, frames, since(before)))
        }
        Request::Again => {
            limits::grant_cpu(limits.page_cpu_seconds)?;
            engine.read_again().map(|reading| Reply::Again(reading, since(before)))
        }
        Request::Zones(zones) => {
            limits::grant_cpu(limits.page_cpu_seconds)?;
            engine.read_zones(&zones).map(|readings| Reply::Zones(readings, since(before)))
        }
    };
    Ok(result.unwrap_or_else(|failure| match failure {
        Failure::Verdict(reason) => Reply::Verdict(reason),
        Failure::Fault(why) => Reply::Fault(why),
    }))
}

fn since(before: Usage) -> Usage {
    let now = limits::usage();
    Usage { cpu_seconds: now.cpu_seconds - before.cpu_seconds, peak_kib: now.peak_kib }
}

/// Hears requests on a thread of its own, so that the parent's death (end of input) ends this process even in the middle of a page.
/// A death signal would do the same, but the kernel ties it to the parent's *thread*, and async runtimes retire theirs.
fn listen() -> mpsc::Receiver<Request> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut input = io::stdin().lock();
        while let Ok(request) = wire::receive(&mut input) {
            if sender.send(request).is_err() {
                return;
            }
        }
        std::process::exit(0);
    });
    receiver
}
