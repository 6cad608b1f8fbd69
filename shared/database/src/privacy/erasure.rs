//! Erasing an account: asked for, called off, done.

use chrono::{DateTime, Utc};
use domain::email_address::EmailAddress;
use domain::ids::UserId;
use domain::locale::Locale;
use sqlx::PgConnection;

use crate::DatabaseError;

/// What erasing an account needs to know about it.
#[derive(Clone)]
pub struct Leaving {
    /// The address that signs in.
    pub email: String,
    /// The language of its letters.
    pub locale: Locale,
    /// The hash of its password, a PHC string.
    pub password_hash: String,
    /// Since when it is to be erased, if it is.
    pub requested_at: Option<DateTime<Utc>>,
    /// When it is erased, if it is to be.
    pub due_at: Option<DateTime<Utc>>,
    /// When it was erased.
    pub erased_at: Option<DateTime<Utc>>,
}

/// The account, locked until the transaction ends, or not found.
pub async fn get_for_update(db: &mut PgConnection, user: UserId) -> Result<Leaving, DatabaseError> {
    let row = sqlx::query!(
        r#"select email::text as "email!", locale, password_hash, deletion_requested_at, deletion_due_at, erased_at
        from users
        where id = $1
        for update"#,
        user.0
    )
    .fetch_one(db)
    .await?;
    Ok(Leaving {
        email: row.email,
        locale: Locale::from_tag(&row.locale).unwrap_or_default(),
        password_hash: row.password_hash,
        requested_at: row.deletion_requested_at,
        due_at: row.deletion_due_at,
        erased_at: row.erased_at,
    })
}

/// Notes when the account is to be erased.
pub async fn schedule(
    db: &mut PgConnection,
    user: UserId,
    due_at: DateTime<Utc>,
    reason: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    sqlx::query!(
        "update users
        set deletion_requested_at = coalesce(deletion_requested_at, $4), deletion_due_at = $2, deletion_reason = $3,
            updated_at = $4
        where id = $1 and erased_at is null",
        user.0,
        due_at,
        reason,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Calls the erasure off; false if none was asked for, or if it has begun.
pub async fn cancel(db: &mut PgConnection, user: UserId, now: DateTime<Utc>) -> Result<bool, DatabaseError> {
    let done = sqlx::query!(
        "update users
        set deletion_requested_at = null, deletion_due_at = null, deletion_reason = null, updated_at = $2
        where id = $1 and deletion_due_at is not null and is_active",
        user.0,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Accounts that are to be erased by now, up to `limit` after the account `after`.
pub async fn due(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    after: UserId,
    limit: i64,
) -> Result<Vec<UserId>, DatabaseError> {
    let ids = sqlx::query_scalar!(
        "select id
        from users
        where deletion_due_at <= $1 and erased_at is null and id > $2
        order by id
        limit $3",
        now,
        after.0,
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(ids.into_iter().map(UserId).collect())
}

/// Shuts the account's door for good, if it is due: from here on nobody calls its erasure off.
pub async fn close(db: &mut PgConnection, user: UserId, now: DateTime<Utc>) -> Result<bool, DatabaseError> {
    let done = sqlx::query!(
        "update users
        set is_active = false, updated_at = $2
        where id = $1 and deletion_due_at <= $2 and erased_at is null",
        user.0,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The keys of all files of the account: its papers, deleted ones too, and its copies.
pub async fn files(db: &mut PgConnection, user: UserId) -> Result<Vec<String>, DatabaseError> {
    let keys = sqlx::query_scalar!(
        r#"select storage_key as "storage_key!" from documents where user_id = $1
        union all
        select t.storage_key from document_thumbnails t join documents d on d.id = t.document_id where d.user_id = $1
        union all
        select r.storage_key from retired_files r join documents d on d.id = r.document_id where d.user_id = $1
        union all
        select storage_key from exports where user_id = $1 and storage_key is not null"#,
        user.0
    )
    .fetch_all(db)
    .await?;
    Ok(keys)
}

/// Removes everything of a person and leaves an account of nobody, see `erase_account` in the schema.
///
/// What is kept of letters is that they were sent; of the address, nothing.
pub async fn erase(
    db: &mut PgConnection,
    user: UserId,
    email: &EmailAddress,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    sqlx::query!(
        "with theirs as (
            update letters
            set address = ('erased-' || $1::bigint || '@erased.invalid')::citext, context = '{}', last_answer = null,
                blanked_at = coalesce(blanked_at, $3), state = case when state = 'queued' then 'suppressed' else state end
            where user_id = $1 or address = $2::text::citext
            returning id
        )
        update letter_events e set detail = null from theirs where e.letter_id = theirs.id",
        user.0,
        email.as_str(),
        now
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "with invited as (delete from vehicle_shares where invited_email = $1::text::citext),
            asked as (delete from auth_challenges where email = $1::text::citext)
        delete from suppressions where address = $1::text::citext",
        email.as_str()
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!("select erase_account($1, $2)", user.0, now).execute(db).await?;
    Ok(())
}

/// Forgets the addresses that a last letter went to, as soon as it came to its end.
pub async fn forget_last_addresses(db: &mut PgConnection, now: DateTime<Utc>) -> Result<u64, DatabaseError> {
    let done = sqlx::query!(
        "with ended as (
            update letters
            set address = ('erased-letter-' || id || '@erased.invalid')::citext, context = '{}', last_answer = null,
                blanked_at = coalesce(blanked_at, $1)
            where kind = 'erasure-done' and not is_sample and address not like '%@erased.invalid'
                and (state not in ('queued', 'sending') or expires_at <= $1)
            returning id
        ), told as (
            update letter_events e set detail = null from ended where e.letter_id = ended.id
        )
        select from ended",
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}
