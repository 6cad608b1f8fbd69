use chrono::Duration;
use domain::ids::ChallengeId;
use operations::accounts::{self, AccountError, Login, Origin};

use crate::house::{House, PASSWORD, address, copy};

const EMAIL: &str = "camille@exemple.fr";
const OTHER: &str = "tournesol jaune";

/// The link in the newest letter of a kind: its challenge and its token, minted as its sending does.
async fn link(house: &House, kind: &str, email: &str) -> Option<(ChallengeId, String)> {
    let (letter, challenge): (i64, Option<uuid::Uuid>) = sqlx::query_as(
        "select id, challenge_id from letters where kind = $1 and address = $2::citext order by id desc limit 1",
    )
    .bind(kind)
    .bind(email)
    .fetch_one(&house.db)
    .await
    .unwrap();
    let challenge = ChallengeId(challenge?);
    let mut db = house.ctx.read().await.unwrap();
    let now = house.clock.now();
    let token =
        accounts::mint_token(&mut db, &house.settings, challenge, letter.into(), now).await.unwrap()?;
    Some((challenge, secrecy::ExposeSecret::expose_secret(&token).to_owned()))
}

async fn forgot(house: &House, email: &str) {
    let locale = domain::locale::Locale::Fr;
    accounts::forgot_password(house, &address(email), locale, &Origin::default()).await.unwrap();
}

async fn reset(house: &House, link: &(ChallengeId, String), password: &str) -> Result<(), AccountError> {
    accounts::reset_password(house, (link.0, &link.1), &password.into(), &Origin::default()).await
}

#[tokio::test]
async fn a_link_gives_a_new_password_once_and_ends_all_sessions() {
    let house = House::open().await;
    let before = house.sign_up(EMAIL).await;
    forgot(&house, EMAIL).await;
    let link = link(&house, "password-reset", EMAIL).await.unwrap();
    accounts::check_reset_link(&house, link.0, &link.1).await.unwrap();
    assert!(matches!(reset(&house, &link, "password").await, Err(AccountError::BadPassword(_))));
    reset(&house, &link, OTHER).await.unwrap();
    assert!(matches!(reset(&house, &link, OTHER).await, Err(AccountError::WrongLink)));
    assert_eq!(house.holder(&before.tokens.access).await, None);
    assert!(matches!(house.login(EMAIL, PASSWORD).await, Err(AccountError::WrongCredentials)));
    assert!(matches!(house.login(EMAIL, OTHER).await, Ok(Login::SignedIn(_))));
    assert_eq!(house.letters(EMAIL).await, ["otp", "welcome", "password-reset", "password-changed"]);
}

#[tokio::test]
async fn a_link_that_ten_follow_at_once_gives_one_new_password() {
    let house = House::open().await;
    house.sign_up(EMAIL).await;
    forgot(&house, EMAIL).await;
    let link = link(&house, "password-reset", EMAIL).await.unwrap();
    let passwords: Vec<String> = (0..10).map(|number| format!("tournesol numéro {number}")).collect();
    let resets = passwords.iter().map(|password| reset(&house, &link, password));
    let done = futures::future::join_all(resets).await;
    assert_eq!(done.iter().filter(|reset| reset.is_ok()).count(), 1, "{done:?}");
    let changed = house.letters(EMAIL).await.into_iter().filter(|kind| kind == "password-changed").count();
    assert_eq!(changed, 1);
}

#[tokio::test]
async fn a_link_is_dead_after_thirty_minutes_and_with_another_token() {
    let house = House::open().await;
    house.sign_up(EMAIL).await;
    forgot(&house, EMAIL).await;
    let link = link(&house, "password-reset", EMAIL).await.unwrap();
    let other = (link.0, "x".repeat(43));
    assert!(matches!(reset(&house, &other, OTHER).await, Err(AccountError::WrongLink)));
    house.later(Duration::minutes(30));
    assert!(matches!(reset(&house, &link, OTHER).await, Err(AccountError::WrongLink)));
}

