//! Erasing accounts: the door is shut, the files go, then every row in one transaction.
//!
//! Cut off at any point, the next run goes on from there: files are named by rows as long as they exist.

use chrono::{DateTime, Utc};
use database::audit::Actor;
use database::privacy::erasure;
use database::{DatabaseError, sessions, suppressions};
use domain::email_address::EmailAddress;
use domain::ids::UserId;
use domain::letter::{ErasureDone, Letter};
use domain::locale::Locale;
use files::FileKey;
use queue::{Enqueuer, ledger};
use tracing::info;

use super::erasure::{address, enqueue};
use crate::Context;
use crate::accounts::Origin;
use crate::documents::UpkeepError;
use crate::letters::{self, NewLetter};

/// Accounts whose jobs are asked for in one transaction.
const BATCH: i64 = 200;

/// An account whose door is shut and whose files are gone.
#[derive(Debug)]
pub struct Closing {
    user: UserId,
    address: EmailAddress,
    locale: Locale,
    files: Vec<String>,
}

/// Asks for a job for every account that is due, and forgets the addresses of last letters that have arrived.
pub async fn enqueue_due(ctx: &Context) -> Result<u64, DatabaseError> {
    let now = ctx.clock.now();
    erasure::forget_last_addresses(&mut *ctx.read().await?, now).await?;
    let (mut after, mut asked) = (UserId(0), 0);
    loop {
        let mut work = ctx.begin().await?;
        let due = erasure::due(&mut work, now, after, BATCH).await?;
        let Some(&last) = due.last() else { return Ok(asked) };
        for &user in &due {
            enqueue(&mut work, user).await?;
        }
        work.commit().await?;
        (after, asked) = (last, asked + due.len() as u64);
    }
}

/// Shuts the account's door and removes its files; nothing if it is not due, called off or erased already.
///
/// # Errors
/// When the database or the store does not answer.
pub async fn close(ctx: &Context, user: UserId) -> Result<Option<Closing>, UpkeepError> {
    let now = ctx.clock.now();
    let mut work = ctx.begin().await?;
    if !erasure::close(&mut work, user, now).await? {
        return Ok(None);
    }
    sessions::revoke_all(&mut work, user, "erased", now).await?;
    let leaving = erasure::get_for_update(&mut work, user).await?;
    let files = erasure::files(&mut work, user).await?;
    work.commit().await.map_err(DatabaseError::from)?;
    for key in files.iter().filter_map(|key| FileKey::parse(key)) {
        ctx.files.delete(key).await?;
    }
    Ok(Some(Closing { user, address: address(&leaving), locale: leaving.locale, files }))
}

/// Removes everything of the person, and says so in a last letter; false if there are files again, of a request that was
/// still under way when the door was shut.
pub async fn erase(
    work: &mut impl Enqueuer,
    closing: &Closing,
    now: DateTime<Utc>,
) -> Result<bool, DatabaseError> {
    let (user, db) = (closing.user, work.work());
    if erasure::get_for_update(db, user).await?.erased_at.is_some() {
        return Ok(true);
    }
    let left = erasure::files(db, user).await?;
    if left.iter().any(|key| !closing.files.contains(key)) {
        return Ok(false);
    }
    let is_reachable = !suppressions::contains(db, closing.address.as_str()).await?;
    erasure::erase(db, user, &closing.address, now).await?;
    ledger::forget_person(db, user).await?;
    Origin::default().audit(db, Actor::System, "account_erased", Some(user), now).await?;
    if is_reachable {
        let letter = Letter::ErasureDone(ErasureDone { at: now });
        // Of nobody: nothing leads from the account to the address any more.
        let new = NewLetter {
            user: None,
            address: &closing.address,
            locale: closing.locale,
            letter: &letter,
            challenge: None,
        };
        letters::post(work, &new, now).await?;
    }
    info!(user.id = %user, erased.files = closing.files.len(), "account erased");
    Ok(true)
}
