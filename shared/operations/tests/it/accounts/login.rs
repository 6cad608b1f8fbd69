use chrono::Duration as Span;
use operations::accounts::{AccountError, Login, Passwords};

use crate::house::{House, PASSWORD};

const EMAIL: &str = "camille@exemple.fr";

fn is_refused(answer: &Result<Login, AccountError>) -> bool {
    matches!(answer, Err(AccountError::WrongCredentials))
}

#[tokio::test]
async fn the_right_password_signs_in() {
    let house = House::open().await;
    house.sign_up(EMAIL).await;
    let Login::SignedIn(signed_in) = house.login("CAMILLE@exemple.fr", PASSWORD).await.unwrap() else {
        panic!()
    };
    assert_eq!(house.holder(&signed_in.tokens.access).await, Some(signed_in.user.id));
    assert_eq!(house.count("select count(*) from users where last_login is not null").await, 1);
}

#[tokio::test]
async fn a_wrong_password_an_unknown_address_and_a_suspended_account_look_the_same() {
    let house = House::open().await;
    house.sign_up(EMAIL).await;
    house.sign_up("suspended@exemple.fr").await;
    house.execute("update users set is_active = false where email = 'suspended@exemple.fr'").await;
    assert!(is_refused(&house.login(EMAIL, "tournesol vert").await));
    assert!(is_refused(&house.login("unknown@exemple.fr", PASSWORD).await));
    assert!(is_refused(&house.login("suspended@exemple.fr", PASSWORD).await));
    assert_eq!(house.count("select count(*) from audit_log where action = 'login_failed'").await, 3);
}

#[tokio::test]
async fn an_unknown_address_costs_as_many_hashes_as_a_wrong_password() {
    let house = House::open().await;
    house.sign_up("known@exemple.fr").await;
    house.register("unconfirmed@exemple.fr", PASSWORD).await;
    for email in ["known@exemple.fr", "unconfirmed@exemple.fr", "unknown@exemple.fr"] {
        let before = house.passwords.computed();
        assert!(is_refused(&house.login(email, "tournesol vert").await));
        assert_eq!(house.passwords.computed() - before, 2, "{email}");
    }
}

#[tokio::test]
async fn an_address_that_was_never_confirmed_leads_to_a_second_step() {
    let house = House::open().await;
    let challenge = house.register(EMAIL, PASSWORD).await;
    house.later(Span::hours(3));
    let Login::SecondStep(step) = house.login(EMAIL, PASSWORD).await.unwrap() else { panic!() };
    assert_eq!((step.challenge, step.methods), (challenge, ["email"].as_slice()));
    assert_eq!(house.letters(EMAIL).await, ["otp", "otp"]);
    let code = house.read_code(EMAIL).await;
    assert!(house.verify(EMAIL, &code, Some(step.challenge)).await.is_ok());
}

#[tokio::test]
async fn signing_in_again_within_a_minute_leaves_the_code_alive() {
    let house = House::open().await;
    house.register(EMAIL, PASSWORD).await;
    let code = house.read_code(EMAIL).await;
    house.later(Span::seconds(30));
    assert!(matches!(house.login(EMAIL, PASSWORD).await, Ok(Login::SecondStep(_))));
    assert_eq!(house.letters(EMAIL).await, ["otp"]);
    assert!(house.verify(EMAIL, &code, None).await.is_ok());
}

#[tokio::test]
async fn a_hash_of_yesterdays_cost_is_renewed_at_login() {
    let mut house = House::open().await;
    house.sign_up(EMAIL).await;
    house.ctx.passwords = Passwords::with_cost(128, 2, 1);
    assert!(house.login(EMAIL, "tournesol vert").await.is_err());
    assert_eq!(house.count("select count(*) from users where password_hash like '%m=64,t=1,p=1%'").await, 1);
    assert!(house.login(EMAIL, PASSWORD).await.is_ok());
    assert_eq!(house.count("select count(*) from users where password_hash like '%m=128,t=2,p=1%'").await, 1);
    assert!(house.login(EMAIL, PASSWORD).await.is_ok());
}
