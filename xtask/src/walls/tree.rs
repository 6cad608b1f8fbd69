//! Rules about the files themselves.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, ensure};
use tokio::process::Command;

use super::Breach;
use crate::checkout::Checkout;

/// What may lie at the top, beside hidden files.
const TOP: [&str; 21] = [
    "Cargo.toml",
    "Cargo.lock",
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
    "api",
    "worker",
    "scheduler",
    "shared",
    "migrations",
    "templates",
    "deploy",
    "docs",
    "xtask",
    "dev",
    "test",
    "rust-toolchain.toml",
    "rustfmt.toml",
    "clippy.toml",
    "deny.toml",
    "LICENSE.md",
];

/// Lines of a source file without its tests.
const LONGEST: usize = 400;

/// Names that say nothing.
const EMPTY_NAMES: [&str; 9] =
    ["util", "utils", "common", "helper", "helpers", "misc", "manager", "stuff", "data"];

/// What no file may say, put together so that this file does not say it.
const SAYINGS: [(&str, &str); 8] = [
    (concat!("../shared/", "samples"), "the project stands alone: nothing reads outside the checkout"),
    (concat!("../shared/", "design"), "the project stands alone: nothing reads outside the checkout"),
    (concat!("../shared/", "contract"), "the project stands alone: nothing reads outside the checkout"),
    (concat!("/ro", "ot/"), "a path of one machine means nothing on another"),
    (concat!("/ho", "me/"), "a path of one machine means nothing on another"),
    (concat!("/wo", "rk/"), "a path of one machine means nothing on another"),
    (concat!("TO", "DO"), "what is not finished is not there, or is told in an issue"),
    (concat!("FIX", "ME"), "what is not finished is not there, or is told in an issue"),
];

/// The beginnings of a query that is written in place.
const SQL: [&str; 5] = ["sqlx::query", "query!(", "query_as!(", "query_scalar!(", "QueryBuilder"];

/// Every rule that a file of the checkout breaks.
pub async fn breaches(checkout: &Checkout) -> Result<Vec<Breach>> {
    let mut found = Vec::new();
    for path in files(checkout).await? {
        found.extend(of_name(&path));
        if let Ok(text) = fs::read_to_string(checkout.root().join(&path)) {
            found.extend(of_text(&path, &text));
        }
    }
    found.dedup();
    Ok(found)
}

/// The files that belong to the project: what git knows, else what lies there.
async fn files(checkout: &Checkout) -> Result<Vec<String>> {
    let git = Command::new("git")
        .args(["-c", "safe.directory=*", "ls-files", "-z"])
        .current_dir(checkout.root())
        .output()
        .await;
    match git {
        Ok(output) if output.status.success() => {
            let text = String::from_utf8(output.stdout).context("a file has a name that is not UTF-8")?;
            Ok(text.split_terminator('\0').map(str::to_owned).collect())
        }
        _ => {
            let mut found = Vec::new();
            walk(checkout.root(), checkout.root(), &mut found)?;
            Ok(found)
        }
    }
}

fn walk(root: &Path, folder: &Path, found: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name());
        if entry.file_type()?.is_file() {
            let inside = path.strip_prefix(root).expect("the walk stays inside");
            found.push(inside.to_str().context("a file has a name that is not UTF-8")?.to_owned());
        } else if !["target", ".git", ".dev"].iter().any(|it| name == *it) {
            walk(root, &path, found)?;
        }
    }
    ensure!(found.len() < 100_000, "too many files; is this the checkout?");
    Ok(())
}

fn of_name(path: &str) -> Vec<Breach> {
    let mut found = Vec::new();
    let top = path.split('/').next().unwrap_or_default();
    if !top.starts_with('.') && !TOP.contains(&top) {
        found.push(Breach::new(
            format!("{top} lies at the top"),
            "the top level is what a newcomer reads first; it stays short",
        ));
    }
    let says_nothing = |part: &str| EMPTY_NAMES.contains(&part.trim_end_matches(".rs"));
    if is_source(path) && path.split('/').any(says_nothing) {
        found.push(Breach::new(
            format!("{path} has a name that says nothing"),
            "what has no better name has no home yet",
        ));
    }
    found
}

fn of_text(path: &str, text: &str) -> Vec<Breach> {
    let mut found = Vec::new();
    if !has_extension(path, "lock") {
        for (saying, reason) in SAYINGS {
            if let Some(line) = text.lines().position(|line| line.contains(saying)) {
                found.push(Breach::new(format!("{path}:{} says {saying}", line + 1), reason));
            }
        }
    }
    if path.ends_with("/Cargo.toml") {
        found.extend(own_versions(path, text));
    }
    if is_source(path) {
        found.extend(of_source(path, text));
    }
    found
}