#[tokio::test]
async fn an_address_without_an_account_is_answered_alike_and_sent_nothing() {
    let house = House::open().await;
    forgot(&house, "unknown@exemple.fr").await;
    assert_eq!(house.letters("unknown@exemple.fr").await, ["password-reset"]);
    assert_eq!(link(&house, "password-reset", "unknown@exemple.fr").await, None);
    for _ in 0..9 {
        house.later(Duration::minutes(1));
        forgot(&house, "unknown@exemple.fr").await;
    }
    assert_eq!(house.letters("unknown@exemple.fr").await.len(), 6, "six an hour");
}

#[tokio::test]
async fn a_link_proves_an_address_that_somebody_else_registered() {
    let house = House::open().await;
    let thief = house.register(EMAIL, "mot de passe du voleur").await;
    let code = house.read_code(EMAIL).await;
    forgot(&house, EMAIL).await;
    reset(&house, &link(&house, "password-reset", EMAIL).await.unwrap(), OTHER).await.unwrap();
    assert!(matches!(house.verify(EMAIL, &code, Some(thief)).await, Err(AccountError::WrongCode)));
    assert!(matches!(house.login(EMAIL, OTHER).await, Ok(Login::SignedIn(_))));
}

#[tokio::test]
async fn changing_the_password_needs_the_old_one_and_ends_the_other_sessions() {
    let house = House::open().await;
    let here = house.sign_up(EMAIL).await;
    let Login::SignedIn(elsewhere) = house.login(EMAIL, PASSWORD).await.unwrap() else { panic!() };
    let caller = accounts::authenticate(&house, &text(&here.tokens.access)).await.unwrap();
    let change = async |old: &str, new: &str| {
        accounts::change_password(&house, &caller, &old.into(), &new.into(), &Origin::default()).await
    };
    assert!(matches!(change("wrong", OTHER).await, Err(AccountError::WrongPassword)));
    assert!(matches!(change(PASSWORD, EMAIL).await, Err(AccountError::BadPassword(_))));
    change(PASSWORD, OTHER).await.unwrap();
    assert!(house.holder(&here.tokens.access).await.is_some());
    assert_eq!(house.holder(&elsewhere.tokens.access).await, None);
    assert!(matches!(house.login(EMAIL, OTHER).await, Ok(Login::SignedIn(_))));
}

#[tokio::test]
async fn another_address_is_proven_by_its_link_and_told_to_the_old_one() {
    let house = House::open().await;
    let here = house.sign_up(EMAIL).await;
    house.sign_up("taken@exemple.fr").await;
    let caller = accounts::authenticate(&house, &text(&here.tokens.access)).await.unwrap();
    let ask = async |new: &str| {
        accounts::change_email(&house, &caller, &address(new), &PASSWORD.into(), &Origin::default()).await
    };
    ask("new@exemple.fr").await.unwrap();
    assert_eq!(house.letters(EMAIL).await.last().unwrap(), "email-change-notice");
    let (challenge, token) = link(&house, "email-change-confirm", "new@exemple.fr").await.unwrap();
    // Another wish kills the link before it.
    ask("newer@exemple.fr").await.unwrap();
    let word = format!("{challenge}.{token}");
    assert!(matches!(
        accounts::confirm_email(&house, &word, &Origin::default()).await,
        Err(AccountError::WrongLink)
    ));
    let (challenge, token) = link(&house, "email-change-confirm", "newer@exemple.fr").await.unwrap();
    let word = format!("{challenge}.{token}");
    let user = accounts::confirm_email(&house, &word, &Origin::default()).await.unwrap();
    assert_eq!(user.email, "newer@exemple.fr");
    assert_eq!(house.letters(EMAIL).await.last().unwrap(), "email-changed", "the old address is told");
    assert!(accounts::confirm_email(&house, &word, &Origin::default()).await.is_err());
    assert!(matches!(house.login("newer@exemple.fr", PASSWORD).await, Ok(Login::SignedIn(_))));
    // An address that has an account: the same answer, and a letter that says so.
    house.execute("update users set locale = 'fr' where email = 'taken@exemple.fr'").await;
    house.later(Duration::minutes(2));
    ask("taken@exemple.fr").await.unwrap();
    assert_eq!(house.letters("taken@exemple.fr").await.last().unwrap(), "already-registered");
    let locale = "select count(*) from letters where kind = 'already-registered' and locale = 'fr'";
    assert_eq!(house.count(locale).await, 1, "in its holder's language");
}

