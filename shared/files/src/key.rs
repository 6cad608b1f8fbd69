//! Keys of files, made by the server alone.

use std::fmt;

use object_store::path::Path;
use uuid::Uuid;

/// What a file is of, and the folder where such files are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Shelf {
    Documents,
    Exports,
    Thumbnails,
}

impl Shelf {
    const ALL: [Self; 3] = [Self::Documents, Self::Exports, Self::Thumbnails];

    fn folder(self) -> &'static str {
        match self {
            Self::Documents => "documents",
            Self::Exports => "exports",
            Self::Thumbnails => "thumbnails",
        }
    }
}

/// The key of a stored file, such as `documents/0b0e7e5e-...`.
///
/// Can only hold what this house makes: no name of a user's file ever reaches the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FileKey(Shelf, Uuid);

impl FileKey {
    /// A new key for a document; cannot be guessed.
    pub fn new_document() -> Self {
        Self(Shelf::Documents, Uuid::new_v4())
    }

    /// A new key for the copy of an account; cannot be guessed.
    pub fn new_export() -> Self {
        Self(Shelf::Exports, Uuid::new_v4())
    }

    /// A new key for a small picture of a document; cannot be guessed.
    pub fn new_thumbnail() -> Self {
        Self(Shelf::Thumbnails, Uuid::new_v4())
    }

    /// The key behind its text, as the database keeps it; nothing when it is no key of ours.
    pub fn parse(text: &str) -> Option<Self> {
        let (folder, id) = text.split_once('/')?;
        let shelf = Shelf::ALL.into_iter().find(|shelf| shelf.folder() == folder)?;
        let key = Self(shelf, id.parse().ok()?);
        (key.to_string() == text).then_some(key)
    }

    /// Where keys are.
    pub(crate) fn folders() -> impl Iterator<Item = Path> + Send {
        Shelf::ALL.into_iter().map(|shelf| Path::from(shelf.folder()))
    }

    pub(crate) fn path(self) -> Path {
        Path::from(self.to_string())
    }
}

impl fmt::Display for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.0.folder(), self.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_from_its_text() {
        for key in [FileKey::new_document(), FileKey::new_export(), FileKey::new_thumbnail()] {
            assert_eq!(FileKey::parse(&key.to_string()), Some(key));
        }
    }

    #[test]
    fn only_keys_of_ours_are_keys() {
        for text in [
            "",
            "documents/",
            "documents/../secrets",
            "exports/../documents/0b0e7e5e-7f0f-4c5e-9d2a-3f2a1b0c9d8e",
            "/documents/0b0e7e5e-7f0f-4c5e-9d2a-3f2a1b0c9d8e",
            "documents/0B0E7E5E-7F0F-4C5E-9D2A-3F2A1B0C9D8E",
            "other/0b0e7e5e-7f0f-4c5e-9d2a-3f2a1b0c9d8e",
        ] {
            assert_eq!(FileKey::parse(text), None, "{text}");
        }
    }
}
