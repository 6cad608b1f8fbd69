//! Child processes that never outlive this one.

use std::{
    ffi::{OsStr, OsString},
    fs::{File, OpenOptions},
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result};
use nix::{
    sys::signal::{Signal, kill, killpg},
    unistd::Pid,
};
use tokio::{
    process::{Child, Command},
    time::timeout,
};

/// How to start, and how to end, one kind of process.
#[derive(Debug, Clone)]
pub struct Recipe {
    /// What people call it; also the name of its log.
    pub name: &'static str,
    /// Words that go before the program to change its account.
    pub prefix: Vec<OsString>,
    /// The program and its arguments.
    pub line: Vec<OsString>,
    /// Settings, beside those of this process.
    pub environment: Vec<(String, String)>,
    /// Where it starts.
    pub folder: PathBuf,
    /// Where its output goes.
    pub log: PathBuf,
    /// What asks it to end.
    pub stop_with: Signal,
    /// How long it may take to end before it is killed.
    pub grace: Duration,
    /// What ends it when this process is killed.
    pub orphaned_with: Signal,
}

/// A started process, at the head of its own process group.
#[derive(Debug)]
pub struct Running {
    recipe: Recipe,
    child: Child,
    pid: Pid,
}

impl Recipe {
    /// Starts the process.
    pub fn start(&self) -> Result<Running> {
        let (log, also) = log_file(&self.log)?;
        let mut command = with_death_signal(&self.prefix, &self.line, self.orphaned_with);
        command
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(also)
            .process_group(0) // Ctrl-C reaches only this program, which then stops its children in order
            .kill_on_drop(true);
        let child = command.spawn().with_context(|| format!("cannot start {}", self.name))?;
        let pid = Pid::from_raw(child.id().context("a started process has an id")?.cast_signed());
        Ok(Running { recipe: self.clone(), child, pid })
    }
}

impl Running {
    /// Returns when the process ends by itself; what it left running in its group is killed.
    pub async fn ended(&mut self) -> Result<ExitStatus> {
        let status = self.child.wait().await?;
        self.kill_group();
        Ok(status)
    }

    /// Asks the process to end, and kills it when it does not.
    pub async fn stop(mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = kill(self.pid, self.recipe.stop_with);
            let _ = timeout(self.recipe.grace, self.child.wait()).await;
        }
        self.kill_group();
        let _ = self.child.wait().await;
    }

    fn kill_group(&self) {
        let _ = killpg(self.pid, Signal::SIGKILL); // an error means that nobody is left
    }
}

/// `line` as a command that the kernel ends with `signal` when this process dies, where the system can do that.
///
/// The wish is stated after `prefix` has changed the account, since a change of account revokes it.
pub fn with_death_signal(prefix: &[OsString], line: &[OsString], signal: Signal) -> Command {
    let word = signal.as_str().trim_start_matches("SIG");
    let wish = if cfg!(target_os = "linux") && find("setpriv").is_some() {
        self::line([&"setpriv", &"--pdeathsig", &word, &"--"])
    } else {
        Vec::new()
    };
    let mut words = prefix.iter().chain(&wish).chain(line);
    let mut command = Command::new(words.next().expect("a command line names a program"));
    command.args(words);
    command
}

/// The program called `name` on the search path.
pub fn find(name: &str) -> Option<PathBuf> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the search path belongs to the machine, it is no setting of ours"
    )]
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file())
}

/// A command line from its words.
pub fn line<const N: usize>(words: [&dyn AsRef<OsStr>; N]) -> Vec<OsString> {
    words.iter().map(|word| word.as_ref().to_os_string()).collect()
}

/// Two handles to the end of the log, for output and errors.
fn log_file(path: &Path) -> Result<(File, File)> {
    let file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .with_context(|| format!("cannot write {}", path.display()))?;
    let also = file.try_clone()?;
    Ok((file, also))
}

#[cfg(test)]
mod tests {
    use std::{fs, time::Instant};

    use super::*;

    const NOTE: &str = "AUTOTRACK_XTASK_TEST_NOTE";

    /// Stands for `./dev`: starts a child, notes its id, and waits to be killed.
    #[tokio::test]
    #[ignore = "started by the test below, in a process of its own"]
    #[expect(clippy::disallowed_methods, reason = "how the test below tells it where to write")]
    async fn a_parent_that_waits_to_be_killed() {
        let note = PathBuf::from(std::env::var_os(NOTE).expect("the test below sets it"));
        let recipe = Recipe {
            name: "child",
            prefix: Vec::new(),
            line: line([&"sh", &"-c", &"echo $$ > \"$0\"; exec sleep 60", &note]),
            environment: Vec::new(),
            folder: std::env::temp_dir(),
            log: note.with_extension("log"),
            stop_with: Signal::SIGTERM,
            grace: Duration::from_secs(1),
            orphaned_with: Signal::SIGKILL,
        };
        recipe.start().unwrap().ended().await.unwrap();
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn no_child_survives_a_parent_that_is_killed() {
        let note = std::env::temp_dir().join(format!("autotrack-orphan-{}", std::process::id()));
        let mut parent = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "process::tests::a_parent_that_waits_to_be_killed", "--ignored"])
            .env(NOTE, &note)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let child = until(|| fs::read_to_string(&note).ok()?.trim().parse().ok()).await;
        let is_running =
            || fs::read_to_string(format!("/proc/{child}/cmdline")).is_ok_and(|line| line.contains("sleep"));
        until(|| is_running().then_some(0)).await;
        parent.kill().await.unwrap();
        until(|| (!is_running()).then_some(0)).await;
        for file in [note.clone(), note.with_extension("log")] {
            fs::remove_file(file).unwrap();
        }
    }

    /// What `look` finds, once it does.
    async fn until(look: impl Fn() -> Option<i32>) -> i32 {
        let began = Instant::now();
        loop {
            if let Some(found) = look() {
                return found;
            }
            assert!(began.elapsed() < Duration::from_secs(20), "it did not come");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
