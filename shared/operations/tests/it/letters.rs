//! The way of a letter to the mail server, without one.

use std::time::Duration;

use chrono::Duration as Span;
use domain::ids::LetterId;
use domain::letter::{Letter, LetterState, Welcome};
use domain::locale::Locale;
use operations::letters::{self, Answer, NewLetter, Next, Sending};
use queue::Work;

use crate::house::{House, PASSWORD, address};

const SERVER: &str = "smtp.example:587";
const EMAIL: &str = "camille@exemple.fr";

async fn welcome(house: &House) -> LetterId {
    let mut work: Work = house.begin().await.unwrap();
    let new = NewLetter {
        user: None,
        address: &address(EMAIL),
        locale: Locale::Fr,
        letter: &Letter::Welcome(Welcome { first_name: "Camille".into() }),
        challenge: None,
    };
    let id = letters::post(&mut work, &new, house.clock.now()).await.unwrap();
    work.commit().await.unwrap();
    id
}

async fn code(house: &House) -> LetterId {
    house.register(EMAIL, PASSWORD).await;
    house.newest_letter(EMAIL).await
}

async fn begin(house: &House, id: LetterId) -> Next {
    let mut db = house.db.begin().await.unwrap();
    let next = letters::begin(&mut db, &house.settings, id, SERVER, house.clock.now()).await.unwrap();
    db.commit().await.unwrap();
    next
}

async fn claim(house: &House, id: LetterId) -> Box<Sending> {
    match begin(house, id).await {
        Next::Send(sending) => sending,
        other => panic!("{other:?}"),
    }
}

async fn settle(house: &House, sending: &Sending, answer: &Answer) -> Option<Duration> {
    let now = house.clock.now();
    let verdict = letters::judge(sending, answer, now);
    let mut db = house.read().await.unwrap();
    letters::settle(&mut db, sending, SERVER, answer, &verdict, now).await.unwrap();
    verdict.wait
}

async fn state(house: &House, id: LetterId) -> LetterState {
    let state: String = sqlx::query_scalar("select state from letters where id = $1")
        .bind(id.0)
        .fetch_one(&house.db)
        .await
        .unwrap();
    LetterState::from_word(&state).unwrap()
}

fn later(maybe_delivered: bool) -> Answer {
    Answer::Later { answer: "421 later".into(), maybe_delivered }
}

#[tokio::test]
async fn a_letter_is_sending_before_it_leaves_and_sent_once_it_is_accepted() {
    let house = House::open().await;
    let id = welcome(&house).await;
    let sending = claim(&house, id).await;
    assert_eq!(state(&house, id).await, LetterState::Sending);
    assert_eq!(settle(&house, &sending, &Answer::Accepted("250 queued".into())).await, None);
    assert_eq!(state(&house, id).await, LetterState::Sent);
    assert!(matches!(begin(&house, id).await, Next::Nothing));
}

#[tokio::test]
async fn after_a_crash_in_between_a_code_is_not_sent_again() {
    let house = House::open().await;
    let id = code(&house).await;
    assert!(claim(&house, id).await.code.is_some());
    assert!(matches!(begin(&house, id).await, Next::Ended(LetterState::Unknown)));
    assert_eq!(state(&house, id).await, LetterState::Unknown);
}

#[tokio::test]
async fn after_a_crash_in_between_other_letters_are_sent_again_with_the_same_message_id() {
    let house = House::open().await;
    let id = welcome(&house).await;
    let (first, second) = (claim(&house, id).await, claim(&house, id).await);
    assert_eq!(first.message_id, second.message_id);
    // The first comes back from the dead: what the second does counts.
    settle(&house, &first, &later(false)).await;
    assert_eq!(state(&house, id).await, LetterState::Sending);
    settle(&house, &second, &Answer::Accepted("250".into())).await;
    assert_eq!(state(&house, id).await, LetterState::Sent);
}

