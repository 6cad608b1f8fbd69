use chrono::Duration;
use config::{Key, Keyring};
use futures::future::join_all;
use operations::accounts::{AccountError, SignedIn};
use secrecy::ExposeSecret;

use crate::house::{House, copy};

async fn signed_in() -> (House, SignedIn) {
    let house = House::open().await;
    let somebody = house.sign_up("camille@exemple.fr").await;
    (house, somebody)
}

#[tokio::test]
async fn fifty_concurrent_refreshes_have_one_successor_and_log_nobody_out() {
    let (house, camille) = signed_in().await;
    let answers = join_all((0..50).map(|_| house.refresh(&camille.tokens.refresh))).await;
    let mut successors: Vec<String> =
        answers.into_iter().map(|answer| answer.unwrap().refresh.expose_secret().to_owned()).collect();
    successors.dedup();
    assert_eq!(successors.len(), 1);
    assert_ne!(successors[0], camille.tokens.refresh.expose_secret());
    assert_eq!(house.count("select count(*) from spent_refresh_tokens").await, 1);
    let next = house.refresh(&successors.remove(0).into()).await.unwrap();
    assert_eq!(house.holder(&next.access).await, Some(camille.user.id));
    assert_eq!(house.letters("camille@exemple.fr").await, ["otp", "welcome"]);
}

#[tokio::test]
async fn a_replaced_token_gets_its_successor_for_twenty_seconds() {
    let (house, camille) = signed_in().await;
    let first = house.refresh(&camille.tokens.refresh).await.unwrap();
    house.later(Duration::seconds(20));
    let again = house.refresh(&camille.tokens.refresh).await.unwrap();
    assert_eq!(first.refresh.expose_secret(), again.refresh.expose_secret());
    assert_eq!(house.holder(&again.access).await, Some(camille.user.id));
}

#[tokio::test]
async fn a_replaced_token_that_comes_back_later_ends_the_session_and_tells_its_holder_once() {
    let (house, camille) = signed_in().await;
    let next = house.refresh(&camille.tokens.refresh).await.unwrap();
    house.later(Duration::seconds(21));
    let answers = join_all((0..8).map(|_| house.refresh(&camille.tokens.refresh))).await;
    assert!(answers.iter().all(|answer| matches!(answer, Err(AccountError::InvalidToken))));
    assert!(matches!(house.refresh(&next.refresh).await, Err(AccountError::InvalidToken)));
    assert_eq!(house.holder(&next.access).await, None);
    assert_eq!(house.count("select count(*) from audit_log where action = 'refresh_reuse'").await, 1);
    assert_eq!(house.letters("camille@exemple.fr").await, ["otp", "welcome", "session-revoked"]);
}

#[tokio::test]
async fn the_token_before_the_last_ends_the_session_too() {
    let (house, camille) = signed_in().await;
    let mut current = copy(&camille.tokens.refresh);
    for _ in 0..3 {
        house.later(Duration::minutes(15));
        current = house.refresh(&current).await.unwrap().refresh;
    }
    assert!(house.refresh(&camille.tokens.refresh).await.is_err());
    assert!(house.refresh(&current).await.is_err());
}

#[tokio::test]
async fn only_hashes_of_refresh_tokens_are_stored() {
    let (house, camille) = signed_in().await;
    let next = house.refresh(&camille.tokens.refresh).await.unwrap();
    let stored: Vec<String> = sqlx::query_scalar(
        "select s::text from sessions s union all select t::text from spent_refresh_tokens t",
    )
    .fetch_all(&house.db)
    .await
    .unwrap();
    for token in [&camille.tokens.refresh, &next.refresh] {
        let hex = hex::encode(token.expose_secret());
        assert!(!stored.concat().contains(token.expose_secret()) && !stored.concat().contains(&hex));
    }
}

#[tokio::test]
async fn a_race_across_a_change_of_keys_logs_nobody_out() {
    let (mut house, camille) = signed_in().await;
    let first = house.refresh(&camille.tokens.refresh).await.unwrap();
    let mut settings = (*house.settings).clone();
    let old = settings.keys.refresh.newest().clone();
    settings.keys.refresh = Keyring::new(Key::new("new", &[7; 32]), vec![old]);
    house.ctx.settings = settings.into();
    let again = house.refresh(&camille.tokens.refresh).await.unwrap();
    assert_eq!(first.refresh.expose_secret(), again.refresh.expose_secret());
    assert!(house.refresh(&again.refresh).await.is_ok());
}

#[tokio::test]
async fn a_session_is_over_after_seven_days_however_often_it_was_refreshed() {
    let (house, camille) = signed_in().await;
    house.later(Duration::days(6));
    let next = house.refresh(&camille.tokens.refresh).await.unwrap();
    house.later(Duration::days(1));
    assert!(house.refresh(&next.refresh).await.is_err());
    assert_eq!(house.count("select count(*) from audit_log where action = 'refresh_reuse'").await, 0);
}

#[tokio::test]
async fn what_is_no_refresh_token_is_refused() {
    let (house, camille) = signed_in().await;
    for token in ["", "x", "é", camille.tokens.access.expose_secret(), &"A".repeat(43), &"A".repeat(100_000)]
    {
        assert!(matches!(house.refresh(&token.into()).await, Err(AccountError::InvalidToken)));
    }
    assert!(house.refresh(&camille.tokens.refresh).await.is_ok());
}
