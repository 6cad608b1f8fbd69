//! Under which account PostgreSQL runs: it refuses root.

use std::{ffi::OsString, process::Command};

use nix::unistd::{User, geteuid};

use crate::process::{find, line};

/// How to run a program that refuses root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Account {
    /// We are not root: as it is.
    Own,
    /// Root, renamed inside a user namespace: the files stay root's, and a root-only home stays reachable.
    Renamed { uid: u32, gid: u32 },
    /// Another account of this machine, where namespaces are forbidden: it needs folders of its own.
    Other { uid: u32, gid: u32 },
}

impl Account {
    /// The account for PostgreSQL on this machine.
    pub fn for_postgres() -> Self {
        if !geteuid().is_root() {
            return Self::Own;
        }
        // The name must exist: initdb looks it up.
        let user = ["postgres", "nobody"].iter().find_map(|name| User::from_name(name).ok().flatten());
        let (uid, gid) = user.map_or((65534, 65534), |user| (user.uid.as_raw(), user.gid.as_raw()));
        let renamed = Self::Renamed { uid, gid };
        if renamed.works() { renamed } else { Self::Other { uid, gid } }
    }

    /// The words before a command that make it run as this account.
    pub fn prefix(&self) -> Vec<OsString> {
        match self {
            Self::Own => Vec::new(),
            Self::Renamed { uid, gid } => line([
                &"unshare",
                &"--user",
                &format!("--map-user={uid}"),
                &format!("--map-group={gid}"),
                &"--",
            ]),
            Self::Other { uid, gid } => line([
                &"setpriv",
                &format!("--reuid={uid}"),
                &format!("--regid={gid}"),
                &"--clear-groups",
                &"--",
            ]),
        }
    }

    fn works(&self) -> bool {
        let words = self.prefix();
        find("unshare").is_some()
            && Command::new(&words[0])
                .args(&words[1..])
                .arg("true")
                .output()
                .is_ok_and(|output| output.status.success())
    }
}
