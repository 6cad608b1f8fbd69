//! Accounts.

mod credentials;

pub use credentials::{
    Credentials, find_credentials, get_credentials, rehash, replace_password, set_password,
};

use chrono::{DateTime, Utc};
use domain::email_address::EmailAddress;
use domain::ids::UserId;
use domain::locale::Locale;
use sqlx::PgConnection;

use crate::DatabaseError;

/// An account as its holder sees it.
#[derive(Debug, Clone)]
pub struct User {
    /// Its number.
    pub id: UserId,
    /// The address that signs in.
    pub email: String,
    /// First name, perhaps empty.
    pub first_name: String,
    /// Last name, perhaps empty.
    pub last_name: String,
    /// Telephone number.
    pub phone_number: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Department, such as `75` or `2A`.
    pub department: Option<String>,
    /// The language of its letters and messages.
    pub locale: Locale,
    /// What it is: `user`, `garage_owner`, `admin`.
    pub roles: Vec<String>,
    /// Whether its address was confirmed.
    pub email_verified: bool,
    /// Whether it may use the staff's routes.
    pub is_staff: bool,
    /// Since when it exists.
    pub created_at: DateTime<Utc>,
}

/// What a registration says about a person.
#[derive(Clone)]
pub struct NewUser<'a> {
    /// The address that will sign in.
    pub email: &'a EmailAddress,
    /// The hash of the password, a PHC string.
    pub password_hash: &'a str,
    /// First name.
    pub first_name: &'a str,
    /// Last name.
    pub last_name: &'a str,
    /// Telephone number.
    pub phone_number: Option<&'a str>,
    /// The language of letters and messages.
    pub locale: Locale,
    /// Whether news may be sent.
    pub marketing_opt_in: bool,
}

/// What the holder may change.
#[derive(Debug, Clone, Default)]
pub struct Profile {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Telephone number.
    pub phone_number: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Department.
    pub department: Option<String>,
    /// The language of letters and messages.
    pub locale: Locale,
}

/// The profile of `id`, locked until the transaction ends, or not found.
pub async fn get_profile_for_update(db: &mut PgConnection, id: UserId) -> Result<Profile, DatabaseError> {
    let row = sqlx::query!(
        "select first_name, last_name, phone_number, postal_code, department, locale
        from users
        where id = $1
        for update",
        id.0
    )
    .fetch_one(db)
    .await?;
    Ok(Profile {
        first_name: row.first_name,
        last_name: row.last_name,
        phone_number: row.phone_number,
        postal_code: row.postal_code,
        department: row.department,
        locale: Locale::from_tag(&row.locale).unwrap_or_default(),
    })
}

/// The account `id`, or not found.
pub async fn get(db: &mut PgConnection, id: UserId) -> Result<User, DatabaseError> {
    let row = sqlx::query!(
        r#"select id, email::text as "email!", first_name, last_name, phone_number, postal_code, department, locale,
            roles, email_verified, is_staff, created_at
        from users
        where id = $1"#,
        id.0
    )
    .fetch_one(db)
    .await?;
    Ok(User {
        id: UserId(row.id),
        email: row.email,
        first_name: row.first_name,
        last_name: row.last_name,
        phone_number: row.phone_number,
        postal_code: row.postal_code,
        department: row.department,
        locale: Locale::from_tag(&row.locale).unwrap_or_default(),
        roles: row.roles,
        email_verified: row.email_verified,
        is_staff: row.is_staff,
        created_at: row.created_at,
    })
}

/// Adds an account whose address is not confirmed yet.
pub async fn insert(
    db: &mut PgConnection,
    user: &NewUser<'_>,
    now: DateTime<Utc>,
) -> Result<UserId, DatabaseError> {
    let id = sqlx::query_scalar!(
        "insert into users
            (email, password_hash, first_name, last_name, phone_number, locale, marketing_opt_in, terms_accepted_at,
             password_changed_at, created_at, updated_at)
        values ($1::text::citext, $2, $3, $4, $5, $6, $7, $8, $8, $8, $8)
        returning id",
        user.email.as_str(),
        user.password_hash,
        user.first_name,
        user.last_name,
        user.phone_number,
        user.locale.as_str(),
        user.marketing_opt_in,
        now
    )
    .fetch_one(db)
    .await?;
    Ok(UserId(id))
}

/// Marks an account as just used; the same work as adding one, for answers that must take the same time.
pub async fn touch(db: &mut PgConnection, id: UserId, now: DateTime<Utc>) -> Result<(), DatabaseError> {
    sqlx::query!("update users set updated_at = $2 where id = $1", id.0, now).execute(db).await?;
    Ok(())
}

