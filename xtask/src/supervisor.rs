//! Keeps processes alive, and ends them in order.

use std::time::Duration;

use anyhow::Result;
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep},
};
use tokio_util::sync::CancellationToken;

use crate::{
    process::{Recipe, Running},
    terminal::say,
};

/// The first wait before a restart; doubled while the process keeps dying young.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
/// The longest wait before a restart.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// A process that lived this long has started well: the next pause is the first one again.
const LIVED_WELL: Duration = Duration::from_secs(10);

/// Starts processes one after the other and keeps each of them alive.
#[derive(Debug, Default)]
pub struct Supervisor {
    kept: Vec<Kept>,
}

#[derive(Debug)]
struct Kept {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Supervisor {
    /// Starts a process and keeps it alive until [`Supervisor::stop`].
    pub fn keep(&mut self, recipe: Recipe) -> Result<()> {
        let running = recipe.start()?;
        let stop = CancellationToken::new();
        let task = tokio::task::spawn(keep_alive(recipe, running, stop.clone()));
        self.kept.push(Kept { stop, task });
        Ok(())
    }

    /// Ends every process, the last started first.
    pub async fn stop(&mut self) {
        while let Some(kept) = self.kept.pop() {
            kept.stop.cancel();
            let _ = kept.task.await;
        }
    }
}

async fn keep_alive(recipe: Recipe, first: Running, stop: CancellationToken) {
    let mut running = first;
    let mut pause = FIRST_PAUSE;
    loop {
        let started = Instant::now();
        let ended = tokio::select! {
            status = running.ended() => status,
            () = stop.cancelled() => return running.stop().await,
        };
        if started.elapsed() > LIVED_WELL {
            pause = FIRST_PAUSE;
        }
        let how = ended.map_or_else(|error| error.to_string(), |status| status.to_string());
        say!("{} ended ({how}), starting it again; log: {}", recipe.name, recipe.log.display());
        running = loop {
            tokio::select! {
                () = sleep(pause) => {}
                () = stop.cancelled() => return,
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
            match recipe.start() {
                Ok(again) => break again,
                Err(error) => say!("{}: {error:#}", recipe.name),
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use nix::{
        sys::signal::{Signal, kill},
        unistd::Pid,
    };

    use super::*;
    use crate::process::line;

    fn recipe(folder: &Path, script: &str) -> Recipe {
        Recipe {
            name: "example",
            prefix: Vec::new(),
            line: line([&"sh", &"-c", &script]),
            environment: Vec::new(),
            folder: folder.to_path_buf(),
            log: folder.join("example.log"),
            stop_with: Signal::SIGTERM,
            grace: Duration::from_millis(500),
            orphaned_with: Signal::SIGKILL,
        }
    }

    fn scratch(name: &str) -> std::path::PathBuf {
        let folder = std::env::temp_dir().join(format!("autotrack-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    /// The ids that the example wrote into its log, once there are `count` of them.
    async fn pids(folder: &Path, count: usize) -> Vec<Pid> {
        for _ in 0..200 {
            let text = fs::read_to_string(folder.join("example.log")).unwrap_or_default();
            let found: Vec<_> = text.lines().map(|line| Pid::from_raw(line.parse().unwrap())).collect();
            if found.len() >= count {
                return found;
            }
            sleep(Duration::from_millis(25)).await;
        }
        panic!("the process did not start {count} times");
    }

    fn is_alive(pid: Pid) -> bool {
        kill(pid, None).is_ok()
    }

    #[tokio::test]
    async fn a_killed_process_is_started_again_and_nothing_survives_the_stop() {
        let folder = scratch("killed");
        let mut supervisor = Supervisor::default();
        supervisor.keep(recipe(&folder, "echo $$; exec sleep 60")).unwrap();
        let first = pids(&folder, 1).await[0];
        kill(first, Signal::SIGKILL).unwrap();
        let second = pids(&folder, 2).await[1];
        assert!(!is_alive(first) && is_alive(second));
        supervisor.stop().await;
        assert!(!is_alive(second));
        fs::remove_dir_all(folder).unwrap();
    }

    #[tokio::test]
    async fn what_a_dead_process_left_running_is_ended_with_it() {
        let folder = scratch("left");
        let mut supervisor = Supervisor::default();
        supervisor.keep(recipe(&folder, "sleep 60 & echo $!; echo $$; wait")).unwrap();
        let [grandchild, child] = pids(&folder, 2).await[..2] else { unreachable!("two were asked for") };
        kill(child, Signal::SIGKILL).unwrap();
        let _ = pids(&folder, 4).await;
        for _ in 0..100 {
            if !is_running(grandchild) {
                break;
            }
            sleep(Duration::from_millis(20)).await;
        }
        assert!(!is_running(grandchild));
        supervisor.stop().await;
        fs::remove_dir_all(folder).unwrap();
    }

    #[tokio::test]
    async fn a_process_that_ignores_the_wish_to_stop_is_killed_after_its_grace() {
        let folder = scratch("deaf");
        let mut supervisor = Supervisor::default();
        supervisor.keep(recipe(&folder, "trap '' TERM; echo $$; while :; do sleep 0.1; done")).unwrap();
        let pid = pids(&folder, 1).await[0];
        let asked = Instant::now();
        supervisor.stop().await;
        assert!(!is_alive(pid));
        assert!(asked.elapsed() >= Duration::from_millis(500), "it was given its grace");
        fs::remove_dir_all(folder).unwrap();
    }

    /// Alive and no zombie: a grandchild is collected by the system, whenever that is.
    fn is_running(pid: Pid) -> bool {
        let state = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        state.rsplit(')').next().is_some_and(|rest| !rest.trim().is_empty() && !rest.trim().starts_with('Z'))
    }
}
