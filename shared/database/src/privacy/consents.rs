//! Consents. Rows are only ever added; the last one of a kind counts.

use chrono::{DateTime, Utc};
use domain::consent::ConsentKind;
use domain::ids::UserId;
use sqlx::PgConnection;

use crate::DatabaseError;

/// What a person said to one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// To what.
    pub kind: ConsentKind,
    /// Whether they agree.
    pub granted: bool,
    /// The wording they said it to.
    pub version: String,
    /// When they said it.
    pub at: DateTime<Utc>,
}

/// What `user` said last to each kind that they were asked about.
///
/// What a registration said of news counts until something else is said.
pub async fn list(db: &mut PgConnection, user: UserId) -> Result<Vec<Consent>, DatabaseError> {
    let rows = sqlx::query!(
        r#"select distinct on (said.kind)
            said.kind as "kind!", said.granted as "granted!", said.version as "version!", said.at as "at!"
        from (
            select kind, granted, version, at, id from consents where user_id = $1
            union all
            select 'marketing', marketing_opt_in, 'registration', coalesce(terms_accepted_at, created_at), 0
            from users
            where id = $1
        ) said
        order by said.kind, said.id desc"#,
        user.0
    )
    .fetch_all(db)
    .await?;
    let known = |word: &str| ConsentKind::from_word(word).expect("the schema allows only known kinds");
    Ok(rows
        .into_iter()
        .map(|row| Consent { kind: known(&row.kind), granted: row.granted, version: row.version, at: row.at })
        .collect())
}

/// Adds what `user` says to one kind.
pub async fn insert(
    db: &mut PgConnection,
    user: UserId,
    kind: ConsentKind,
    granted: bool,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    sqlx::query!(
        "with said as (
            insert into consents (user_id, kind, granted, version, at)
            values ($1, $2, $3, $4, $5)
            returning user_id, kind, granted
        )
        update users u
        set marketing_opt_in = said.granted, updated_at = $5
        from said
        where u.id = said.user_id and said.kind = 'marketing'",
        user.0,
        kind.as_str(),
        granted,
        kind.version(),
        now
    )
    .execute(db)
    .await?;
    Ok(())
}
