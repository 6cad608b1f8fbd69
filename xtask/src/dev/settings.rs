//! What the programs are told, and what people and scripts find in `.dev/env`.

use std::{fs, net::SocketAddr, path::Path};

use anyhow::{Context as _, Result};

use crate::{
    checkout::{Checkout, percent_encoded},
    ports::Ports,
    services::Services,
};

/// The addresses of everything that listens.
#[derive(Debug, Clone, Copy)]
pub struct Addresses {
    /// The API.
    pub api: SocketAddr,
    /// Metrics and probes of api, worker and scheduler, in this order.
    pub ops: [SocketAddr; 3],
    /// The page of received letters.
    pub mail: SocketAddr,
    /// Where letters are sent.
    pub smtp: SocketAddr,
}

impl Addresses {
    /// The preferred addresses, or their free neighbours.
    pub fn choose() -> Result<Self> {
        let mut ports = Ports::default();
        Ok(Self {
            api: ports.take(8000)?,
            ops: [ports.take(9000)?, ports.take(9001)?, ports.take(9002)?],
            mail: ports.take(8025)?,
            smtp: ports.take(1025)?,
        })
    }
}

/// The settings every program shares, as `KEY=VALUE`.
///
/// No secrets: outside production the programs have well-known keys, which production refuses.
pub fn shared(checkout: &Checkout, services: &Services, addresses: &Addresses) -> Vec<(String, String)> {
    let files = percent_encoded(&checkout.dev().join("data/files"), "/");
    let pairs = [
        ("AUTOTRACK_ENV", "development".to_owned()),
        ("DATABASE_URL", services.database_url("autotrack")),
        ("REDIS_URL", services.redis_url()),
        ("AUTOTRACK_FILES_URL", format!("file://{files}")),
        ("AUTOTRACK_PUBLIC_URL", format!("http://{}", addresses.api)),
        ("AUTOTRACK_HTTP_ADDR", addresses.api.to_string()),
        ("AUTOTRACK_SMTP_URL", format!("smtp://{}", addresses.smtp)),
        ("OMP_THREAD_LIMIT", "1".to_owned()), // Tesseract: four times the work for nothing otherwise
    ];
    let unpacked = checkout.dev().join("pkg/usr").exists();
    let of_packages = ["LD_LIBRARY_PATH", "TESSDATA_PREFIX"].into_iter().filter(|_| unpacked);
    let of_packages = of_packages.filter_map(|name| Some((name, from_starter(name)?)));
    pairs.into_iter().chain(of_packages).map(|(name, value)| (name.to_owned(), value)).collect()
}

/// What the starter says of the packages it unpacked for whoever is not root.
#[expect(
    clippy::disallowed_methods,
    reason = "no settings of ours: the dynamic linker and Tesseract read them"
)]
fn from_starter(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Writes `.dev/env`: every shared setting, and the addresses that only people and scripts need.
///
/// The operations port in it is 0, so that a second worker or scheduler can start beside the first.
pub fn write(checkout: &Checkout, shared: &[(String, String)], addresses: &Addresses) -> Result<()> {
    let urls = [
        ("AUTOTRACK_API_URL", format!("http://{}", addresses.api)),
        ("AUTOTRACK_OPS_URL", format!("http://{}", addresses.ops[0])),
        ("AUTOTRACK_WORKER_OPS_URL", format!("http://{}", addresses.ops[1])),
        ("AUTOTRACK_SCHEDULER_OPS_URL", format!("http://{}", addresses.ops[2])),
        ("AUTOTRACK_MAIL_URL", format!("http://{}", addresses.mail)),
        ("AUTOTRACK_OPS_ADDR", "127.0.0.1:0".to_owned()),
    ];
    let shared = shared.iter().map(|(name, value)| (name.as_str(), value));
    let all = shared.chain(urls.iter().map(|(name, value)| (*name, value)));
    let lines: Vec<String> = all.map(|(name, value)| format!("{name}={value}")).collect();
    let path = path(checkout);
    fs::write(&path, lines.join("\n") + "\n").with_context(|| format!("cannot write {}", path.display()))
}

/// The value of `name` in `.dev/env`, once written.
pub fn read(path: &Path, name: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    text.lines()
        .filter_map(|line| line.split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

/// Where the settings are written.
pub fn path(checkout: &Checkout) -> std::path::PathBuf {
    checkout.dev().join("env")
}
