//! Saying yes or no.

use database::DatabaseError;
use database::audit::Actor;
use database::privacy::consents::{self, Consent};
use domain::consent::ConsentKind;
use domain::ids::UserId;
use serde_json::{Map, Value};

use crate::Context;
use crate::accounts::Origin;

/// Notes what `user` says to these kinds and answers what holds now. Saying the same again to the same wording adds
/// nothing.
pub async fn set_consents(
    ctx: &Context,
    user: UserId,
    said: &[(ConsentKind, bool)],
    origin: &Origin,
) -> Result<Vec<Consent>, DatabaseError> {
    let now = ctx.clock.now();
    let mut work = ctx.begin().await?;
    database::users::get_profile_for_update(&mut work, user).await?;
    let before = consents::list(&mut work, user).await?;
    let mut changed = Map::new();
    for &(kind, granted) in said {
        let is_known = before.iter().any(|consent| {
            consent.kind == kind && consent.granted == granted && consent.version == kind.version()
        });
        if !is_known {
            consents::insert(&mut work, user, kind, granted, now).await?;
            changed.insert(kind.to_string(), Value::Bool(granted));
        }
    }
    if !changed.is_empty() {
        let diff = Value::Object(changed);
        origin.audit_with(&mut work, Actor::User(user), "consents_changed", user, &diff, now).await?;
    }
    let holding = consents::list(&mut work, user).await?;
    work.commit().await?;
    Ok(holding)
}