#[tokio::test]
async fn a_strangers_address_is_not_filled_with_letters_by_wishing_for_it() {
    let house = House::open().await;
    let here = house.sign_up(EMAIL).await;
    let caller = accounts::authenticate(&house, &text(&here.tokens.access)).await.unwrap();
    for minute in 0..10 {
        let new = address("victim@exemple.fr");
        for _ in 0..2 {
            accounts::change_email(&house, &caller, &new, &PASSWORD.into(), &Origin::default())
                .await
                .unwrap();
        }
        assert_eq!(house.letters("victim@exemple.fr").await.len(), (minute + 1).min(6));
        // The link that was sent last is good.
        assert!(minute > 5 || link(&house, "email-change-confirm", "victim@exemple.fr").await.is_some());
        house.later(Duration::seconds(61));
    }
}

#[tokio::test]
async fn a_sign_in_on_a_device_that_was_never_seen_is_told_by_letter() {
    let house = House::open().await;
    house.sign_up(EMAIL).await;
    for (agent, told) in [
        ("Firefox/145.0 Windows", 1),
        ("Firefox/145.0 Windows", 1),
        // The browser was updated.
        ("Firefox/146.0 Windows", 1),
        ("Chrome/140.0 Android", 2),
        ("autotrack-garage/1.0", 3),
        ("autotrack-garage/1.1", 3),
    ] {
        let origin = Origin { user_agent: Some(agent.to_owned()), ..Origin::default() };
        let login = accounts::login(&house, &address(EMAIL), &PASSWORD.into(), false, &origin).await;
        let Ok(Login::SignedIn(signed_in)) = login else { panic!("{agent}") };
        let letters = house.letters(EMAIL).await.into_iter().filter(|kind| kind == "new-device").count();
        assert_eq!(letters, told, "{agent}");
        // Sessions that ended are deleted; their devices are known all the same.
        accounts::authenticate(&house, &text(&signed_in.tokens.access)).await.unwrap();
        house.execute("delete from sessions").await;
    }
}

fn text(token: &secrecy::SecretString) -> String {
    secrecy::ExposeSecret::expose_secret(&copy(token)).to_owned()
}

#[tokio::test]
async fn whoever_registers_an_address_without_proving_it_does_not_keep_its_owner_from_it() {
    let house = House::open().await;
    let camille = house.sign_up("camille@exemple.fr").await;
    let caller = accounts::authenticate(&house, &text(&camille.tokens.access)).await.unwrap();
    for (new, is_registered_first) in [("first@exemple.fr", true), ("then@exemple.fr", false)] {
        if is_registered_first {
            house.register(new, PASSWORD).await;
            house.later(Duration::minutes(2));
        }
        accounts::change_email(&house, &caller, &address(new), &PASSWORD.into(), &Origin::default())
            .await
            .unwrap();
        let (id, token) = link(&house, "email-change-confirm", new).await.expect("the owner gets a link");
        if !is_registered_first {
            house.register(new, PASSWORD).await;
        }
        let word = format!("{id}.{token}");
        let user =
            accounts::confirm_email(&house, &word, &Origin::default()).await.expect("the link is good");
        assert_eq!(user.email, new);
    }
}
