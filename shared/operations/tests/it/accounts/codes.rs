use chrono::Duration;
use futures::future::join_all;
use operations::accounts::AccountError;

use crate::house::{House, PASSWORD};

const EMAIL: &str = "camille@exemple.fr";

#[tokio::test]
async fn no_code_is_at_rest() {
    let house = House::open().await;
    house.register(EMAIL, PASSWORD).await;
    assert_eq!(house.count("select count(*) from auth_challenges where secret_hash is not null").await, 0);
    let code = house.read_code(EMAIL).await;
    let stored: Vec<String> = sqlx::query_scalar(
        "select c::text from auth_challenges c union all select l::text from letters l
        union all select j::text from jobs j",
    )
    .fetch_all(&house.db)
    .await
    .unwrap();
    assert!(stored.len() >= 3 && !stored.concat().contains(&format!("\"{code}\"")));
    let (hash, kid): (Vec<u8>, String) =
        sqlx::query_as("select secret_hash, secret_kid from auth_challenges")
            .fetch_one(&house.db)
            .await
            .unwrap();
    assert_eq!((hash.len(), kid.as_str()), (32, house.settings.keys.pepper.newest().kid()));
}

#[tokio::test]
async fn a_code_dies_after_ten_minutes() {
    let house = House::open().await;
    house.register(EMAIL, PASSWORD).await;
    let code = house.read_code(EMAIL).await;
    house.later(Duration::minutes(10));
    assert!(matches!(house.verify(EMAIL, &code, None).await, Err(AccountError::WrongCode)));
}

#[tokio::test]
async fn a_code_lives_until_its_ten_minutes_are_over() {
    let house = House::open().await;
    house.register(EMAIL, PASSWORD).await;
    let code = house.read_code(EMAIL).await;
    house.later(Duration::seconds(599));
    assert!(house.verify(EMAIL, &code, None).await.is_ok());
}

#[tokio::test]
async fn a_code_is_dead_after_use() {
    let house = House::open().await;
    let challenge = house.register(EMAIL, PASSWORD).await;
    let code = house.read_code(EMAIL).await;
    assert!(house.verify(EMAIL, &code, Some(challenge)).await.is_ok());
    assert!(matches!(house.verify(EMAIL, &code, Some(challenge)).await, Err(AccountError::WrongCode)));
}

