use chrono::Duration;
use operations::accounts::{self, Authenticated, Login, Origin, SignedIn};
use secrecy::ExposeSecret;

use crate::house::{House, PASSWORD};

async fn caller(house: &House, somebody: &SignedIn) -> Authenticated {
    accounts::authenticate(&house.ctx, somebody.tokens.access.expose_secret()).await.unwrap()
}

async fn sign_in(house: &House, email: &str) -> SignedIn {
    let Login::SignedIn(signed_in) = house.login(email, PASSWORD).await.unwrap() else { panic!() };
    *signed_in
}

#[tokio::test]
async fn an_access_token_dies_with_its_session_at_once() {
    let house = House::open().await;
    let camille = house.sign_up("camille@exemple.fr").await;
    let elsewhere = sign_in(&house, "camille@exemple.fr").await;
    let who = caller(&house, &camille).await;
    accounts::logout(&house.ctx, &who, None, &Origin::default()).await.unwrap();
    assert_eq!(house.holder(&camille.tokens.access).await, None);
    assert!(house.refresh(&camille.tokens.refresh).await.is_err());
    assert_eq!(house.holder(&elsewhere.tokens.access).await, Some(camille.user.id));
}

#[tokio::test]
async fn signing_out_with_the_token_of_another_session_of_mine_ends_both() {
    let house = House::open().await;
    let camille = house.sign_up("camille@exemple.fr").await;
    let elsewhere = sign_in(&house, "camille@exemple.fr").await;
    let bob = house.sign_up("bob@exemple.fr").await;
    let who = caller(&house, &camille).await;
    for refresh in [&elsewhere.tokens.refresh, &bob.tokens.refresh] {
        accounts::logout(&house.ctx, &who, Some(refresh), &Origin::default()).await.unwrap();
    }
    assert_eq!(house.holder(&elsewhere.tokens.access).await, None);
    assert_eq!(house.holder(&bob.tokens.access).await, Some(bob.user.id));
}

#[tokio::test]
async fn signing_out_everywhere_ends_all_of_mine_and_nobody_elses() {
    let house = House::open().await;
    let camille = house.sign_up("camille@exemple.fr").await;
    let elsewhere = sign_in(&house, "camille@exemple.fr").await;
    let bob = house.sign_up("bob@exemple.fr").await;
    let who = caller(&house, &camille).await;
    assert_eq!(accounts::logout_everywhere(&house.ctx, &who, &Origin::default()).await.unwrap(), 2);
    assert_eq!(house.holder(&elsewhere.tokens.access).await, None);
    assert_eq!(house.holder(&bob.tokens.access).await, Some(bob.user.id));
}

#[tokio::test]
async fn a_suspended_user_is_out_at_once() {
    let house = House::open().await;
    let camille = house.sign_up("camille@exemple.fr").await;
    house.execute("update users set is_active = false").await;
    assert_eq!(house.holder(&camille.tokens.access).await, None);
    assert!(house.refresh(&camille.tokens.refresh).await.is_err());
}

#[tokio::test]
async fn who_asks_to_be_remembered_stays_for_thirty_days() {
    let house = House::open().await;
    house.sign_up("camille@exemple.fr").await;
    let email = crate::house::address("camille@exemple.fr");
    let login = accounts::login(&house.ctx, &email, &PASSWORD.into(), true, &Origin::default()).await;
    let Ok(Login::SignedIn(remembered)) = login else { panic!() };
    house.later(Duration::days(29));
    let next = house.refresh(&remembered.tokens.refresh).await.unwrap();
    house.later(Duration::days(1));
    assert!(house.refresh(&next.refresh).await.is_err());
}

#[tokio::test]
async fn security_events_are_written_down_and_stay() {
    let house = House::open().await;
    let camille = house.sign_up("camille@exemple.fr").await;
    let who = caller(&house, &camille).await;
    let origin = Origin {
        ip: Some("2001:db8::7".parse().unwrap()),
        user_agent: Some("Firefox".into()),
        request_id: Some(uuid::Uuid::new_v4()),
    };
    accounts::logout(&house.ctx, &who, None, &origin).await.unwrap();
    let (ip, agent, actor): (String, String, i64) = sqlx::query_as(
        "select host(ip), user_agent, actor_id from audit_log where action = 'logout' and request_id is not null",
    )
    .fetch_one(&house.db)
    .await
    .unwrap();
    assert_eq!((ip.as_str(), agent.as_str(), actor), ("2001:db8::7", "Firefox", camille.user.id.0));
    for change in ["update audit_log set action = 'x'", "delete from audit_log", "truncate audit_log"] {
        assert!(sqlx::query(change).execute(&house.db).await.is_err(), "{change}");
    }
}
