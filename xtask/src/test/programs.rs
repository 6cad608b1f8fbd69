//! The test programs of the workspace, as cargo made them for the whole of it.
//!
//! They are started from here and not by cargo for one package, which would choose other features, build them anew and
//! replace programs that tests beside are using.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::Deserialize;

use super::{cargo::Cargo, step::Outcome};

/// A test program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// Its crate.
    pub package: String,
    /// `lib`, `bin`, `test` ..
    pub kind: String,
    /// Where it lies.
    pub file: PathBuf,
    /// Where its crate lies, which is where it runs.
    pub folder: PathBuf,
}

/// Builds all of them; fails with what cargo says.
pub async fn all(cargo: &Cargo) -> Result<Result<Vec<Program>, Outcome>> {
    let line = "test --locked --workspace --no-run --message-format=json-render-diagnostics";
    let line: Vec<String> = line.split(' ').map(str::to_owned).collect();
    let mut programs = Vec::new();
    let built = cargo.tests(&line, |line| programs.extend(program(&line).transpose())).await?;
    if built != Outcome::Good {
        return Ok(Err(built));
    }
    Ok(Ok(programs.into_iter().collect::<Result<_>>()?))
}

/// What a line of cargo says of a test program, if it does.
fn program(line: &str) -> Result<Option<Program>> {
    #[derive(Deserialize)]
    struct Message {
        executable: Option<PathBuf>,
        manifest_path: Option<PathBuf>,
        target: Option<Target>,
        profile: Option<Profile>,
    }
    #[derive(Deserialize)]
    struct Target {
        kind: Vec<String>,
    }
    #[derive(Deserialize)]
    struct Profile {
        test: bool,
    }
    let message: Message = serde_json::from_str(line).with_context(|| format!("cargo said {line}"))?;
    let (Some(file), Some(manifest), Some(target)) =
        (message.executable, message.manifest_path, message.target)
    else {
        return Ok(None);
    };
    if !message.profile.is_some_and(|profile| profile.test) {
        return Ok(None);
    }
    let folder = manifest.parent().map(Path::to_owned).context("a manifest lies in a folder")?;
    let name = folder.file_name().context("a crate's folder has a name")?.to_string_lossy().into_owned();
    let kind = target.kind.into_iter().next().unwrap_or_default();
    Ok(Some(Program { package: name, kind, file, folder }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_cargo_says_only_test_programs_count() {
        let line = r#"{"reason":"compiler-artifact","manifest_path":"/a/api/Cargo.toml","target":{"kind":["test"]},
            "profile":{"test":true},"executable":"/t/it-1"}"#;
        let found = program(line).unwrap().unwrap();
        assert_eq!((found.package.as_str(), found.kind.as_str()), ("api", "test"));
        assert_eq!(found.folder, Path::new("/a/api"));
        assert_eq!(program(&line.replace("\"test\":true", "\"test\":false")).unwrap(), None);
        assert_eq!(program(r#"{"reason":"build-finished","success":true}"#).unwrap(), None);
        assert!(program("nonsense").is_err());
    }
}