/// Lets a registration that was confirmed take effect on an account that was never confirmed before.
pub async fn apply_registration(
    db: &mut PgConnection,
    id: UserId,
    user: &NewUser<'_>,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    sqlx::query!(
        "update users
        set password_hash = $2, first_name = $3, last_name = $4, phone_number = $5, locale = $6,
            marketing_opt_in = $7, terms_accepted_at = $8, password_changed_at = $8, updated_at = $8
        where id = $1 and not email_verified",
        id.0,
        user.password_hash,
        user.first_name,
        user.last_name,
        user.phone_number,
        user.locale.as_str(),
        user.marketing_opt_in,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Marks the address as confirmed; false if it already was.
pub async fn confirm(db: &mut PgConnection, id: UserId, now: DateTime<Utc>) -> Result<bool, DatabaseError> {
    let done = sqlx::query!(
        "update users set email_verified = true, updated_at = $2 where id = $1 and not email_verified",
        id.0,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Changes what the holder may change.
pub async fn save_profile(
    db: &mut PgConnection,
    id: UserId,
    profile: &Profile,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let done = sqlx::query!(
        "update users
        set first_name = $2, last_name = $3, phone_number = $4, postal_code = $5, department = $6, locale = $7,
            updated_at = $8
        where id = $1",
        id.0,
        profile.first_name,
        profile.last_name,
        profile.phone_number,
        profile.postal_code,
        profile.department,
        profile.locale.as_str(),
        now
    )
    .execute(db)
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(DatabaseError::NotFound) }
}

/// Notes that the account was signed in to.
pub async fn mark_login(db: &mut PgConnection, id: UserId, now: DateTime<Utc>) -> Result<(), DatabaseError> {
    sqlx::query!(
        "update users set last_login = $2, last_seen_at = $2, inactivity_warned_at = null where id = $1",
        id.0,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Makes an account a confirmed member of the staff, with a new password if one is given.
pub async fn make_staff(
    db: &mut PgConnection,
    id: UserId,
    is_superuser: bool,
    password_hash: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    sqlx::query!(
        "update users
        set is_staff = true, is_superuser = is_superuser or $4, email_verified = true, is_active = true,
            roles = case when 'admin' = any (roles) then roles else array_append(roles, 'admin') end,
            password_hash = coalesce($2, password_hash),
            password_changed_at = case when $2::text is null then password_changed_at else $3 end,
            updated_at = $3
        where id = $1",
        id.0,
        password_hash,
        now,
        is_superuser
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Locks an account until the transaction ends. Whoever writes to an account's sessions and challenges together takes
/// this lock first, so that nobody waits in a circle.
pub async fn lock(db: &mut PgConnection, id: UserId) -> Result<(), DatabaseError> {
    sqlx::query!("select id from users where id = $1 for no key update", id.0).fetch_one(db).await?;
    Ok(())
}

/// Notes that somebody was here. Once an hour is enough, and nobody waits for it: who is locked is being seen to.
pub async fn mark_seen(db: &mut PgConnection, id: UserId, now: DateTime<Utc>) -> Result<(), DatabaseError> {
    sqlx::query!(
        "update users
        set last_seen_at = $2, inactivity_warned_at = null
        where id = (
            select id
            from users
            where id = $1
                and (last_seen_at is null or last_seen_at < $2::timestamptz - interval '1 hour' or inactivity_warned_at is not null)
            for no key update skip locked)",
        id.0,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Deletes the account of an address that nobody ever proved; false if there is none, or somebody did.
pub async fn delete_unproven(db: &mut PgConnection, email: &EmailAddress) -> Result<bool, DatabaseError> {
    let done = sqlx::query!(
        "delete from users u
        where email = $1::text::citext and not email_verified and last_login is null
            and not exists (select from totp_devices t where t.user_id = u.id and t.confirmed_at is not null)",
        email.as_str()
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Deletes up to `limit` accounts that were never confirmed and not touched since `before`; says how many.
pub async fn delete_unfinished(
    db: &mut PgConnection,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<u64, DatabaseError> {
    let done = sqlx::query!(
        "delete from users
        where id in (
            select id
            from users
            -- Who once signed in has an account, also when staff take its confirmation back.
            where not email_verified and last_login is null and updated_at < $1
            order by updated_at
            limit $2
            for update skip locked)",
        before,
        limit
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Gives an account another address, which was proven.
///
/// # Errors
/// `users_email_key`: another account has it.
pub async fn set_email(
    db: &mut PgConnection,
    id: UserId,
    email: &EmailAddress,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    sqlx::query!(
        "update users set email = $2::text::citext, email_verified = true, updated_at = $3 where id = $1",
        id.0,
        email.as_str(),
        now
    )
    .execute(db)
    .await?;
    Ok(())
}
