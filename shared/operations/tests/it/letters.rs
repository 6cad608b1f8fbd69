//! The way of a letter to the mail server, without one.

use std::time::Duration;

use chrono::{DateTime, Duration as Span, NaiveDate, Utc};
use domain::ids::{ChallengeId, LetterId, UserId, VehicleId};
use domain::letter::{
    Letter, LetterKind, LetterState, MaintenanceReminder, OtpPurpose, Period, SubscriptionConfirmation,
    SubscriptionExpired, SubscriptionRenewal, Welcome,
};
use domain::locale::Locale;
use domain::money::Cents;
use operations::accounts::{Origin, tokens};
use operations::letters::{
    self, Answer, Heard, NewLetter, Next, NotAgain, Report, Sending, To, Told, unsubscribe,
};
use queue::Work;
use secrecy::ExposeSecret;

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
    assert!(claim(&house, id).await.secret.is_some());
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
    assert!(claim(&house, house.newest_letter(EMAIL).await).await.secret.is_some());
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

/// Camille's account, and who to write to.
async fn camille(house: &House) -> UserId {
    house.sign_up(EMAIL).await;
    let id: i64 = sqlx::query_scalar("select id from users").fetch_one(&house.db).await.unwrap();
    UserId(id)
}

/// An open challenge of this flow.
async fn challenge(house: &House, user: Option<UserId>, kind: &str) -> ChallengeId {
    let id = ChallengeId(uuid::Uuid::new_v4());
    let new = database::challenges::NewChallenge {
        id,
        user,
        email: &address(EMAIL),
        kind,
        payload: &serde_json::json!({}),
        expires_at: house.clock.now() + Span::minutes(30),
    };
    let mut db = house.read().await.unwrap();
    database::challenges::insert(&mut db, &new, house.clock.now()).await.unwrap();
    id
}

async fn reset(house: &House, user: Option<UserId>, challenge: ChallengeId) -> LetterId {
    let mut work = house.begin().await.unwrap();
    let to = To { user, address: &address(EMAIL), locale: Locale::Fr };
    let id = letters::send_password_reset_email(&mut work, to, challenge, house.clock.now()).await.unwrap();
    work.commit().await.unwrap();
    id
}

fn due() -> MaintenanceReminder {
    MaintenanceReminder {
        vehicle_id: VehicleId(1),
        vehicle: "La 308".into(),
        what: "Vidange".into(),
        due_on: None,
        due_at_km: Some(120_000),
        is_overdue: false,
    }
}

fn renewal(refuse_until: Option<NaiveDate>) -> SubscriptionRenewal {
    let renews_on = NaiveDate::from_ymd_opt(2026, 5, 1).unwrap();
    SubscriptionRenewal {
        plan: "Premium".into(),
        price: Cents(4990),
        period: Period::Year,
        renews_on,
        refuse_until,
    }
}

async fn post(house: &House, user: Option<UserId>, letter: Letter) -> LetterId {
    let mut work = house.begin().await.unwrap();
    let new =
        NewLetter { user, address: &address(EMAIL), locale: Locale::Fr, letter: &letter, challenge: None };
    let id = letters::post(&mut work, &new, house.clock.now()).await.unwrap();
    work.commit().await.unwrap();
    id
}

async fn sent(house: &House, id: LetterId) -> String {
    let sending = claim(house, id).await;
    settle(house, &sending, &Answer::Accepted("250".into())).await;
    sending.message_id
}

async fn events(house: &House, id: LetterId) -> Vec<String> {
    let mut db = house.read().await.unwrap();
    let events = database::letters::list_events(&mut db, id).await.unwrap();
    events.into_iter().map(|event| event.kind).collect()
}

