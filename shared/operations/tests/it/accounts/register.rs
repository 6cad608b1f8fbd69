use chrono::Duration;
use operations::accounts::{AccountError, Login};

use crate::house::{House, PASSWORD};

const VICTIM: &str = "victim@exemple.fr";
const THIEF: &str = "mot de passe du voleur";

#[tokio::test]
async fn a_registration_waits_for_the_code_and_then_signs_in() {
    let house = House::open().await;
    let challenge = house.register("camille@exemple.fr", PASSWORD).await;
    assert_eq!(house.count("select count(*) from users where not email_verified").await, 1);
    let code = house.read_code("camille@exemple.fr").await;
    assert!(code.len() == 6 && code.bytes().all(|sign| sign.is_ascii_digit()), "{code}");
    let signed_in = house.verify("Camille@Exemple.fr", &code, Some(challenge)).await.unwrap();
    assert!(signed_in.user.email_verified);
    assert_eq!(signed_in.user.first_name, "Camille");
    assert_eq!(house.holder(&signed_in.tokens.access).await, Some(signed_in.user.id));
    assert_eq!(house.letters("camille@exemple.fr").await, ["otp", "welcome"]);
    assert_eq!(house.audited().await, ["register", "email_verified", "login"]);
}

#[tokio::test]
async fn letters_are_recorded_with_their_jobs_and_codes_are_urgent() {
    let house = House::open().await;
    house.sign_up("camille@exemple.fr").await;
    let queues: Vec<(String, String)> = sqlx::query_as(
        "select l.kind, j.queue from letters l join jobs j on j.payload->>'letter_id' = l.id::text order by l.id",
    )
    .fetch_all(&house.db)
    .await
    .unwrap();
    let expected = [("otp", "mail_urgent"), ("welcome", "mail")];
    assert_eq!(queues, expected.map(|(kind, queue)| (kind.to_owned(), queue.to_owned())));
}

#[tokio::test]
async fn a_known_address_is_answered_like_an_unknown_one_and_told_by_letter() {
    let house = House::open().await;
    house.sign_up("camille@exemple.fr").await;
    let decoy = house.register("camille@exemple.fr", "un autre mot secret").await;
    assert_eq!(house.letters("camille@exemple.fr").await, ["otp", "welcome", "already-registered"]);
    for code in ["000000", "123456"] {
        let answer = house.verify("camille@exemple.fr", code, Some(decoy)).await;
        assert!(matches!(answer, Err(AccountError::WrongCode)));
    }
    assert!(matches!(house.login("camille@exemple.fr", PASSWORD).await, Ok(Login::SignedIn(_))));
}

#[tokio::test]
async fn registering_and_then_signing_in_tells_nothing_about_an_address() {
    let house = House::open().await;
    house.sign_up("known@exemple.fr").await;
    for email in ["known@exemple.fr", "unknown@exemple.fr"] {
        let challenge = house.register(email, "un autre mot secret").await;
        match house.login(email, "un autre mot secret").await {
            Ok(Login::SecondStep(step)) => assert_eq!(step.challenge, challenge, "{email}"),
            other => panic!("{email}: {other:?}"),
        }
        assert!(matches!(
            house.login(email, "ni l'un ni l'autre").await,
            Err(AccountError::WrongCredentials)
        ));
    }
}

#[tokio::test]
async fn whoever_registers_an_address_first_gets_no_hold_of_it() {
    let house = House::open().await;
    house.register("victim@exemple.fr", "mot de passe du voleur").await;
    let challenge = house.register("victim@exemple.fr", PASSWORD).await;
    let code = house.read_code("victim@exemple.fr").await;
    house.verify("victim@exemple.fr", &code, Some(challenge)).await.unwrap();
    let thief = house.login("victim@exemple.fr", "mot de passe du voleur").await;
    assert!(matches!(thief, Err(AccountError::WrongCredentials)));
    assert!(matches!(house.login("victim@exemple.fr", PASSWORD).await, Ok(Login::SignedIn(_))));
}

