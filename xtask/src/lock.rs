//! One run per checkout: a lock that the kernel lets go of, however the holder ends.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{Read as _, Seek as _, Write as _},
    path::Path,
};

use anyhow::{Context as _, Result};

/// The right to be the only run; given back when dropped or when the process ends.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "held for its lock")] File);

/// Who holds a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    /// Its process id; nothing while it is still starting.
    pub pid: Option<i32>,
}

impl Lock {
    /// Takes the lock at `path`, or says who has it.
    pub fn take(path: &Path) -> Result<Result<Self, Holder>> {
        let mut file = open(path)?;
        match file.try_lock() {
            Ok(()) => {
                file.set_len(0)?;
                file.rewind()?;
                writeln!(file, "{}", std::process::id())?;
                Ok(Ok(Self(file)))
            }
            Err(TryLockError::WouldBlock) => Ok(Err(holder(&mut file)?)),
            Err(TryLockError::Error(error)) => Err(error).context("cannot lock"),
        }
    }

    /// Who holds the lock at `path`, if anybody.
    pub fn holder(path: &Path) -> Result<Option<Holder>> {
        if !path.exists() {
            return Ok(None);
        }
        let mut file = open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(None),
            Err(TryLockError::WouldBlock) => Ok(Some(holder(&mut file)?)),
            Err(TryLockError::Error(error)) => Err(error).context("cannot look at the lock"),
        }
    }
}

fn open(path: &Path) -> Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .with_context(|| format!("cannot open {}", path.display()))
}

fn holder(file: &mut File) -> Result<Holder> {
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    Ok(Holder { pid: text.trim().parse().ok() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_start_is_refused_and_learns_who_runs() {
        let path = std::env::temp_dir().join(format!("autotrack-lock-{}", std::process::id()));
        let me = Holder { pid: Some(std::process::id().cast_signed()) };
        assert_eq!(Lock::holder(&path).unwrap(), None);
        let first = Lock::take(&path).unwrap().expect("nobody holds it");
        assert_eq!(Lock::take(&path).unwrap().unwrap_err(), me);
        assert_eq!(Lock::holder(&path).unwrap(), Some(me));
        drop(first);
        // A program that another test starts at this very moment holds a copy until it runs.
        let began = std::time::Instant::now();
        while Lock::holder(&path).unwrap().is_some() {
            assert!(began.elapsed() < std::time::Duration::from_secs(10), "the lock is still held");
            std::thread::yield_now();
        }
        assert!(Lock::take(&path).unwrap().is_ok());
        std::fs::remove_file(path).unwrap();
    }
}
