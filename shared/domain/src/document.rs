//! Papers: their kinds and the states of their reading.

pub mod applying;
pub mod correction;
pub mod keys;

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $word)] $variant),+
        }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word of the contract.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The value behind a word of the contract.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use words;

words! {
    /// What a paper is.
    DocumentKind {
        /// Certificat d'immatriculation (carte grise).
        Registration = "registration",
        /// Invoice of a garage or a shop.
        Invoice = "invoice",
        /// Green card, mémo véhicule assuré or attestation.
        Insurance = "insurance",
        /// Report of a contrôle technique.
        Inspection = "inspection",
        /// Receipt of a filling station.
        FuelReceipt = "fuel_receipt",
        /// Service booklet page or work order.
        Maintenance = "maintenance",
        /// Deed or declaration of sale.
        Sale = "sale",
        /// Fine.
        Fine = "fine",
        /// Warranty.
        Warranty = "warranty",
        /// Photograph that is no paper.
        Photo = "photo",
        /// Anything else.
        Other = "other",
    }
}

words! {
    /// How far the reading of a paper is.
    DocumentStatus {
        /// Stored; nobody asked to read it.
        Uploaded = "uploaded",
        /// Waits for a reader.
        Queued = "queued",
        /// Is being read.
        Processing = "processing",
        /// Read, nothing doubtful.
        Analyzed = "analyzed",
        /// Read, something to check.
        NeedsReview = "needs_review",
        /// Could not be read; the reason is kept.
        Failed = "failed",
    }
}

words! {
    /// Why a paper could not be read, as a stable code; the words for people are chosen where they are shown.
    FailureReason {
        /// The file is damaged or cut off.
        Damaged = "damaged",
        /// The PDF asks for a password.
        PasswordProtected = "password_protected",
        /// More than 50 pages.
        TooManyPages = "too_many_pages",
        /// More than 40 megapixels on a page.
        TooLarge = "too_large",
        /// Took longer or more memory than a page may.
        TooComplex = "too_complex",
        /// Not an image or PDF that can be read.
        Unsupported = "unsupported",
        /// Nothing on it could be read.
        NothingToRead = "nothing_to_read",
        /// The stored file is gone.
        FileMissing = "file_missing",
        /// Our fault: the reader failed again and again.
        Internal = "internal",
    }
}

words! {
    /// How the reading of a paper of a batch ended.
    BatchOutcome {
        /// Read, nothing doubtful.
        Analyzed = "analyzed",
        /// Read, something to check.
        NeedsReview = "needs_review",
        /// Could not be read.
        Failed = "failed",
        /// Deleted before it was read.
        Gone = "gone",
    }
}

/// Most pages of one paper.
pub const MAX_PAGES: u32 = 50;
/// Most pixels of one page.
pub const MAX_PIXELS: u64 = 40_000_000;
/// Most papers that are asked to be read as one task.
pub const MAX_BATCH: usize = 50;
/// Pixels of the longer side of the small pictures of a paper's first page.
pub const THUMBNAIL_SIZES: [i16; 3] = [128, 256, 512];
/// How long a deleted paper can be brought back, in days.
pub const KEPT_DAYS: i64 = 30;
/// Most bytes of one uploaded file unless configured otherwise.
pub const DEFAULT_MAX_BYTES: u64 = 20 * 1024 * 1024;