#[tokio::test]
async fn a_busy_server_is_asked_again_until_the_letters_time_is_over() {
    let house = House::open().await;
    let id = welcome(&house).await;
    let mut waits = Vec::new();
    for _ in 0..4000 {
        match begin(&house, id).await {
            Next::Send(sending) => match settle(&house, &sending, &later(true)).await {
                Some(wait) => {
                    house.later(Span::from_std(wait).unwrap());
                    waits.push(wait);
                }
                None => break,
            },
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(state(&house, id).await, LetterState::Failed);
    let whole: Duration = waits.iter().sum();
    assert!(whole > Duration::from_hours(94) && whole < Duration::from_hours(96), "{whole:?}");
    assert!(waits[0] <= Duration::from_secs(30) && waits.iter().max() <= Some(&Duration::from_hours(1)));
}

#[tokio::test]
async fn a_code_is_tried_for_ten_minutes_and_then_left() {
    let house = House::open().await;
    let id = code(&house).await;
    let sending = claim(&house, id).await;
    assert!(settle(&house, &sending, &later(false)).await.is_some());
    assert_eq!(state(&house, id).await, LetterState::Queued);
    house.later(Span::minutes(10));
    assert!(matches!(begin(&house, id).await, Next::Ended(LetterState::Failed)));
}

#[tokio::test]
async fn a_code_that_may_have_arrived_is_not_sent_again() {
    let house = House::open().await;
    let id = code(&house).await;
    let sending = claim(&house, id).await;
    assert_eq!(settle(&house, &sending, &later(true)).await, None);
    assert_eq!(state(&house, id).await, LetterState::Unknown);
}

#[tokio::test]
async fn an_unknown_address_is_sent_nothing_more() {
    let house = House::open().await;
    let (first, second) = (welcome(&house).await, welcome(&house).await);
    let sending = claim(&house, first).await;
    assert_eq!(settle(&house, &sending, &Answer::BadAddress("550 5.1.1".into())).await, None);
    assert_eq!(state(&house, first).await, LetterState::Failed);
    assert!(matches!(begin(&house, second).await, Next::Ended(LetterState::Suppressed)));
}

#[tokio::test]
async fn our_own_fault_pauses_the_server_and_suppresses_nobody() {
    let house = House::open().await;
    let (first, second) = (welcome(&house).await, welcome(&house).await);
    let sending = claim(&house, first).await;
    let wait = settle(&house, &sending, &Answer::OwnFault("535 5.7.8".into())).await;
    assert_eq!(wait, Some(Duration::from_mins(5)));
    assert!(matches!(begin(&house, second).await, Next::Wait(wait) if wait == Duration::from_mins(5)));
    assert_eq!(house.count("select count(*) from suppressions").await, 0);
    house.later(Span::minutes(5));
    for id in [first, second] {
        let sending = claim(&house, id).await;
        settle(&house, &sending, &Answer::Accepted("250".into())).await;
    }
}

#[tokio::test]
async fn a_refused_letter_fails_alone() {
    let house = House::open().await;
    let (first, second) = (welcome(&house).await, welcome(&house).await);
    let sending = claim(&house, first).await;
    assert_eq!(settle(&house, &sending, &Answer::Refused("554 5.7.1".into())).await, None);
    assert_eq!(state(&house, first).await, LetterState::Failed);
    claim(&house, second).await;
}

#[tokio::test]
async fn a_code_that_nobody_waits_for_is_not_sent() {
    let house = House::open().await;
    house.resend("unknown@exemple.fr").await.unwrap();
    let decoy = house.newest_letter("unknown@exemple.fr").await;
    assert!(matches!(begin(&house, decoy).await, Next::Ended(LetterState::Suppressed)));
    let overtaken = code(&house).await;
    house.later(Span::minutes(1));
    house.resend(EMAIL).await.unwrap();
    assert!(matches!(begin(&house, overtaken).await, Next::Ended(LetterState::Suppressed)));
    assert!(claim(&house, house.newest_letter(EMAIL).await).await.code.is_some());
}

#[tokio::test]
async fn a_letter_whose_job_was_given_up_has_failed() {
    let house = House::open().await;
    let (queued, sent) = (welcome(&house).await, welcome(&house).await);
    let sending = claim(&house, sent).await;
    settle(&house, &sending, &Answer::Accepted("250".into())).await;
    let mut db = house.read().await.unwrap();
    for id in [queued, sent] {
        letters::given_up(&mut db, id, "poison", house.clock.now()).await.unwrap();
    }
    assert_eq!(
        (state(&house, queued).await, state(&house, sent).await),
        (LetterState::Failed, LetterState::Sent)
    );
}
