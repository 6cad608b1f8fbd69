//! Accounts that nobody uses: warned, and erased two years after they were used last (CNIL).

use chrono::{DateTime, Duration, Months, Utc};
use database::DatabaseError;
use database::audit::Actor;
use database::privacy::unused::{self, Warned};
use domain::email_address::EmailAddress;
use domain::letter::{InactiveAccount, Letter};
use queue::Work;

use super::erasure::enqueue;
use crate::Context;
use crate::accounts::Origin;
use crate::letters::{self, NewLetter};

/// Unused for so long, its holder is warned.
const WARNED_AFTER: Months = Months::new(23);
/// Unused for so long, it is erased.
const ERASED_AFTER: Months = Months::new(24);
/// But never earlier than this after the warning.
const NOTICE: Duration = Duration::days(30);
/// Accounts in one transaction.
const BATCH: i64 = 200;

/// Warns the holders of accounts that nobody uses, and has those erased that were warned in vain; says how many of each.
pub async fn check_unused(ctx: &Context) -> Result<(u64, u64), DatabaseError> {
    let now = ctx.clock.now();
    let (mut warned, mut scheduled) = (0, 0);
    loop {
        let mut work = ctx.begin().await?;
        let batch = unused::mark_warned(&mut work, now - WARNED_AFTER, now, BATCH).await?;
        for account in &batch {
            warn(&mut work, account, now).await?;
        }
        work.commit().await?;
        if batch.is_empty() {
            break;
        }
        warned += batch.len() as u64;
    }
    loop {
        let mut work = ctx.begin().await?;
        let batch = unused::schedule(&mut work, now - ERASED_AFTER, now - NOTICE, now, BATCH).await?;
        for &user in &batch {
            Origin::default().audit(&mut work, Actor::System, "unused_account", Some(user), now).await?;
            enqueue(&mut work, user).await?;
        }
        work.commit().await?;
        if batch.is_empty() {
            return Ok((warned, scheduled));
        }
        scheduled += batch.len() as u64;
    }
}

async fn warn(work: &mut Work, account: &Warned, now: DateTime<Utc>) -> Result<(), DatabaseError> {
    let address: EmailAddress =
        account.email.parse().expect("stored addresses were parsed when they came in");
    let erased_at = (account.used_at + ERASED_AFTER).max(now + NOTICE);
    // The job runs once a day: it is the day after at the latest.
    let letter = Letter::InactiveAccount(InactiveAccount { erased_on: erased_at.date_naive() });
    let new = NewLetter {
        user: Some(account.user),
        address: &address,
        locale: account.locale,
        letter: &letter,
        challenge: None,
    };
    letters::post(work, &new, now).await?;
    Ok(())
}
