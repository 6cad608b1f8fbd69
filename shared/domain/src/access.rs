//! Who may do what with a thing that can be shared.

use serde::{Deserialize, Serialize};

use crate::ids::{ApiKeyId, UserId};

/// What somebody may do with a vehicle and what hangs on it, from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[repr(i16)]
pub enum Role {
    /// May look.
    Viewer = 1,
    /// May add and change records.
    Editor = 2,
    /// May also delete records.
    Manager = 3,
    /// Whose it is: may share, sell and delete.
    Owner = 4,
}

impl Role {
    /// The role behind the database's ordering number, 1 (viewer) to 4 (owner).
    pub fn from_rank(rank: i16) -> Option<Self> {
        match rank {
            1 => Some(Self::Viewer),
            2 => Some(Self::Editor),
            3 => Some(Self::Manager),
            4 => Some(Self::Owner),
            _ => None,
        }
    }

    /// The ordering number used in SQL, 1 (viewer) to 4 (owner).
    pub fn rank(self) -> i16 {
        self as i16
    }

    /// The word of the contract: `viewer`, `editor`, `manager`, `owner`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Editor => "editor",
            Self::Manager => "manager",
            Self::Owner => "owner",
        }
    }
}

/// A parameter of every owned query: on whose behalf, and what role the deed needs at least.
///
/// What `user` cannot see at all is *not found*; what is seen with a lesser role is *forbidden*.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    /// On whose behalf the query runs.
    pub user: UserId,
    /// The least role that may do it.
    pub at_least: Role,
    /// The key that a program uses, which may reach less than its user does.
    key: Option<ApiKeyId>,
}

impl Access {
    /// Access that needs no more than looking.
    pub fn viewer(user: UserId) -> Self {
        Self { user, at_least: Role::Viewer, key: None }
    }

    /// Access that changes records.
    pub fn editor(user: UserId) -> Self {
        Self { at_least: Role::Editor, ..Self::viewer(user) }
    }

    /// Access that deletes records.
    pub fn manager(user: UserId) -> Self {
        Self { at_least: Role::Manager, ..Self::viewer(user) }
    }

    /// Access that only the owner has.
    pub fn owner(user: UserId) -> Self {
        Self { at_least: Role::Owner, ..Self::viewer(user) }
    }

    /// The same as far as a key reaches, if there is one.
    pub fn through(self, key: Option<ApiKeyId>) -> Self {
        Self { key, ..self }
    }

    /// The number under which the database's access views list who asks: a user's own, or a key's negated.
    pub fn principal(self) -> i64 {
        self.key.map_or(self.user.0, |key| -key.0)
    }

    /// Whether somebody holding `role` may do what this access asks for.
    pub fn is_met_by(self, role: Role) -> bool {
        role >= self.at_least
    }
}
