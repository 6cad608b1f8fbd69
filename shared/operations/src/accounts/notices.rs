//! Word to somebody of what happened to their account's safety, in case it was not them.

use chrono::{DateTime, Utc};
use database::notifications::NewNotification;
use database::{DatabaseError, users};
use domain::ids::UserId;
use domain::locale::Locale;
use domain::notification::NotificationKind;
use queue::Work;
use serde_json::json;

use crate::notifications::{Notice, notify};

/// What happened.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Event<'a> {
    /// A key for a program was made, with this name.
    KeyMade(&'a str),
    /// The second factor was turned on.
    SecondFactorOn,
    /// The second factor was turned off.
    SecondFactorOff,
}

/// Tells the holder, by letter too, whatever their preferences say.
pub(crate) async fn tell(
    work: &mut Work,
    user: UserId,
    event: Event<'_>,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let (title, message) = event.words(users::get(work, user).await?.locale);
    let new = NewNotification {
        user,
        kind: NotificationKind::Security,
        vehicle: None,
        document: None,
        title,
        message: &message,
        link: Some("/settings/security"),
        metadata: &json!({}),
        dedup_key: None,
    };
    notify(work, &Notice { new, letter: None }, now).await?;
    Ok(())
}

impl Event<'_> {
    fn words(self, locale: Locale) -> (&'static str, String) {
        match (self, locale) {
            (Self::KeyMade(name), Locale::Fr) => (
                "Une clé d’API a été créée",
                format!(
                    "La clé « {name} » donne accès à vos véhicules et à vos documents. Si ce n’est pas vous, révoquez-la \
                     et changez votre mot de passe."
                ),
            ),
            (Self::KeyMade(name), Locale::En) => (
                "An API key was created",
                format!(
                    "The key “{name}” gives access to your vehicles and your documents. If this was not you, revoke it \
                     and change your password."
                ),
            ),
            (Self::SecondFactorOn, Locale::Fr) => (
                "La validation en deux étapes est activée",
                "Un code de votre application sera demandé à chaque connexion, et vos autres sessions sont fermées. Si ce \
                 n’est pas vous, écrivez-nous sans attendre."
                    .to_owned(),
            ),
            (Self::SecondFactorOn, Locale::En) => (
                "Two-step verification is on",
                "A code of your authenticator is asked for at each sign-in, and your other sessions have ended. If this \
                 was not you, write to us at once."
                    .to_owned(),
            ),
            (Self::SecondFactorOff, Locale::Fr) => (
                "La validation en deux étapes est désactivée",
                "Votre mot de passe suffit désormais pour vous connecter. Si ce n’est pas vous, changez-le et écrivez-nous \
                 sans attendre."
                    .to_owned(),
            ),
            (Self::SecondFactorOff, Locale::En) => (
                "Two-step verification is off",
                "Your password alone signs in from now on. If this was not you, change it and write to us at once."
                    .to_owned(),
            ),
        }
    }
}