fn of_source(path: &str, text: &str) -> Vec<Breach> {
    let mut found = Vec::new();
    let code = text.split("\n#[cfg(test)]").next().unwrap_or_default();
    let lines = code.lines().count();
    if lines > LONGEST {
        found.push(Breach::new(
            format!("{path} has {lines} lines without its tests"),
            "over 400 lines it holds two ideas",
        ));
    }
    let may_query = ["shared/database/", "shared/queue/", "shared/testkit/", "xtask/"];
    if !may_query.iter().any(|place| path.starts_with(place)) && SQL.iter().any(|sql| code.contains(sql)) {
        found.push(Breach::new(
            format!("{path} holds SQL"),
            "every line of SQL is in database, and in queue for the ledger",
        ));
    }
    found
}

/// Versions are written once, for the whole workspace.
fn own_versions(path: &str, text: &str) -> Option<Breach> {
    let mut in_dependencies = false;
    for (number, line) in text.lines().enumerate() {
        if line.starts_with('[') {
            in_dependencies = line.contains("dependencies");
        }
        let names_version = line.contains("version = \"")
            || line.split_once(" = \"").is_some_and(|(_, rest)| {
                rest.starts_with(|c: char| c.is_ascii_digit() || "^~=<>*".contains(c))
            });
        if in_dependencies && names_version {
            let found = format!("{path}:{} names a version", number + 1);
            return Some(Breach::new(found, "versions are written once, in [workspace.dependencies]"));
        }
    }
    None
}

/// Rust that is shipped, not its tests.
fn is_source(path: &str) -> bool {
    let in_tests = path.split('/').any(|part| ["tests", "benches", "tests.rs"].contains(&part));
    has_extension(path, "rs") && !in_tests
}

fn has_extension(path: &str, extension: &str) -> bool {
    Path::new(path).extension().is_some_and(|it| it == extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(breaches: Vec<Breach>) -> Vec<String> {
        breaches.into_iter().map(|breach| breach.found).collect()
    }

    #[test]
    fn the_top_level_stays_short() {
        assert_eq!(found(of_name("scripts/run.sh")), ["scripts lies at the top"]);
        assert!(of_name("api/src/lib.rs").is_empty() && of_name(".ci/run").is_empty());
    }

    #[test]
    fn an_empty_name_is_found_as_file_and_as_folder() {
        assert_eq!(of_name("api/src/utils.rs").len(), 1);
        assert_eq!(of_name("api/src/helpers/text.rs").len(), 1);
        assert!(of_name("api/src/vehicles.rs").is_empty());
    }

    #[test]
    fn a_file_of_two_ideas_is_found_and_tests_do_not_count() {
        let long = "//\n".repeat(LONGEST + 1);
        assert_eq!(of_text("api/src/x.rs", &long).len(), 1);
        let tested = format!("{}\n#[cfg(test)]\nmod tests {{\n{long}}}\n", "//\n".repeat(LONGEST - 1));
        assert!(of_text("api/src/x.rs", &tested).is_empty());
        assert!(of_text("api/tests/it/x.rs", &long).is_empty());
    }

    #[test]
    fn reading_outside_the_checkout_is_found() {
        for (saying, _) in SAYINGS {
            assert_eq!(of_text("docs/x.md", &format!("one\nsee {saying}x")).len(), 1, "{saying}");
        }
        assert!(of_text("api/tests/it/x.rs", "../shared/testkit/specimens").is_empty());
    }

    #[test]
    fn sql_outside_its_rooms_is_found() {
        let code = "let row = sqlx::query_as!(Row, \"select 1\");";
        assert_eq!(found(of_text("api/src/x.rs", code)), ["api/src/x.rs holds SQL"]);
        assert!(of_text("shared/database/src/x.rs", code).is_empty());
    }

    #[test]
    fn a_version_of_a_crates_own_is_found() {
        let package = "[package]\nversion = \"1.0.0\"\n[dependencies]\nserde.workspace = true\n";
        assert!(of_text("api/Cargo.toml", package).is_empty());
        assert_eq!(of_text("api/Cargo.toml", &format!("{package}regex = \"1\"\n")).len(), 1);
        assert_eq!(of_text("api/Cargo.toml", &format!("{package}regex = {{ version = \"1\" }}\n")).len(), 1);
        assert!(
            of_text(
                "api/Cargo.toml",
                &format!("{package}hyper = {{ workspace = true, features = [\"client\"] }}\n")
            )
            .is_empty()
        );
    }
}
