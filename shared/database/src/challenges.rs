//! Open one-time codes: what was asked for, how often it was tried, and the hash of the code once it was sent.

use chrono::{DateTime, Utc};
use domain::email_address::EmailAddress;
use domain::ids::{ChallengeId, LetterId, UserId};
use serde_json::Value;
use sqlx::PgConnection;

use crate::DatabaseError;
use crate::letters::Sends;

/// A challenge to open.
#[derive(Debug, Clone)]
pub struct NewChallenge<'a> {
    /// Its id.
    pub id: ChallengeId,
    /// The account it is for; none makes it a decoy that nothing opens.
    pub user: Option<UserId>,
    /// The address that asked.
    pub email: &'a EmailAddress,
    /// The flow it is bound to, such as `email_otp`.
    pub kind: &'a str,
    /// What takes effect when it is met.
    pub payload: &'a Value,
    /// When its code dies.
    pub expires_at: DateTime<Utc>,
}

/// A challenge that nobody has met yet.
#[derive(Clone)]
pub struct OpenChallenge {
    /// Its id.
    pub id: ChallengeId,
    /// The account it is for, none for a decoy.
    pub user: Option<UserId>,
    /// The flow it is bound to.
    pub kind: String,
    /// What takes effect when it is met.
    pub payload: Value,
}

/// A challenge whose try was just counted.
#[derive(Clone)]
pub struct CountedTry {
    /// The challenge.
    pub challenge: OpenChallenge,
    /// The hash to compare with; none before its letter is sent, and for a decoy.
    pub secret_hash: Option<Vec<u8>>,
    /// The pepper of that hash.
    pub secret_kid: Option<String>,
    /// Whether no further try will be counted.
    pub was_last: bool,
}

/// Lets only one at a time open challenges for an address, until the transaction ends.
pub async fn lock_address(db: &mut PgConnection, email: &EmailAddress) -> Result<(), DatabaseError> {
    // The second argument keeps these locks apart from others on the same text.
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended(lower($1), 4711))", email.as_str())
        .execute(db)
        .await?;
    Ok(())
}

/// The flows that belong to an account: all of them are over when its password changes or it is suspended.
pub const ALL_OF_A_USER: &[&str] = &["password_reset", "email_change", "login_otp", "delete_account"];

