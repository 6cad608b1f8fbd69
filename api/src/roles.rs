//! Roles as the API shows them.

use domain::access::Role;
use poem_openapi::Enum;

/// What somebody may do with a thing that can be shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename = "Role", rename_all = "lowercase")]
pub enum RoleWord {
    /// May look.
    Viewer,
    /// May add and change records.
    Editor,
    /// May also delete records.
    Manager,
    /// Whose it is.
    Owner,
}

impl From<Role> for RoleWord {
    fn from(role: Role) -> Self {
        match role {
            Role::Viewer => Self::Viewer,
            Role::Editor => Self::Editor,
            Role::Manager => Self::Manager,
            Role::Owner => Self::Owner,
        }
    }
}
