use chrono::Duration;
use operations::accounts::{Forgotten, forget_ended};

use crate::house::{House, PASSWORD};

#[tokio::test]
async fn what_is_over_is_forgotten_and_what_lives_stays() {
    let house = House::open().await;
    house.sign_up("ended@exemple.fr").await;
    house.register("unfinished@exemple.fr", PASSWORD).await;
    house.later(Duration::days(7) + Duration::minutes(11));
    let camille = house.sign_up("camille@exemple.fr").await;
    house.register("waiting@exemple.fr", PASSWORD).await;
    let mut db = house.read().await.unwrap();
    let forgotten = forget_ended(&mut db, house.clock.now()).await.unwrap();
    assert_eq!(forgotten, Forgotten { sessions: 1, challenges: 2, accounts: 1 });
    assert!(forgotten.is_all());
    assert_eq!(forget_ended(&mut db, house.clock.now()).await.unwrap(), Forgotten::default());
    assert_eq!(house.holder(&camille.tokens.access).await, Some(camille.user.id));
    assert_eq!(house.count("select count(*) from users").await, 3);
}

#[tokio::test]
async fn an_account_that_was_used_stays_when_its_confirmation_is_taken_back() {
    let house = House::open().await;
    house.sign_up("camille@exemple.fr").await;
    sqlx::query("update users set email_verified = false").execute(&house.db).await.unwrap();
    house.later(Duration::days(400));
    let mut db = house.read().await.unwrap();
    assert_eq!(forget_ended(&mut db, house.clock.now()).await.unwrap().accounts, 0);
}