#[tokio::test]
async fn of_many_who_use_a_code_at_once_one_gets_in() {
    let house = House::open().await;
    house.register(EMAIL, PASSWORD).await;
    let code = house.read_code(EMAIL).await;
    let answers = join_all((0..5).map(|_| house.verify(EMAIL, &code, None))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
}

#[tokio::test]
async fn five_tries_are_counted_over_any_number_of_connections() {
    let house = House::open().await;
    house.register(EMAIL, PASSWORD).await;
    let code = house.read_code(EMAIL).await;
    let wrong = if code == "111111" { "222222" } else { "111111" };
    let answers = join_all((0..40).map(|_| house.verify(EMAIL, wrong, None))).await;
    assert!(answers.iter().all(|answer| matches!(answer, Err(AccountError::WrongCode))));
    assert_eq!(house.count("select attempts::bigint from auth_challenges").await, 5);
    assert!(matches!(house.verify(EMAIL, &code, None).await, Err(AccountError::WrongCode)));
    assert_eq!(house.count("select count(*) from audit_log where action = 'otp_exhausted'").await, 1);
}

#[tokio::test]
async fn a_resend_kills_the_code_before_it_and_keeps_the_challenge() {
    let house = House::open().await;
    let challenge = house.register(EMAIL, PASSWORD).await;
    let first = house.newest_letter(EMAIL).await;
    let old = house.mint(first).await.unwrap();
    house.later(Duration::seconds(60));
    house.resend(EMAIL).await.unwrap();
    assert!(matches!(house.verify(EMAIL, &old, Some(challenge)).await, Err(AccountError::WrongCode)));
    let new = house.read_code(EMAIL).await;
    // The letter before, sent late, must not bring its own code to life again.
    assert_eq!(house.mint(first).await, None);
    assert!(house.verify(EMAIL, &new, Some(challenge)).await.is_ok());
}

#[tokio::test]
async fn a_resend_gives_back_the_tries() {
    let house = House::open().await;
    house.register(EMAIL, PASSWORD).await;
    for _ in 0..6 {
        house.verify(EMAIL, "no code", None).await.unwrap_err();
    }
    house.later(Duration::seconds(60));
    house.resend(EMAIL).await.unwrap();
    let code = house.read_code(EMAIL).await;
    assert!(house.verify(EMAIL, &code, None).await.is_ok());
}

#[tokio::test]
async fn a_code_may_be_asked_for_once_a_minute_and_six_times_an_hour_whoever_asks() {
    let house = House::open().await;
    house.sign_up("known@exemple.fr").await;
    house.later(Duration::hours(2));
    for email in ["known@exemple.fr", "unknown@exemple.fr"] {
        for _ in 0..6 {
            assert_eq!(house.resend(email).await.unwrap().as_secs(), 60, "{email}");
            house.later(Duration::seconds(59));
            match house.resend(email).await {
                Err(AccountError::TooSoon { retry_after }) => assert!(retry_after.as_secs() >= 1, "{email}"),
                other => panic!("{email}: {other:?}"),
            }
            house.later(Duration::seconds(1));
        }
        match house.resend(email).await {
            Err(AccountError::TooSoon { retry_after }) => {
                assert_eq!(retry_after.as_secs(), 54 * 60, "{email}");
            }
            other => panic!("{email}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn nobody_is_sent_a_code_without_an_address_to_confirm() {
    let house = House::open().await;
    house.sign_up("known@exemple.fr").await;
    house.later(Duration::minutes(2));
    for email in ["known@exemple.fr", "unknown@exemple.fr"] {
        house.resend(email).await.unwrap();
        let letter = house.newest_letter(email).await;
        assert_eq!(house.mint(letter).await, None, "{email}");
    }
    assert_eq!(house.count("select count(*) from users").await, 1);
}

#[tokio::test]
async fn a_code_opens_no_other_challenge_than_its_own() {
    let house = House::open().await;
    let mine = house.register(EMAIL, PASSWORD).await;
    let other = house.register("bob@exemple.fr", PASSWORD).await;
    let code = house.read_code(EMAIL).await;
    house.read_code("bob@exemple.fr").await;
    // The very hash in another challenge: bound to its own, it does not fit there.
    house
        .execute(
            "update auth_challenges b set secret_hash = a.secret_hash from auth_challenges a
            where a.email = 'camille@exemple.fr' and b.email = 'bob@exemple.fr'",
        )
        .await;
    for (email, challenge) in [("bob@exemple.fr", other), ("bob@exemple.fr", mine), (EMAIL, other)] {
        let answer = house.verify(email, &code, Some(challenge)).await;
        assert!(matches!(answer, Err(AccountError::WrongCode)), "{email}");
    }
    assert!(house.verify(EMAIL, &code, Some(mine)).await.is_ok());
}

#[tokio::test]
async fn a_code_of_an_older_pepper_is_good_until_the_pepper_is_retired() {
    let mut house = House::open().await;
    house.register(EMAIL, PASSWORD).await;
    let code = house.read_code(EMAIL).await;
    let old = house.settings.keys.pepper.newest().clone();
    let new = config::Key::new("new", &[7; 32]);
    let mut settings = (*house.settings).clone();
    settings.keys.pepper = config::Keyring::new(new.clone(), vec![]);
    house.ctx.settings = settings.clone().into();
    assert!(matches!(house.verify(EMAIL, &code, None).await, Err(AccountError::WrongCode)));
    settings.keys.pepper = config::Keyring::new(new, vec![old]);
    house.ctx.settings = settings.into();
    assert!(house.verify(EMAIL, &code, None).await.is_ok());
}