#[tokio::test]
async fn a_link_opens_what_its_challenge_is_for_and_is_nowhere_at_rest() {
    let house = House::open().await;
    let user = camille(&house).await;
    let challenge = challenge(&house, Some(user), "password_reset").await;
    let id = reset(&house, Some(user), challenge).await;
    let queue: String =
        sqlx::query_scalar("select queue from jobs order by created_at desc, id desc limit 1")
            .fetch_one(&house.db)
            .await
            .unwrap();
    assert_eq!(queue, "mail_urgent");
    let sending = claim(&house, id).await;
    let token = sending.secret.as_ref().unwrap().expose_secret().to_owned();
    assert_eq!(token.len(), 43, "256 bits");
    let (hash, kid): (Vec<u8>, String) =
        sqlx::query_as("select secret_hash, secret_kid from auth_challenges where id = $1")
            .bind(challenge.0)
            .fetch_one(&house.db)
            .await
            .unwrap();
    let stored = Some((hash.as_slice(), kid.as_str()));
    let opens = |kind, token| tokens::is_right(&house.settings.keys.pepper, (kind, challenge), stored, token);
    assert!(
        opens("password_reset", &token) && !opens("email_change", &token) && !opens("password_reset", "x")
    );
    let rows: Vec<String> = sqlx::query_scalar(
        "select l::text from letters l union all select j::text from jobs j union all select c::text from auth_challenges c",
    )
    .fetch_all(&house.db)
    .await
    .unwrap();
    assert!(rows.iter().all(|row| !row.contains(&token)));
}

#[tokio::test]
async fn a_link_that_nobody_waits_for_is_not_sent() {
    let house = House::open().await;
    let user = camille(&house).await;
    let decoy = challenge(&house, None, "password_reset").await;
    let unsent = reset(&house, None, decoy).await;
    assert!(matches!(begin(&house, unsent).await, Next::Ended(LetterState::Suppressed)));
    let open = challenge(&house, Some(user), "password_reset").await;
    let (first, second) = (reset(&house, Some(user), open).await, reset(&house, Some(user), open).await);
    assert!(
        matches!(begin(&house, first).await, Next::Ended(LetterState::Suppressed)),
        "a later one was asked for"
    );
    claim(&house, second).await;
    assert!(matches!(begin(&house, second).await, Next::Ended(LetterState::Unknown)), "after a crash");
    let late = challenge(&house, Some(user), "password_reset").await;
    let late = reset(&house, Some(user), late).await;
    house.later(Span::minutes(30));
    assert!(matches!(begin(&house, late).await, Next::Ended(LetterState::Failed)));
}

#[tokio::test]
async fn a_letter_of_a_kind_that_only_a_newer_build_knows_waits_for_it() {
    let house = House::open().await;
    let id = welcome(&house).await;
    house.execute("update letters set kind = 'season-greetings'").await;
    assert!(matches!(begin(&house, id).await, Next::Wait(_)));
    assert_eq!(state(&house, id).await, LetterState::Queued);
    house.later(Span::days(4));
    assert!(matches!(begin(&house, id).await, Next::Ended(LetterState::Failed)));
}

#[tokio::test]
async fn each_letter_with_a_function_of_its_own_is_recorded_as_its_kind() {
    let house = House::open().await;
    let (user, now) = (camille(&house).await, house.clock.now());
    let challenge = challenge(&house, Some(user), "login_otp").await;
    let email = address(EMAIL);
    let to = To { user: Some(user), address: &email, locale: Locale::En };
    let mut work = house.begin().await.unwrap();
    let day = NaiveDate::from_ymd_opt(2026, 5, 1).unwrap();
    let begun = SubscriptionConfirmation {
        plan: "Premium".into(),
        price: Cents(4990),
        period: Period::Month,
        renews_on: Some(day),
    };
    let ended = SubscriptionExpired { plan: "Premium".into(), ended_on: day };
    let ids = [
        letters::send_welcome_email(&mut work, to, "Camille", now).await.unwrap(),
        letters::send_otp_email(&mut work, to, OtpPurpose::SignIn, challenge, now).await.unwrap(),
        letters::send_subscription_confirmation_email(&mut work, to, begun, now).await.unwrap(),
        letters::send_renewal_reminder_email(&mut work, to, renewal(None), now).await.unwrap(),
        letters::send_subscription_expired_email(&mut work, to, ended, now).await.unwrap(),
        letters::send_maintenance_reminder_email(&mut work, to, due(), now).await.unwrap(),
    ];
    work.commit().await.unwrap();
    let mut kinds = Vec::new();
    for id in ids {
        kinds.push(claim(&house, id).await.kind.as_str());
    }
    let expected = [
        "welcome",
        "otp",
        "subscription-confirmation",
        "subscription-renewal",
        "subscription-expired",
        "maintenance-reminder",
    ];
    assert_eq!(kinds, expected);
}

