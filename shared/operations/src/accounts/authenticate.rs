//! Who a request is from.

use super::{AccountError, access_token};
use crate::Context;

pub use database::sessions::Holder as Authenticated;

/// Who holds this access token: the token itself is judged first, then its session and its user, in one query.
///
/// So a session that was ended, or a user who was suspended, is out at once and not when the token ends.
///
/// # Errors
/// [`AccountError::InvalidToken`], whatever is wrong with it.
pub async fn authenticate(ctx: &Context, token: &str) -> Result<Authenticated, AccountError> {
    let now = ctx.clock.now();
    let (session, user) = access_token::read(&ctx.settings, token, now)?;
    let mut db = ctx.read().await?;
    database::sessions::find_holder(&mut db, session, user, now).await?.ok_or(AccountError::InvalidToken)
}
