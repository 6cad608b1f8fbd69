//! What processes and the whole machine have used, as Linux counts it.

use std::fs;

use anyhow::Context as _;

/// A look at the counters.
pub struct Machine {
    /// Processor seconds of some processes together.
    pub programs_s: f64,
    /// Processor seconds of everything.
    pub all_s: f64,
    /// Resident memory of the largest of the processes.
    pub largest_mb: f64,
}

/// Linux counts in hundredths wherever this runs (`getconf CLK_TCK`).
const TICKS: f64 = 100.0;

impl Machine {
    /// Looks now.
    pub fn look(programs: &[u32]) -> anyhow::Result<Self> {
        let (mut programs_s, mut largest_mb) = (0.0, 0.0_f64);
        for id in programs {
            programs_s += process_ticks(&fs::read_to_string(format!("/proc/{id}/stat"))?)? / TICKS;
            largest_mb = largest_mb.max(resident_mb(&fs::read_to_string(format!("/proc/{id}/status"))?)?);
        }
        let all_s = machine_ticks(&fs::read_to_string("/proc/stat")?)? / TICKS;
        Ok(Self { programs_s, all_s, largest_mb })
    }
}

/// `utime` and `stime`, the 14th and 15th field; the second one may hold spaces, in parentheses.
fn process_ticks(stat: &str) -> anyhow::Result<f64> {
    let (_, rest) = stat.rsplit_once(')').context("the name of a program stands in parentheses")?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    Ok(fields.get(11).context("utime")?.parse::<f64>()? + fields.get(12).context("stime")?.parse::<f64>()?)
}

fn resident_mb(status: &str) -> anyhow::Result<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<f64>()? / 1024.0)
}

/// Everything but idle and waiting for disks.
fn machine_ticks(stat: &str) -> anyhow::Result<f64> {
    let line = stat
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("cpu "))
        .context("the line of all processors")?;
    let fields: Vec<f64> = line.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    Ok(fields.iter().take(8).sum::<f64>()
        - fields.get(3).context("idle")?
        - fields.get(4).context("iowait")?)
}