#[tokio::test]
async fn a_declined_kind_of_reminder_is_not_sent_and_others_are() {
    let house = House::open().await;
    let user = camille(&house).await;
    let first = post(&house, Some(user), Letter::MaintenanceReminder(due())).await;
    let token = claim(&house, first).await.unsubscribe.expect("a reminder can be declined");
    let (opened, kind) = unsubscribe::open(&house.settings.keys.pepper, &token).unwrap();
    assert_eq!((opened, kind), (user, LetterKind::MaintenanceReminder));
    let mut db = house.read().await.unwrap();
    for _ in 0..2 {
        unsubscribe::decline(&mut db, opened, kind, house.clock.now()).await.unwrap();
    }
    drop(db);
    let second = post(&house, Some(user), Letter::MaintenanceReminder(due())).await;
    assert!(matches!(begin(&house, second).await, Next::Ended(LetterState::Suppressed)));
    assert_eq!(events(&house, second).await, ["suppressed"]);
    let welcome = welcome(&house).await;
    assert!(claim(&house, welcome).await.unsubscribe.is_none(), "a welcome is no reminder");
    let renewal = post(&house, Some(user), Letter::SubscriptionRenewal(renewal(None))).await;
    assert!(claim(&house, renewal).await.unsubscribe.is_some());
}

#[tokio::test]
async fn the_notice_of_a_renewal_that_the_law_prescribes_is_sent_to_those_who_declined_reminders() {
    let house = House::open().await;
    let user = camille(&house).await;
    let mut db = house.read().await.unwrap();
    unsubscribe::decline(&mut db, user, LetterKind::SubscriptionRenewal, house.clock.now()).await.unwrap();
    drop(db);
    let reminder = post(&house, Some(user), Letter::SubscriptionRenewal(renewal(None))).await;
    assert!(matches!(begin(&house, reminder).await, Next::Ended(LetterState::Suppressed)));
    let notice = renewal(NaiveDate::from_ymd_opt(2026, 4, 1));
    let notice = post(&house, Some(user), Letter::SubscriptionRenewal(notice)).await;
    assert!(claim(&house, notice).await.unsubscribe.is_none());
}

async fn tell(house: &House, told: Told, message_id: &str, reason: &str, at: DateTime<Utc>) -> Heard {
    let report = Report { told, message_id, address: EMAIL, reason: Some(reason), at };
    let mut db = house.db.begin().await.unwrap();
    let heard = letters::tell(&mut db, &report, house.clock.now()).await.unwrap();
    db.commit().await.unwrap();
    heard
}

#[tokio::test]
async fn what_the_provider_tells_is_written_down_once_in_whatever_order_it_comes() {
    let house = House::open().await;
    let id = welcome(&house).await;
    let message_id = sent(&house, id).await;
    let now = house.clock.now();
    let bracketed = format!("<{message_id}>");
    assert_eq!(tell(&house, Told::Bounced, &bracketed, "552 5.2.2 mailbox full", now).await, Heard::Noted);
    assert_eq!(tell(&house, Told::Bounced, &message_id, "552 5.2.2 mailbox full", now).await, Heard::Known);
    assert_eq!(tell(&house, Told::Delivered, &message_id, "", now).await, Heard::Noted);
    assert_eq!(state(&house, id).await, LetterState::Bounced, "a late delivery does not undo a bounce");
    assert_eq!(tell(&house, Told::Delivered, "other@letters.autotrack", "", now).await, Heard::Foreign);
    assert_eq!(events(&house, id).await, ["sent", "bounced", "delivered"]);
    assert_eq!(house.count("select count(*) from suppressions").await, 0, "a full mailbox is no bad address");
}