/// Kills all open challenges of an address and flow: nothing meets them any more.
pub async fn close(
    db: &mut PgConnection,
    email: &EmailAddress,
    kind: &str,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    sqlx::query!(
        "update auth_challenges
        set consumed_at = $3, secret_hash = null, payload = '{}'
        where email = $1::text::citext and kind = $2 and consumed_at is null",
        email.as_str(),
        kind,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Opens a challenge beside those that are open: whoever asks again closes nobody else's.
pub async fn insert(
    db: &mut PgConnection,
    challenge: &NewChallenge<'_>,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    sqlx::query!(
        "insert into auth_challenges (id, user_id, email, kind, payload, expires_at, created_at)
        values ($1, $2, $3::text::citext, $4, $5, $6, $7)",
        challenge.id.0,
        challenge.user.map(|user| user.0),
        challenge.email.as_str(),
        challenge.kind,
        challenge.payload,
        challenge.expires_at,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Whether the address has more than one challenge of this flow that is not met yet, their codes dead or alive.
pub async fn are_several_open(
    db: &mut PgConnection,
    email: &EmailAddress,
    kind: &str,
) -> Result<bool, DatabaseError> {
    let are_several = sqlx::query_scalar!(
        r#"select exists (
            select
            from auth_challenges
            where email = $1::text::citext and kind = $2 and consumed_at is null
            offset 1) as "several!""#,
        email.as_str(),
        kind
    )
    .fetch_one(db)
    .await?;
    Ok(are_several)
}

/// The address's challenge `id`, or its newest, of this flow, if it is not met yet; its code may be dead or alive.
pub async fn find_pending(
    db: &mut PgConnection,
    email: &EmailAddress,
    kind: &str,
    id: Option<ChallengeId>,
) -> Result<Option<OpenChallenge>, DatabaseError> {
    let row = sqlx::query!(
        "select id, user_id, kind, payload
        from auth_challenges
        where email = $1::text::citext and kind = $2 and consumed_at is null and ($3::uuid is null or id = $3)
        order by created_at desc
        limit 1",
        email.as_str(),
        kind,
        id.map(|id| id.0)
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| OpenChallenge {
        id: ChallengeId(row.id),
        user: row.user_id.map(UserId),
        kind: row.kind,
        payload: row.payload,
    }))
}

/// Makes an open challenge wait for a new code: the old one is dead, the tries start again.
pub async fn renew(
    db: &mut PgConnection,
    id: ChallengeId,
    expires_at: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    sqlx::query!(
        "update auth_challenges
        set secret_hash = null, secret_kid = null, attempts = 0, expires_at = $2
        where id = $1 and consumed_at is null",
        id.0,
        expires_at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The flow that a challenge is bound to, if there is such a challenge.
pub async fn find_kind(db: &mut PgConnection, id: ChallengeId) -> Result<Option<String>, DatabaseError> {
    let kind = sqlx::query_scalar!("select kind from auth_challenges where id = $1", id.0)
        .fetch_optional(db)
        .await?;
    Ok(kind)
}

/// Stores the hash of the code that `letter` is about to carry.
///
/// False if nothing can be opened with it: the challenge is a decoy, met or over, or a later letter was asked for.
pub async fn set_secret(
    db: &mut PgConnection,
    id: ChallengeId,
    letter: LetterId,
    secret: (&str, &[u8]),
    now: DateTime<Utc>,
) -> Result<bool, DatabaseError> {
    let (kid, hash) = secret;
    let done = sqlx::query!(
        "update auth_challenges c
        set secret_kid = $3, secret_hash = $4
        where id = $1 and user_id is not null and consumed_at is null and expires_at > $5
            and exists (select from letters l where l.id = $2 and l.challenge_id = c.id)
            and not exists (select from letters l where l.challenge_id = c.id and l.id > $2)",
        id.0,
        letter.0,
        kid,
        hash,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Counts a try at the challenge `id`, or at the address's newest; nothing if no try is left or its time is over.
///
/// One statement: however many connections try at once, no more than `max_attempts` get an answer.
pub async fn count_try(
    db: &mut PgConnection,
    email: &EmailAddress,
    kind: &str,
    id: Option<ChallengeId>,
    now: DateTime<Utc>,
) -> Result<Option<CountedTry>, DatabaseError> {
    let row = sqlx::query!(
        r#"update auth_challenges
        set attempts = attempts + 1
        where id = (
                select id
                from auth_challenges
                where email = $1::text::citext and kind = $2 and consumed_at is null and ($3::uuid is null or id = $3)
                order by created_at desc
                limit 1)
            and consumed_at is null and expires_at > $4 and attempts < max_attempts
        returning id, user_id, kind, payload, secret_hash, secret_kid, attempts >= max_attempts as "was_last!""#,
        email.as_str(),
        kind,
        id.map(|id| id.0),
        now
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| CountedTry {
        challenge: OpenChallenge {
            id: ChallengeId(row.id),
            user: row.user_id.map(UserId),
            kind: row.kind,
            payload: row.payload,
        },
        secret_hash: row.secret_hash,
        secret_kid: row.secret_kid,
        was_last: row.was_last,
    }))
}

/// Marks a challenge as met by the code with this hash; false if it was met or renewed in the meantime.
pub async fn consume(
    db: &mut PgConnection,
    id: ChallengeId,
    secret_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<bool, DatabaseError> {
    let done = sqlx::query!(
        "update auth_challenges
        set consumed_at = $3, secret_hash = null, payload = '{}'
        where id = $1 and consumed_at is null and secret_hash = $2",
        id.0,
        secret_hash,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Uses a challenge up that is met by something else than a code of its own; false if it was used up before.
pub async fn take(db: &mut PgConnection, id: ChallengeId, now: DateTime<Utc>) -> Result<bool, DatabaseError> {
    let done = sqlx::query!(
        "update auth_challenges set consumed_at = $2, payload = '{}' where id = $1 and consumed_at is null",
        id.0,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// How many challenges of a flow a user opened since `since`.
pub async fn count_since(
    db: &mut PgConnection,
    user: UserId,
    kind: &str,
    since: DateTime<Utc>,
) -> Result<Sends, DatabaseError> {
    let row = sqlx::query!(
        r#"select count(*) as "count!", min(created_at) as oldest, max(created_at) as newest
        from auth_challenges
        where user_id = $1 and kind = $2 and created_at > $3"#,
        user.0,
        kind,
        since
    )
    .fetch_one(db)
    .await?;
    Ok(Sends { count: row.count, oldest: row.oldest, newest: row.newest })
}

/// Deletes up to `limit` challenges whose code died before `before`; says how many.
///
/// One that nobody met stays as long as a younger one of its address and flow: alone, that would be taken for the only
/// registration that there ever was.
pub async fn delete_old(
    db: &mut PgConnection,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<u64, DatabaseError> {
    let done = sqlx::query!(
        "delete from auth_challenges
        where id in (
            select c.id
            from auth_challenges c
            where c.expires_at < $1
                and (c.consumed_at is not null or not exists (
                    select
                    from auth_challenges n
                    where n.email = c.email and n.kind = c.kind and n.consumed_at is null and n.expires_at >= $1))
            order by c.expires_at
            limit $2
            for update skip locked)",
        before,
        limit
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// A challenge whose letter was sent and whose time is not over.
#[derive(Clone)]
pub struct LiveChallenge {
    /// The challenge.
    pub challenge: OpenChallenge,
    /// The address that asked.
    pub email: EmailAddress,
    /// The hash of what the letter carried, and its pepper.
    pub secret: Option<(Vec<u8>, String)>,
}

/// The challenge `id` of a flow, if nobody has met it and its time is not over.
pub async fn find_live(
    db: &mut PgConnection,
    id: ChallengeId,
    kind: &str,
    now: DateTime<Utc>,
) -> Result<Option<LiveChallenge>, DatabaseError> {
    let row = sqlx::query!(
        r#"select user_id, email::text as "email!", payload, secret_hash, secret_kid
        from auth_challenges
        where id = $1 and kind = $2 and consumed_at is null and expires_at > $3"#,
        id.0,
        kind,
        now
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| LiveChallenge {
        challenge: OpenChallenge {
            id,
            user: row.user_id.map(UserId),
            kind: kind.to_owned(),
            payload: row.payload,
        },
        email: row.email.parse().expect("stored addresses were parsed when they came in"),
        secret: row.secret_hash.zip(row.secret_kid),
    }))
}

/// Kills all open challenges of a user in these flows.
pub async fn close_of_user(
    db: &mut PgConnection,
    user: UserId,
    kinds: &[&str],
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let kinds: Vec<String> = kinds.iter().map(|kind| (*kind).to_owned()).collect();
    sqlx::query!(
        "update auth_challenges
        set consumed_at = $3, secret_hash = null, payload = '{}'
        where user_id = $1 and kind = any ($2) and consumed_at is null",
        user.0,
        &kinds,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}
