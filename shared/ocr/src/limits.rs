//! How much a page may take.

use std::time::Duration;

use nix::sys::resource::{Resource, UsageWho, getrlimit, getrusage, setrlimit};
use serde::{Deserialize, Serialize};

use crate::reader::Usage;

/// The limits of a reading child.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Most memory of its own that the child, or a tool it calls, may hold.
    pub memory_bytes: u64,
    /// Most processor seconds for one page.
    pub page_cpu_seconds: u64,
    /// Most time without a word from the child. Far above the processor limit: a busy machine is not the paper's fault, so this
    /// ends only a child that waits for ever, which counts as a crash.
    pub silence: Duration,
    /// Pages after which the child is replaced.
    pub pages_per_child: u32,
    /// Most pages of one paper.
    pub max_pages: u32,
    /// Most pixels of one page.
    pub max_pixels: u64,
    /// Tesseract's language models, such as `fra+eng`.
    pub languages: String,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory_bytes: 1 << 30,
            page_cpu_seconds: 10,
            silence: Duration::from_mins(3),
            pages_per_child: 300,
            max_pages: domain::document::MAX_PAGES,
            max_pixels: domain::document::MAX_PIXELS,
            languages: "fra".to_owned(),
        }
    }
}

/// Puts this process under the limits that hold for its whole life: memory, and no core dumps.
pub(crate) fn confine(limits: &Limits) -> nix::Result<()> {
    setrlimit(Resource::RLIMIT_DATA, limits.memory_bytes, limits.memory_bytes)?;
    setrlimit(Resource::RLIMIT_CORE, 0, 0)
}

/// Gives this process `seconds` more of processor time; past them the kernel ends it with SIGXCPU.
pub(crate) fn grant_cpu(seconds: u64) -> nix::Result<()> {
    let used = cpu_seconds(UsageWho::RUSAGE_SELF)?.ceil() as u64;
    let (_, hard) = getrlimit(Resource::RLIMIT_CPU)?;
    setrlimit(Resource::RLIMIT_CPU, (used + seconds).min(hard), hard)
}

/// What this process and the tools it called have taken so far.
pub(crate) fn usage() -> Usage {
    let cpu = [UsageWho::RUSAGE_SELF, UsageWho::RUSAGE_CHILDREN].map(|who| cpu_seconds(who).unwrap_or(0.0));
    let peak = [UsageWho::RUSAGE_SELF, UsageWho::RUSAGE_CHILDREN]
        .map(|who| getrusage(who).map_or(0, |usage| usage.max_rss() as u64));
    Usage { cpu_seconds: cpu[0] + cpu[1], peak_kib: peak[0].max(peak[1]) }
}

fn cpu_seconds(who: UsageWho) -> nix::Result<f64> {
    let usage = getrusage(who)?;
    let seconds = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    Ok(seconds(usage.user_time()) + seconds(usage.system_time()))
}
