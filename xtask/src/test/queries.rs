//! `.sqlx`: what each query takes and gives, so that a machine without a database can compile.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    path::{Path, PathBuf},
    time::SystemTime,
};

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::{
    cargo::{self, Cargo},
    database,
    step::Outcome,
};
use crate::{
    checkout::Checkout,
    services::{Services, remove},
    terminal::say,
};

/// The crates that hold SQL.
const CRATES: [&str; 2] = ["database", "queue"];

/// How the queries are compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compile {
    /// Their crates alone.
    Alone,
    /// Together with everything else, by clippy, since its step comes next and finds its work done then.
    WithLints,
}

/// Compiles the queries against a database with today's schema, and compares or writes what comes out.
pub async fn check(
    checkout: &Checkout,
    services: &Services,
    compile: Compile,
    write: bool,
) -> Result<Outcome> {
    let url = database::migrated(checkout, services, "queries").await?;
    let fresh = checkout.dev().join("test/queries");
    remove(&fresh)?;
    fs::create_dir_all(&fresh)?;
    let touched = Touched::roots(checkout)?;
    let cargo = Cargo::new(checkout)
        .with("SQLX_OFFLINE", "false")
        .with("SQLX_OFFLINE_DIR", &fresh.display().to_string())
        .with("DATABASE_URL", &url);
    let outcome = match compile {
        Compile::Alone => {
            cargo.run(&["check", "--locked", "--lib", "-p", CRATES[0], "-p", CRATES[1]]).await?
        }
        Compile::WithLints => cargo.run(&cargo::CLIPPY).await?,
    };
    drop(touched);
    if outcome != Outcome::Good {
        return Ok(outcome);
    }
    let kept = checkout.root().join(".sqlx");
    if write {
        return replace(&kept, &fresh);
    }
    Ok(Outcome::from_problems(&differences(&read(&kept)?, &read(&fresh)?)))
}

/// Each query's file: its name and what it says.
fn read(folder: &Path) -> Result<BTreeMap<String, Value>> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(BTreeMap::new()) };
    let mut found = BTreeMap::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|it| it == "json") {
            let value =
                serde_json::from_slice(&fs::read(&path)?).with_context(|| path.display().to_string())?;
            found.insert(path.file_name().unwrap_or_default().to_string_lossy().into_owned(), value);
        }
    }
    Ok(found)
}

/// What differs, in words that name the query.
fn differences(kept: &BTreeMap<String, Value>, fresh: &BTreeMap<String, Value>) -> Vec<String> {
    let sql = |value: &Value| {
        value["query"].as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let missing = fresh.iter().filter(|(name, _)| !kept.contains_key(*name));
    let stale = kept.iter().filter(|(name, _)| !fresh.contains_key(*name));
    let changed = fresh.iter().filter(|(name, value)| kept.get(*name).is_some_and(|other| other != *value));
    let mut found: Vec<String> = missing
        .map(|(_, value)| format!(".sqlx lacks: {}", sql(value)))
        .chain(stale.map(|(_, value)| format!(".sqlx still has: {}", sql(value))))
        .chain(changed.map(|(_, value)| format!(".sqlx is out of date for: {}", sql(value))))
        .collect();
    if !found.is_empty() {
        found.push("./test --write brings it up to date".to_owned());
    }
    found
}

fn replace(kept: &Path, fresh: &Path) -> Result<Outcome> {
    fs::create_dir_all(kept)?;
    for name in read(kept)?.into_keys() {
        fs::remove_file(kept.join(name))?;
    }
    let names: Vec<String> = read(fresh)?.into_keys().collect();
    for name in &names {
        fs::copy(fresh.join(name), kept.join(name))?;
    }
    say!("{} queries written to .sqlx", names.len());
    Ok(Outcome::Good)
}

/// Files that look changed until this is dropped: cargo compiles them once more, and nothing else afterwards.
struct Touched(Vec<(PathBuf, SystemTime)>);

impl Touched {
    fn roots(checkout: &Checkout) -> Result<Self> {
        let mut touched = Self(Vec::new());
        for name in CRATES {
            touched.touch(checkout.root().join("shared").join(name).join("src/lib.rs"))?;
        }
        Ok(touched)
    }

    fn touch(&mut self, path: PathBuf) -> Result<()> {
        let file = File::options().append(true).open(&path).with_context(|| path.display().to_string())?;
        let before = file.metadata()?.modified()?;
        file.set_modified(SystemTime::now())?;
        self.0.push((path, before));
        Ok(())
    }
}

impl Drop for Touched {
    fn drop(&mut self) {
        for (path, before) in &self.0 {
            let _ = File::options().append(true).open(path).and_then(|file| file.set_modified(*before));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn queries(list: &[(&str, &str)]) -> BTreeMap<String, Value> {
        list.iter().map(|(name, sql)| ((*name).to_owned(), json!({"query": sql}))).collect()
    }

    #[test]
    fn what_is_missing_stale_or_changed_is_named_by_its_query() {
        let kept = queries(&[("a", "select 1"), ("b", "select 2"), ("c", "select 3")]);
        assert_eq!(differences(&kept, &kept), Vec::<String>::new());
        let fresh = queries(&[("b", "select 2"), ("c", "select  3"), ("d", "select\n4")]);
        let found = differences(&kept, &fresh);
        assert_eq!(
            found[..3],
            [".sqlx lacks: select 4", ".sqlx still has: select 1", ".sqlx is out of date for: select 3"]
        );
    }

    #[test]
    fn a_touched_file_gets_its_time_back() {
        let root = std::env::temp_dir().join(format!("autotrack-touch-{}", std::process::id()));
        let [file, _] = CRATES.map(|name| {
            let file = root.join("shared").join(name).join("src/lib.rs");
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, "").unwrap();
            file
        });
        let old = SystemTime::UNIX_EPOCH + std::time::Duration::from_hours(24);
        File::options().append(true).open(&file).unwrap().set_modified(old).unwrap();
        let touched = Touched::roots(&Checkout::at(&root)).unwrap();
        assert_ne!(fs::metadata(&file).unwrap().modified().unwrap(), old);
        drop(touched);
        assert_eq!(fs::metadata(&file).unwrap().modified().unwrap(), old);
        fs::remove_dir_all(root).unwrap();
    }
}
