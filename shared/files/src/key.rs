//! Keys of files, made by the server alone.

use std::fmt;

use object_store::path::Path;
use uuid::Uuid;

const DOCUMENTS: &str = "documents";

/// The key of a stored file, such as `documents/0b0e7e5e-...`.
///
/// Can only hold what this house makes: no name of a user's file ever reaches the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FileKey(Uuid);

impl FileKey {
    /// A new key for a document; cannot be guessed.
    pub fn new_document() -> Self {
        Self(Uuid::new_v4())
    }

    /// The key behind its text, as the database keeps it; nothing when it is no key of ours.
    pub fn parse(text: &str) -> Option<Self> {
        let key = Self(text.strip_prefix(DOCUMENTS)?.strip_prefix('/')?.parse().ok()?);
        (key.to_string() == text).then_some(key)
    }

    /// Where all keys are.
    pub(crate) fn folder() -> Path {
        Path::from(DOCUMENTS)
    }

    pub(crate) fn path(self) -> Path {
        Path::from(self.to_string())
    }
}

impl fmt::Display for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{DOCUMENTS}/{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_from_its_text() {
        let key = FileKey::new_document();
        assert_eq!(FileKey::parse(&key.to_string()), Some(key));
    }

    #[test]
    fn only_keys_of_ours_are_keys() {
        for text in [
            "",
            "documents/",
            "documents/../secrets",
            "/documents/0b0e7e5e-7f0f-4c5e-9d2a-3f2a1b0c9d8e",
            "documents/0B0E7E5E-7F0F-4C5E-9D2A-3F2A1B0C9D8E",
            "other/0b0e7e5e-7f0f-4c5e-9d2a-3f2a1b0c9d8e",
        ] {
            assert_eq!(FileKey::parse(text), None, "{text}");
        }
    }
}
