//! Where things are in the checkout.

use std::{
    fs,
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, ensure};
use nix::unistd::geteuid;

/// The longest folder in which PostgreSQL and Redis can still have a socket: the kernel's limit is 107 bytes, the file
/// name included.
const LONGEST_SOCKET_FOLDER: usize = 90;

/// One working copy of the project and the folders that its tasks use.
#[derive(Debug, Clone)]
pub struct Checkout {
    root: PathBuf,
    target: PathBuf,
}

impl Checkout {
    /// The checkout whose target folder holds this program; when that lies elsewhere, the one it was built from.
    pub fn here() -> Result<Self> {
        let program = std::env::current_exe().context("cannot tell where this program lies")?;
        let target = program.ancestors().nth(2).context("this program lies in no target folder")?;
        let built_from =
            Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies inside the checkout");
        let around = target.parent().filter(|root| root.join("xtask/Cargo.toml").exists());
        Ok(Self { root: around.unwrap_or(built_from).to_path_buf(), target: target.to_path_buf() })
    }

    /// The checkout at `root`.
    #[cfg(test)]
    pub fn at(root: &Path) -> Self {
        Self { root: root.to_path_buf(), target: root.join("target") }
    }

    /// The folder that holds everything.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A program of ours, as `cargo build` leaves it.
    pub fn program(&self, name: &str) -> PathBuf {
        self.target.join("debug").join(name)
    }

    /// Where cargo puts what it builds.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Everything a running copy writes; safe to delete.
    pub fn dev(&self) -> PathBuf {
        self.root.join(".dev")
    }

    /// Logs: `*.log` are JSON lines of our programs, `*.txt` are everybody else's.
    pub fn log(&self) -> PathBuf {
        self.dev().join("log")
    }

    /// A folder short enough for sockets and closed to others: `.dev/<name>`, else one under the machine's temporary folder.
    pub fn socket_folder(&self, name: &str) -> Result<PathBuf> {
        let wanted = self.dev().join(name);
        let folder = if wanted.as_os_str().len() <= LONGEST_SOCKET_FOLDER {
            wanted
        } else {
            std::env::temp_dir().join(format!("autotrack-{}-{:08x}", geteuid(), fingerprint(&wanted)))
        };
        private_folder(&folder)?;
        Ok(folder)
    }

    /// A folder that other accounts of this machine can reach, for the rare case that a service must run as one of them.
    pub fn outside_folder(&self, name: &str) -> PathBuf {
        Path::new("/var/tmp").join(format!("autotrack-{:08x}", fingerprint(&self.dev().join(name))))
    }
}

/// Creates `folder` for this user alone, and refuses one that somebody else has put there.
pub fn private_folder(folder: &Path) -> Result<()> {
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent).with_context(|| format!("cannot create {}", parent.display()))?;
    }
    match fs::DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            return Err(error).with_context(|| format!("cannot create {}", folder.display()));
        }
        _ => {}
    }
    let found = fs::symlink_metadata(folder)?;
    let ours = found.is_dir() && (found.uid() == geteuid().as_raw() || geteuid().is_root());
    ensure!(ours, "{} belongs to somebody else; remove it", folder.display());
    Ok(())
}

/// `path` as part of an address: nothing in it that a shell or an address would take for its own. `keep` stays as it is.
pub fn percent_encoded(path: &Path, keep: &str) -> String {
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || keep.as_bytes().contains(&byte);
    let bytes = path.as_os_str().as_encoded_bytes().iter();
    bytes
        .map(|&byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// FNV-1a: the same short name for the same path on every start, which `DefaultHasher` does not promise.
fn fingerprint(path: &Path) -> u32 {
    path.as_os_str()
        .as_encoded_bytes()
        .iter()
        .fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_too_long_for_a_socket_is_replaced_by_a_short_private_one() {
        let deep = std::env::temp_dir().join("x".repeat(120));
        let folder = Checkout::at(&deep).socket_folder("run").unwrap();
        assert!(folder.as_os_str().len() <= LONGEST_SOCKET_FOLDER, "{}", folder.display());
        assert_eq!(fs::metadata(&folder).unwrap().mode() & 0o777, 0o700);
        assert_eq!(folder, Checkout::at(&deep).socket_folder("run").unwrap(), "the same on the next start");
        fs::remove_dir(folder).unwrap();
    }

    #[test]
    fn a_path_in_an_address_means_nothing_to_a_shell() {
        let path = Path::new("/a b/c&d/é");
        assert_eq!(percent_encoded(path, "/"), "/a%20b/c%26d/%C3%A9");
        assert_eq!(percent_encoded(path, ""), "%2Fa%20b%2Fc%26d%2F%C3%A9");
    }

    #[test]
    fn a_file_in_the_place_of_the_folder_is_refused() {
        let place = std::env::temp_dir().join(format!("autotrack-xtask-{}", std::process::id()));
        fs::write(&place, "").unwrap();
        assert!(private_folder(&place).unwrap_err().to_string().contains("somebody else"));
        fs::remove_file(place).unwrap();
    }
}
