//! Kinds of reminders that somebody declined.

use chrono::{DateTime, Utc};
use domain::ids::UserId;
use domain::letter::LetterKind;
use sqlx::PgConnection;

use crate::DatabaseError;

/// Notes that somebody wants no more letters of this kind; an account that is gone needs no note.
pub async fn decline(
    db: &mut PgConnection,
    user: UserId,
    kind: LetterKind,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    sqlx::query!(
        "insert into letter_optouts (user_id, kind, at)
        select id, $2, $3
        from users
        where id = $1
        on conflict (user_id, kind) do nothing",
        user.0,
        kind.as_str(),
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes back that somebody wants no more letters of these kinds.
pub async fn want_again(
    db: &mut PgConnection,
    user: UserId,
    kinds: &[LetterKind],
) -> Result<(), DatabaseError> {
    let kinds: Vec<String> = kinds.iter().map(|kind| kind.as_str().to_owned()).collect();
    sqlx::query!("delete from letter_optouts where user_id = $1 and kind = any ($2)", user.0, &kinds)
        .execute(db)
        .await?;
    Ok(())
}

/// The kinds of letters that somebody wants no more of. Those that this build does not know are left away.
pub async fn declined(db: &mut PgConnection, user: UserId) -> Result<Vec<LetterKind>, DatabaseError> {
    let kinds =
        sqlx::query_scalar!("select kind from letter_optouts where user_id = $1 order by kind", user.0)
            .fetch_all(db)
            .await?;
    Ok(kinds.iter().filter_map(|kind| LetterKind::from_word(kind)).collect())
}

/// Whether somebody wants no more letters of this kind.
pub async fn is_declined(
    db: &mut PgConnection,
    user: UserId,
    kind: LetterKind,
) -> Result<bool, DatabaseError> {
    let found = sqlx::query_scalar!(
        r#"select exists (select from letter_optouts where user_id = $1 and kind = $2) as "found!""#,
        user.0,
        kind.as_str()
    )
    .fetch_one(db)
    .await?;
    Ok(found)
}
