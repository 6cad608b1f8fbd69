//! Everything that an account owns, as rows for its copy. What only serves the product (hashes, keys of files) stays out.

use domain::ids::UserId;
use serde_json::Value;
use sqlx::{PgConnection, PgPool, Postgres, Transaction};

use crate::DatabaseError;

/// The rows of one table, each an object.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its name, also the name of its file.
    pub name: &'static str,
    /// Its rows.
    pub rows: Vec<Value>,
}

/// The file of a paper.
#[derive(Debug, Clone)]
pub struct PaperFile {
    /// The paper.
    pub id: i64,
    /// Where its file is.
    pub storage_key: String,
    /// What its holder calls the file.
    pub original_name: Option<String>,
    /// What it is.
    pub mime_type: String,
}

macro_rules! table {
    ($db:ident, $user:ident, $name:literal, $sql:literal) => {
        Table { name: $name, rows: sqlx::query_scalar!($sql, $user.0).fetch_all(&mut *$db).await? }
    };
}

/// The account itself, what it agreed to and what happened to it.
pub async fn account(db: &mut PgConnection, user: UserId) -> Result<Vec<Table>, DatabaseError> {
    Ok(vec![
        table!(
            db,
            user,
            "account",
            r#"select to_jsonb(t) as "row!" from (
                select id, email, first_name, last_name, phone_number, postal_code, department, locale, roles,
                    email_verified, marketing_opt_in, terms_accepted_at, last_login, last_seen_at, password_changed_at,
                    created_at, updated_at
                from users where id = $1) t"#
        ),
        table!(
            db,
            user,
            "sessions",
            r#"select to_jsonb(t) as "row!" from (
                select id, host(ip_address) as ip_address, user_agent, auth_method, is_active, created_at, last_seen_at,
                    expires_at, revoked_at, revoked_reason
                from sessions where user_id = $1 order by id) t"#
        ),
        table!(
            db,
            user,
            "known_devices",
            r#"select to_jsonb(t) - 'user_id' as "row!" from known_devices t where user_id = $1 order by first_seen_at, label"#
        ),
        table!(
            db,
            user,
            "api_keys",
            r#"select to_jsonb(t) as "row!" from (
                select id, name, prefix, scopes, vehicle_ids, created_at, last_used_at, expires_at, revoked_at
                from api_keys where user_id = $1 order by id) t"#
        ),
        table!(
            db,
            user,
            "consents",
            r#"select to_jsonb(t) as "row!" from (
                select kind, granted, version, at from consents where user_id = $1 order by id) t"#
        ),
        table!(
            db,
            user,
            "activity",
            r#"select to_jsonb(t) as "row!" from (
                select at, action, target_type, target_id,
                    case when actor_kind = 'staff' and actor_id <> $1 then null else host(ip) end as ip,
                    case when actor_kind = 'staff' and actor_id <> $1 then null else user_agent end as user_agent
                from audit_log
                where (actor_id = $1 and actor_kind in ('user', 'staff')) or (target_type = 'user' and target_id = $1::bigint::text)
                order by id) t"#
        ),
        table!(
            db,
            user,
            "letters",
            r#"select to_jsonb(t) as "row!" from (
                select address, kind, locale, context, state, created_at, sent_at
                from letters where user_id = $1 order by id) t"#
        ),
        table!(
            db,
            user,
            "notifications",
            r#"select to_jsonb(t) as "row!" from (
                select id, notification_type, vehicle_id, document_id, title, message, link, is_read, read_at, created_at
                from notifications where user_id = $1 order by id) t"#
        ),
    ])
}

/// What the account set for itself.
pub async fn wishes(db: &mut PgConnection, user: UserId) -> Result<Vec<Table>, DatabaseError> {
    Ok(vec![
        table!(
            db,
            user,
            "user_settings",
            r#"select to_jsonb(t) - 'user_id' as "row!" from user_settings t where user_id = $1"#
        ),
        table!(
            db,
            user,
            "notification_preferences",
            r#"select to_jsonb(t) - 'user_id' as "row!" from notification_preferences t where user_id = $1"#
        ),
        table!(
            db,
            user,
            "letter_optouts",
            r#"select to_jsonb(t) - 'user_id' as "row!" from letter_optouts t where user_id = $1 order by kind"#
        ),
        table!(
            db,
            user,
            "push_subscriptions",
            r#"select to_jsonb(t) as "row!" from (
                select id, endpoint, user_agent, created_at, last_used_at
                from push_subscriptions where user_id = $1 order by id) t"#
        ),
    ])
}

/// Vehicles with who shares them, and papers with what was read on them.
pub async fn possessions(db: &mut PgConnection, user: UserId) -> Result<Vec<Table>, DatabaseError> {
    Ok(vec![
        table!(
            db,
            user,
            "vehicles",
            r#"select to_jsonb(v) - 'search' as "row!" from vehicles v where owner_id = $1 order by id"#
        ),
        table!(
            db,
            user,
            "vehicle_shares",
            r#"select to_jsonb(t) as "row!" from (
                select s.id, s.vehicle_id, s.invited_email, s.role, s.status, s.expires_at, s.accepted_at, s.created_at
                from vehicle_shares s join vehicles v on v.id = s.vehicle_id
                where v.owner_id = $1 order by s.id) t"#
        ),
        table!(
            db,
            user,
            "shared_with_me",
            r#"select to_jsonb(t) as "row!" from (
                select vehicle_id, role, status, expires_at, accepted_at, created_at
                from vehicle_shares where user_id = $1 order by id) t"#
        ),
        table!(
            db,
            user,
            "documents",
            r#"select to_jsonb(d) - 'search' - 'storage_key' - 'sha256' - 'job_id' as "row!"
            from documents d where user_id = $1 order by id"#
        ),
        table!(
            db,
            user,
            "document_analyses",
            r#"select to_jsonb(a) as "row!" from document_analyses a join documents d on d.id = a.document_id
            where d.user_id = $1 order by a.id"#
        ),
        table!(
            db,
            user,
            "document_corrections",
            r#"select to_jsonb(c) - 'corrected_by' as "row!"
            from document_corrections c join documents d on d.id = c.document_id
            where d.user_id = $1 order by c.document_id, c.field"#
        ),
        table!(
            db,
            user,
            "document_batches",
            r#"select to_jsonb(t) as "row!" from (
                select b.id, b.created_at, b.finished_at,
                    array(select p.document_id from document_batch_papers p where p.batch_id = b.id order by 1) as documents
                from document_batches b where b.user_id = $1 order by b.created_at) t"#
        ),
    ])
}

/// The files of the account's papers.
pub async fn paper_files(db: &mut PgConnection, user: UserId) -> Result<Vec<PaperFile>, DatabaseError> {
    let rows = sqlx::query_as!(
        PaperFile,
        "select id, storage_key, original_name, mime_type from documents where user_id = $1 order by id",
        user.0
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// A transaction that sees everything as it stands now, however long it reads.
pub async fn snapshot(pool: &PgPool) -> Result<Transaction<'static, Postgres>, DatabaseError> {
    let mut snapshot = pool.begin().await?;
    sqlx::query!("set transaction isolation level repeatable read, read only")
        .execute(&mut *snapshot)
        .await?;
    Ok(snapshot)
}
