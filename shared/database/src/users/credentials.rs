//! What proves that somebody is who they say.

use chrono::{DateTime, Utc};
use domain::email_address::EmailAddress;
use domain::ids::UserId;
use domain::locale::Locale;
use sqlx::PgConnection;

use crate::DatabaseError;

/// What is needed to judge somebody who wants in.
#[derive(Clone)]
pub struct Credentials {
    /// The account.
    pub id: UserId,
    /// The hash of its password, a PHC string.
    pub password_hash: String,
    /// The language of its letters.
    pub locale: Locale,
    /// Whether its address was confirmed.
    pub email_verified: bool,
    /// Whether it may sign in at all.
    pub is_active: bool,
    /// Whether its sign-ins need a second factor.
    pub has_factor: bool,
}

impl Credentials {
    /// Whether somebody proved that the address is theirs, or proves more at each sign-in.
    pub fn is_confirmed(&self) -> bool {
        self.email_verified || self.has_factor
    }
}

/// The credentials behind an address, if it has an account.
pub async fn find_credentials(
    db: &mut PgConnection,
    email: &EmailAddress,
) -> Result<Option<Credentials>, DatabaseError> {
    let row = sqlx::query!(
        r#"select id, password_hash, locale, email_verified, is_active,
            exists (select from totp_devices t where t.user_id = u.id and t.confirmed_at is not null) as "has_factor!"
        from users u
        where email = $1::text::citext"#,
        email.as_str()
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Credentials {
        id: UserId(row.id),
        password_hash: row.password_hash,
        locale: Locale::from_tag(&row.locale).unwrap_or_default(),
        email_verified: row.email_verified,
        is_active: row.is_active,
        has_factor: row.has_factor,
    }))
}

/// What is needed to judge the holder of `id`, who is signed in, or not found.
pub async fn get_credentials(
    db: &mut PgConnection,
    id: UserId,
) -> Result<(EmailAddress, Credentials), DatabaseError> {
    let row = sqlx::query!(
        r#"select email::text as "email!", password_hash, locale, email_verified, is_active,
            exists (select from totp_devices t where t.user_id = u.id and t.confirmed_at is not null) as "has_factor!"
        from users u
        where id = $1"#,
        id.0
    )
    .fetch_one(db)
    .await?;
    let email = row.email.parse().expect("stored addresses were parsed when they came in");
    let credentials = Credentials {
        id,
        password_hash: row.password_hash,
        locale: Locale::from_tag(&row.locale).unwrap_or_default(),
        email_verified: row.email_verified,
        is_active: row.is_active,
        has_factor: row.has_factor,
    };
    Ok((email, credentials))
}

/// Replaces the hash of the same password by one made with today's cost.
pub async fn rehash(db: &mut PgConnection, id: UserId, old: &str, new: &str) -> Result<(), DatabaseError> {
    sqlx::query!("update users set password_hash = $3 where id = $1 and password_hash = $2", id.0, old, new)
        .execute(db)
        .await?;
    Ok(())
}

/// Gives an account another password if `old` is still its hash: of two changes at once, or of one that was overtaken
/// by a reset, only the first counts.
pub async fn replace_password(
    db: &mut PgConnection,
    id: UserId,
    old: &str,
    new: &str,
    now: DateTime<Utc>,
) -> Result<bool, DatabaseError> {
    let done = sqlx::query!(
        "update users
        set password_hash = $3, password_changed_at = $4, updated_at = $4
        where id = $1 and password_hash = $2",
        id.0,
        old,
        new,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives an account another password.
pub async fn set_password(
    db: &mut PgConnection,
    id: UserId,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    sqlx::query!(
        "update users set password_hash = $2, password_changed_at = $3, updated_at = $3 where id = $1",
        id.0,
        hash,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}
