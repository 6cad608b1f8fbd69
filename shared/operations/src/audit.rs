//! Whether the audit log is whole.

use database::audit::chain::{self, Link};
use database::{DatabaseError, privacy::contents};
use sqlx::PgPool;

/// Links looked at in one go.
const BATCH: i64 = 2000;

/// What is wrong with the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Break {
    /// A link is missing before this place.
    #[error("a link is missing before link {0}")]
    MissingLink(i64),
    /// The event of this link is gone.
    #[error("the event of link {0} is gone")]
    MissingEntry(i64),
    /// The event of this link, or the link itself, was changed.
    #[error("link {0} or its event was changed")]
    Changed(i64),
    /// This event hangs in no link: it was slipped in.
    #[error("event {0} hangs in no link")]
    SlippedIn(i64),
}

/// How the log is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Links that are whole, from the first on.
    pub links: i64,
    /// The hash of the last of them. Written down elsewhere, it shows later that the end was not cut off.
    pub last_hash: Vec<u8>,
    /// The first break, if there is one.
    pub first_break: Option<Break>,
}

/// Walks the whole chain, as it stands now, to its end or to its first break.
pub async fn verify(db: &PgPool) -> Result<Verdict, DatabaseError> {
    let mut snapshot = contents::snapshot(db).await?;
    let mut verdict = Verdict { links: 0, last_hash: Vec::new(), first_break: None };
    loop {
        let links = chain::links(&mut snapshot, verdict.links, BATCH).await?;
        if links.is_empty() {
            break;
        }
        for link in links {
            if let Some(found) = fault(&link, &verdict) {
                return Ok(Verdict { first_break: Some(found), ..verdict });
            }
            verdict.links = link.seq;
            verdict.last_hash = link.hash;
        }
    }
    let slipped_in = chain::first_unchained(&mut snapshot).await?;
    Ok(Verdict { first_break: slipped_in.map(Break::SlippedIn), ..verdict })
}

fn fault(link: &Link, before: &Verdict) -> Option<Break> {
    if link.seq != before.links + 1 {
        return Some(Break::MissingLink(link.seq));
    }
    match &link.computed {
        None => Some(Break::MissingEntry(link.seq)),
        Some(computed) if *computed != link.hash || link.prev_hash != before.last_hash => {
            Some(Break::Changed(link.seq))
        }
        Some(_) => None,
    }
}