#[tokio::test]
async fn an_address_that_bounced_for_good_or_complained_is_written_to_no_more() {
    for (told, reason) in [(Told::Bounced, "550 5.1.1 no such user"), (Told::Complained, "abuse")] {
        let house = House::open().await;
        let (first, second) = (welcome(&house).await, welcome(&house).await);
        let message_id = sent(&house, first).await;
        tell(&house, told, &message_id, reason, house.clock.now()).await;
        assert!(matches!(begin(&house, second).await, Next::Ended(LetterState::Suppressed)), "{told:?}");
        let mut db = house.read().await.unwrap();
        let list = database::suppressions::list(&mut db, domain::paging::PageRequest::new(1, 20).unwrap())
            .await
            .unwrap();
        assert_eq!((list.count, list.rows[0].address.as_str()), (1, EMAIL));
        // The same event once more, after staff lifted it, suppresses nobody.
        let staff = UserId(4711);
        letters::lift_suppression(&mut db, staff, list.rows[0].id, &Origin::default(), house.clock.now())
            .await
            .unwrap();
        drop(db);
        assert_eq!(tell(&house, told, &message_id, reason, house.clock.now()).await, Heard::Known);
        assert_eq!(house.count("select count(*) from suppressions").await, 0);
        assert!(house.audited().await.contains(&"suppression_lifted".to_owned()));
    }
}

#[tokio::test]
async fn a_letter_is_sent_again_as_one_of_its_own_but_never_a_code() {
    let house = House::open().await;
    let (user, staff) = (camille(&house).await, UserId(4711));
    let first = post(&house, Some(user), Letter::MaintenanceReminder(due())).await;
    let message_id = sent(&house, first).await;
    let mut work = house.begin().await.unwrap();
    let now = house.clock.now();
    let again = letters::resend(&mut work, staff, first, &Origin::default(), now).await.unwrap();
    let challenge = challenge(&house, Some(user), "password_reset").await;
    for secret in [house.newest_letter(EMAIL).await, reset(&house, Some(user), challenge).await] {
        let refused = letters::resend(&mut work, staff, secret, &Origin::default(), now).await;
        assert!(matches!(refused, Err(NotAgain::Secret)));
    }
    work.commit().await.unwrap();
    let sending = claim(&house, again).await;
    assert_ne!(sending.message_id, message_id);
    assert_eq!(sending.context, Letter::MaintenanceReminder(due()).to_context());
    assert_eq!(events(&house, first).await, ["sent", "resent"]);
}

#[tokio::test]
async fn what_a_letter_said_is_forgotten_after_thirty_days_and_its_row_stays() {
    let house = House::open().await;
    let user = camille(&house).await;
    let old = post(&house, Some(user), Letter::Welcome(Welcome { first_name: "Camille".into() })).await;
    let stranger = "insert into letters (address, kind, locale, message_id, expires_at, created_at, state, last_answer)
        values ('stranger@exemple.fr', 'otp', 'fr', 'm', $1, $1, 'failed', '550 stranger@exemple.fr') returning id";
    let stranger: i64 =
        sqlx::query_scalar(stranger).bind(house.clock.now()).fetch_one(&house.db).await.unwrap();
    house.execute("insert into letter_events (letter_id, kind, detail) select max(id), 'failed', '550 stranger@exemple.fr' from letters").await;
    house.later(Span::days(30));
    let young = welcome(&house).await;
    house.later(Span::seconds(1));
    let mut work = house.begin().await.unwrap();
    let now = house.clock.now();
    // Code and welcome of the registration are two more.
    assert_eq!(letters::blank_old(&mut work, 100, now).await.unwrap(), 4);
    assert_eq!(letters::blank_old(&mut work, 100, now).await.unwrap(), 0);
    // The address of nobody with an account goes as well, wherever a mail server repeated it.
    let left: String = sqlx::query_scalar(
        "select (select to_jsonb(l)::text from letters l where id = $1)
            || (select to_jsonb(e)::text from letter_events e where letter_id = $1)",
    )
    .bind(stranger)
    .fetch_one(&mut *work)
    .await
    .unwrap();
    assert!(!left.contains("stranger"), "{left}");
    let (old_row, young_row) = (
        database::letters::get(&mut work, old).await.unwrap(),
        database::letters::get(&mut work, young).await.unwrap(),
    );
    assert_eq!((old_row.context, old_row.address.as_str()), (serde_json::json!({}), EMAIL));
    assert_eq!(young_row.context, serde_json::json!({ "first_name": "Camille" }));
    let refused = letters::resend(&mut work, UserId(1), old, &Origin::default(), now).await;
    assert!(matches!(refused, Err(NotAgain::Forgotten)));
}
