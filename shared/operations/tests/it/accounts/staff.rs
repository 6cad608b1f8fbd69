use domain::clock::Clock;
use domain::password::NewPassword;
use operations::accounts::{AccountError, Login, StaffAdded, add_staff};
use secrecy::ExposeSecret;

use crate::house::{House, PASSWORD, address};

async fn add(house: &House, email: &str, password: Option<&str>) -> StaffAdded {
    let email = address(email);
    let password = password.map(|password| NewPassword::choose(password, &email).unwrap());
    let clock: &Clock = &house.clock;
    add_staff(&house.db, &house.passwords, clock, &email, false, password).await.unwrap()
}

#[tokio::test]
async fn the_first_member_of_staff_is_made_with_a_password_that_is_shown_once() {
    let house = House::open().await;
    let added = add(&house, "staff@exemple.fr", None).await;
    let password = added.password.unwrap();
    let login = house.login("staff@exemple.fr", password.expose_secret()).await.unwrap();
    let Login::SignedIn(signed_in) = login else { panic!() };
    assert!(signed_in.user.is_staff && signed_in.user.id == added.user);
    assert_eq!(house.audited().await, ["staff_added", "login"]);
}

#[tokio::test]
async fn a_confirmed_account_becomes_staff_and_keeps_its_password_and_sessions() {
    let house = House::open().await;
    let camille = house.sign_up("camille@exemple.fr").await;
    let added = add(&house, "camille@exemple.fr", None).await;
    assert!(added.password.is_none() && added.user == camille.user.id);
    assert!(house.login("camille@exemple.fr", PASSWORD).await.is_ok());
    assert_eq!(house.holder(&camille.tokens.access).await, Some(camille.user.id));
}

#[tokio::test]
async fn whoever_registered_the_address_without_proving_it_does_not_become_staff() {
    let house = House::open().await;
    house.register("staff@exemple.fr", "mot de passe du voleur").await;
    let code = house.read_code("staff@exemple.fr").await;
    let added = add(&house, "staff@exemple.fr", None).await;
    assert!(added.password.is_some());
    let thief = house.login("staff@exemple.fr", "mot de passe du voleur").await;
    assert!(!matches!(thief, Ok(Login::SignedIn(_))), "{thief:?}");
    assert!(matches!(house.verify("staff@exemple.fr", &code, None).await, Err(AccountError::WrongCode)));
}

#[tokio::test]
async fn a_new_password_ends_the_sessions_of_the_old_one() {
    let house = House::open().await;
    let camille = house.sign_up("camille@exemple.fr").await;
    add(&house, "camille@exemple.fr", Some("un nouveau mot secret")).await;
    assert_eq!(house.holder(&camille.tokens.access).await, None);
    assert!(house.login("camille@exemple.fr", PASSWORD).await.is_err());
    assert!(house.login("camille@exemple.fr", "un nouveau mot secret").await.is_ok());
}