#[tokio::test]
async fn two_registrations_at_once_make_one_account() {
    let house = House::open().await;
    tokio::join!(
        house.register("camille@exemple.fr", PASSWORD),
        house.register("camille@exemple.fr", PASSWORD),
        house.register("CAMILLE@exemple.fr", PASSWORD),
    );
    assert_eq!(house.count("select count(*) from users").await, 1);
    assert_eq!(house.count("select count(*) from auth_challenges where consumed_at is null").await, 3);
}

#[tokio::test]
async fn whoever_registers_an_address_again_does_not_take_it() {
    let house = House::open().await;
    let victim = house.register(VICTIM, PASSWORD).await;
    let code = house.read_code(VICTIM).await;
    let thief = house.register(VICTIM, THIEF).await;
    let newest = house.read_code(VICTIM).await;
    // Which one is meant is never guessed, and guessing counts at neither.
    for code in [&code, &newest] {
        assert!(matches!(house.verify(VICTIM, code, None).await, Err(AccountError::WhichChallenge)));
    }
    assert!(matches!(house.verify(VICTIM, &newest, Some(victim)).await, Err(AccountError::WrongCode)));
    // The first registration was not closed by the second.
    house.verify(VICTIM, &code, Some(victim)).await.unwrap();
    // The code that still lies in the mailbox is good for nothing now.
    for challenge in [Some(thief), None] {
        assert!(matches!(house.verify(VICTIM, &newest, challenge).await, Err(AccountError::WrongCode)));
    }
    assert!(matches!(house.login(VICTIM, THIEF).await, Err(AccountError::WrongCredentials)));
    assert!(matches!(house.login(VICTIM, PASSWORD).await, Ok(Login::SignedIn(_))));
}

#[tokio::test]
async fn an_old_registration_still_makes_a_newer_one_ask_which_is_meant() {
    let house = House::open().await;
    house.register(VICTIM, PASSWORD).await;
    house.later(Duration::hours(3));
    house.register(VICTIM, THIEF).await;
    let newest = house.read_code(VICTIM).await;
    assert!(matches!(house.verify(VICTIM, &newest, None).await, Err(AccountError::WhichChallenge)));
    assert!(matches!(house.resend(VICTIM).await, Err(AccountError::TooSoon { .. })));
    house.later(Duration::minutes(2));
    assert!(matches!(house.resend(VICTIM).await, Err(AccountError::WhichChallenge)));
}

#[tokio::test]
async fn registering_an_address_over_and_over_kills_no_code() {
    let house = House::open().await;
    let victim = house.register(VICTIM, PASSWORD).await;
    let code = house.read_code(VICTIM).await;
    for _ in 0..9 {
        house.register(VICTIM, THIEF).await;
    }
    house.verify(VICTIM, &code, Some(victim)).await.unwrap();
    assert!(matches!(house.login(VICTIM, PASSWORD).await, Ok(Login::SignedIn(_))));
}

#[tokio::test]
async fn several_registrations_look_alike_for_known_and_unknown_addresses() {
    let house = House::open().await;
    house.sign_up("known@exemple.fr").await;
    for email in ["known@exemple.fr", "unknown@exemple.fr"] {
        let first = house.register(email, THIEF).await;
        house.register(email, THIEF).await;
        assert!(matches!(house.verify(email, "000000", None).await, Err(AccountError::WhichChallenge)));
        assert!(matches!(house.verify(email, "no code", Some(first)).await, Err(AccountError::WrongCode)));
    }
}

#[tokio::test]
async fn an_address_gets_no_more_than_six_letters_an_hour_by_registering() {
    let house = House::open().await;
    for _ in 0..9 {
        house.register("camille@exemple.fr", PASSWORD).await;
    }
    assert_eq!(house.letters("camille@exemple.fr").await.len(), 6);
}
