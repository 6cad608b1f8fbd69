//! Deciding how to be told of things. The last word counts: a channel that is switched on again is no longer declined.

use chrono::{DateTime, Utc};
use database::notifications::{self, Kept};
use database::{DatabaseError, letters};
use domain::ids::UserId;
use domain::letter::LetterKind;
use domain::notification::NotificationKind;
use sqlx::PgConnection;

/// Keeps what somebody decided. Letters that they declined by one click come again where they switched them on.
pub async fn decide(
    db: &mut PgConnection,
    user: UserId,
    kept: &Kept,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    notifications::save_preferences(db, user, kept, now).await?;
    let preferences = notifications::recipient(db, user).await?.preferences;
    let is_on = |kind: &&NotificationKind| kept.chosen.get(kind.as_str()).is_some_and(|chosen| chosen.email);
    let wanted = NotificationKind::ALL.iter().filter(is_on);
    let wanted: Vec<LetterKind> = wanted.filter_map(|kind| preferences.declinable(*kind)).collect();
    letters::want_again(db, user, &wanted).await
}

/// Somebody switched letters on as a whole: nothing is declined any more.
pub async fn all_letters_again(db: &mut PgConnection, user: UserId) -> Result<(), DatabaseError> {
    let declined = letters::declined(db, user).await?;
    letters::want_again(db, user, &declined).await
}
