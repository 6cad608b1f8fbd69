//! Poppler's tools, called under the child's own limits.

use std::ffi::OsStr;
use std::io;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Command, Output, Stdio};

use domain::document::FailureReason;
use nix::sys::prctl;
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::Signal;

use super::Failure;

/// What a tool said.
pub(crate) struct Said {
    pub(crate) success: bool,
    pub(crate) output: Vec<u8>,
    pub(crate) errors: String,
}

/// Runs a tool to its end. Memory is limited as for this process, processor time by `cpu_seconds`; it dies with this process.
pub(crate) fn run<I>(name: &str, arguments: I, cpu_seconds: u64) -> Result<Said, Failure>
where
    I: IntoIterator,
    I::Item: AsRef<OsStr>,
{
    let mut command = Command::new(name);
    command.args(arguments).stdin(Stdio::null());
    limited(&mut command, cpu_seconds);
    let Output { status, stdout, stderr } =
        command.output().map_err(|error| Failure::Fault(format!("{name}: {error}")))?;
    let errors = String::from_utf8_lossy(&stderr).into_owned();
    let out_of_memory = errors.contains("bad_alloc") || errors.contains("Out of memory");
    match status.signal() {
        _ if out_of_memory => Err(Failure::memory()),
        Some(signal) if signal == Signal::SIGXCPU as i32 => Err(Failure::Verdict(FailureReason::TooComplex)),
        Some(signal) => Err(Failure::Fault(format!("{name} ended by signal {signal}"))),
        None => Ok(Said { success: status.success(), output: stdout, errors }),
    }
}

#[expect(unsafe_code, reason = "limits must be set between fork and exec")]
fn limited(command: &mut Command, cpu_seconds: u64) {
    // SAFETY: the closure makes two system calls and allocates nothing, so it is safe after fork.
    unsafe {
        command.pre_exec(move || {
            prctl::set_pdeathsig(Signal::SIGKILL).map_err(io::Error::from)?;
            setrlimit(Resource::RLIMIT_CPU, cpu_seconds, cpu_seconds + 1).map_err(io::Error::from)
        });
    }
}
