//! What the ledger keeps about people, and how it forgets it.

use domain::ids::UserId;
use sqlx::PgConnection;

/// Takes a person off the jobs they asked for, with what went wrong in them: errors may quote what was worked on.
///
/// # Errors
/// When the database does not answer.
pub async fn forget_person(db: &mut PgConnection, user: UserId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "with theirs as (
            update jobs set last_error = null, user_id = null where user_id = $1 returning id
        )
        update job_attempts a set error = null from theirs where a.job_id = theirs.id",
        user.0
    )
    .execute(db)
    .await?;
    Ok(())
}
