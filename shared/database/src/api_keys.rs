//! Keys with which programs act for a person.

use chrono::{DateTime, Utc};
use domain::access::Role;
use domain::ids::{ApiKeyId, UserId, VehicleId};
use domain::locale::Locale;
use domain::paging::{Page, PageRequest};
use sqlx::PgConnection;

use crate::DatabaseError;

/// A key to make.
#[derive(Debug, Clone)]
pub struct NewApiKey<'a> {
    /// For whom it acts.
    pub user: UserId,
    /// What its person calls it.
    pub name: &'a str,
    /// Its first letters, by which people know it again.
    pub prefix: &'a str,
    /// Hash of the whole key.
    pub hash: &'a [u8],
    /// The roles it has; the best one counts.
    pub scopes: &'a [Role],
    /// The vehicles that it reaches; none for all.
    pub vehicles: Option<&'a [VehicleId]>,
    /// When it ends, if it does.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A key as its person sees it.
#[derive(Debug, Clone)]
pub struct ApiKey {
    /// Its number.
    pub id: i64,
    /// What its person calls it.
    pub name: String,
    /// Its first letters.
    pub prefix: String,
    /// The roles it has, as words.
    pub scopes: Vec<String>,
    /// The vehicles that it reaches; none for all.
    pub vehicle_ids: Option<Vec<i64>>,
    /// When it ends, if it does.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was used last, to within a quarter of an hour.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

struct Row {
    id: i64,
    name: String,
    prefix: String,
    scopes: Vec<String>,
    vehicle_ids: Option<Vec<i64>>,
    expires_at: Option<DateTime<Utc>>,
    last_used_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    total: i64,
}

/// Who is behind a live key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyHolder {
    /// The key.
    pub key: ApiKeyId,
    /// For whom it acts.
    pub user: UserId,
    /// Their language.
    pub locale: Locale,
    /// The best of its roles.
    pub role: Role,
    /// Whether it reaches certain vehicles only.
    pub is_narrowed: bool,
    /// Whether their account is to be erased.
    pub is_leaving: bool,
}

/// Makes a key.
pub async fn insert(
    db: &mut PgConnection,
    new: &NewApiKey<'_>,
    now: DateTime<Utc>,
) -> Result<ApiKeyId, DatabaseError> {
    let scopes: Vec<String> = new.scopes.iter().map(|role| role.as_str().to_owned()).collect();
    let vehicles = new.vehicles.map(|all| all.iter().map(|id| id.0).collect::<Vec<i64>>());
    let id = sqlx::query_scalar!(
        "insert into api_keys (user_id, name, prefix, key_hash, scopes, vehicle_ids, expires_at, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        returning id",
        new.user.0,
        new.name,
        new.prefix,
        new.hash,
        &scopes,
        vehicles.as_deref(),
        new.expires_at,
        now
    )
    .fetch_one(db)
    .await?;
    Ok(ApiKeyId(id))
}

/// How many keys somebody has that are not revoked; locks their account, so that nobody counts beside another.
pub async fn count_for_update(db: &mut PgConnection, user: UserId) -> Result<i64, DatabaseError> {
    sqlx::query!("select id from users where id = $1 for no key update", user.0).fetch_one(&mut *db).await?;
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from api_keys where user_id = $1 and revoked_at is null"#,
        user.0
    )
    .fetch_one(db)
    .await?;
    Ok(count)
}

/// One page of somebody's keys that are not revoked, the newest first.
pub async fn list(
    db: &mut PgConnection,
    user: UserId,
    page: PageRequest,
) -> Result<Page<ApiKey>, DatabaseError> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id, name, prefix, scopes, vehicle_ids, expires_at, last_used_at, created_at,
            count(*) over () as "total!"
        from api_keys
        where user_id = $1 and revoked_at is null
        order by id desc
        limit $2 offset $3"#,
        user.0,
        page.limit(),
        page.offset()
    )
    .fetch_all(db)
    .await?;
    let count = rows.first().map_or(0, |row| row.total);
    Ok(Page { count, rows: rows.into_iter().map(ApiKey::from).collect() })
}

/// Ends one of somebody's keys; it opens nothing from then on.
///
/// # Errors
/// Not found when it is another's, or was ended before.
pub async fn revoke(
    db: &mut PgConnection,
    user: UserId,
    key: ApiKeyId,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let done = sqlx::query!(
        "update api_keys set revoked_at = $3 where user_id = $1 and id = $2 and revoked_at is null",
        user.0,
        key.0,
        now
    )
    .execute(db)
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(DatabaseError::NotFound) }
}

/// Who is behind the key with this hash, if it is live and its person not suspended; notes that it was used.
pub async fn find_holder(
    db: &mut PgConnection,
    hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<KeyHolder>, DatabaseError> {
    let row = sqlx::query!(
        r#"with held as (
            select k.id, k.user_id, k.vehicle_ids is not null as is_narrowed, k.last_used_at, l.rank,
                u.locale, u.deletion_due_at is not null as is_leaving
            from api_keys k
            join live_api_keys l on l.id = k.id
            join users u on u.id = k.user_id
            where k.key_hash = $1 and u.is_active
        ), used as (
            -- Within a quarter of an hour is enough: a busy program shall not write with every request.
            update api_keys k
            set last_used_at = $2
            from held
            where k.id = held.id and (held.last_used_at is null or held.last_used_at < $2::timestamptz - interval '15 minutes')
        )
        select id, user_id, locale, rank as "rank!", is_narrowed as "is_narrowed!", is_leaving as "is_leaving!" from held"#,
        hash,
        now
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| KeyHolder {
        key: ApiKeyId(row.id),
        user: UserId(row.user_id),
        locale: Locale::from_tag(&row.locale).unwrap_or_default(),
        role: Role::from_rank(row.rank).unwrap_or(Role::Viewer),
        is_narrowed: row.is_narrowed,
        is_leaving: row.is_leaving,
    }))
}

impl From<Row> for ApiKey {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            name: row.name,
            prefix: row.prefix,
            scopes: row.scopes,
            vehicle_ids: row.vehicle_ids,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
            created_at: row.created_at,
        }
    }
}
