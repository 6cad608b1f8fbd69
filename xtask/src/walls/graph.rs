//! Who depends on whom, as `cargo metadata` tells it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use tokio::process::Command;

use crate::checkout::Checkout;

/// How one crate of the house names another crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// In what is shipped.
    Normal,
    /// In tests.
    Dev,
    /// In a build script.
    Build,
}

/// The crates of the house and everything below them.
#[derive(Debug, Default)]
pub struct Graph {
    /// What each crate of the house names itself.
    pub members: BTreeMap<String, Vec<(String, Kind)>>,
    /// Versions in use, by name.
    pub versions: BTreeMap<String, BTreeSet<String>>,
    /// What is shipped with each package, one step down.
    shipped: BTreeMap<String, BTreeSet<String>>,
}

impl Graph {
    /// The graph of the checkout, for this machine's platform.
    pub async fn read(checkout: &Checkout) -> Result<Self> {
        let output = Command::new("cargo")
            .args(["metadata", "--format-version", "1", "--locked", "--filter-platform", &host().await?])
            .current_dir(checkout.root())
            .output()
            .await
            .context("cannot start cargo")?;
        ensure!(
            output.status.success(),
            "cargo metadata: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
        Self::parse(&output.stdout)
    }

    /// The graph in the words of `cargo metadata`.
    pub fn parse(metadata: &[u8]) -> Result<Self> {
        let metadata: Metadata =
            serde_json::from_slice(metadata).context("cargo metadata says something new")?;
        let packages: BTreeMap<&str, &Package> =
            metadata.packages.iter().map(|package| (package.id.as_str(), package)).collect();
        let mut graph = Self::default();
        for member in &metadata.workspace_members {
            let package = packages[member.as_str()];
            let named = package.dependencies.iter().map(|it| (it.name.clone(), it.kind())).collect();
            graph.members.insert(package.name.clone(), named);
        }
        for node in &metadata.resolve.nodes {
            let package = packages[node.id.as_str()];
            graph.versions.entry(package.name.clone()).or_default().insert(package.version.clone());
            let below = node
                .deps
                .iter()
                .filter(|it| it.is_shipped())
                .map(|it| packages[it.pkg.as_str()].name.clone());
            graph.shipped.entry(package.name.clone()).or_default().extend(below);
        }
        Ok(graph)
    }

    /// Everything that is shipped with `name`, itself included.
    pub fn below(&self, name: &str) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        let mut open: Vec<&str> =
            self.shipped.get_key_value(name).map(|(name, _)| name.as_str()).into_iter().collect();
        while let Some(name) = open.pop() {
            if found.insert(name) {
                open.extend(self.shipped.get(name).into_iter().flatten().map(String::as_str));
            }
        }
        found
    }
}

/// The triple of this machine.
async fn host() -> Result<String> {
    let output = Command::new("rustc").arg("-vV").output().await.context("cannot start rustc")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(str::to_owned)
        .context("rustc names no host")
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_members: Vec<String>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    kind: Option<String>,
}

impl Dependency {
    fn kind(&self) -> Kind {
        match self.kind.as_deref() {
            Some("dev") => Kind::Dev,
            Some("build") => Kind::Build,
            _ => Kind::Normal,
        }
    }
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Edge>,
}

#[derive(Deserialize)]
struct Edge {
    pkg: String,
    dep_kinds: Vec<EdgeKind>,
}

impl Edge {
    fn is_shipped(&self) -> bool {
        self.dep_kinds.iter().any(|it| it.kind.is_none())
    }
}

#[derive(Deserialize)]
struct EdgeKind {
    kind: Option<String>,
}
