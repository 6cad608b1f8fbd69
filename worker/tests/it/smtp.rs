//! A mail server in bad weather: no letter is lost, and none comes twice but where SMTP leaves no choice.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Utc;
use domain::email_address::EmailAddress;
use domain::letter::{Letter, Welcome};
use domain::locale::Locale;
use mailsink::{Fault, Step};
use operations::letters::{self, NewLetter};
use queue::{Tickets, Work};
use tokio::time::{Instant, sleep};

use crate::house::{House, LOOK, PATIENCE};

/// Letters that meet with a silent server, at most: each costs a step's whole patience.
const SILENCES: usize = 8;

/// What befalls a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// Nothing.
    Fair,
    /// 421: the server closes.
    Closing,
    /// 450, twice.
    Greylisted,
    /// 550 5.1.1, for ever.
    Unknown,
    /// Kept, but the connection ends before the answer.
    CutAfterTheDot,
    /// No answer to the recipient, or to the final dot.
    Silence(Step),
}

impl Fate {
    fn of(number: usize) -> Self {
        match number % 6 {
            1 => Self::Closing,
            2 => Self::Greylisted,
            3 => Self::Unknown,
            4 => Self::CutAfterTheDot,
            5 if number / 6 < SILENCES / 2 => Self::Silence(Step::Rcpt),
            5 if number / 6 < SILENCES => Self::Silence(Step::Dot),
            _ => Self::Fair,
        }
    }

    fn script(self, address: &str) -> Option<Fault> {
        let fault = match self {
            Self::Fair => return None,
            Self::Closing => Fault::reply(Step::Rcpt, "421 4.3.2 closing").times(1),
            Self::Greylisted => Fault::reply(Step::Rcpt, "450 4.2.1 greylisted").times(2),
            Self::Unknown => Fault::reply(Step::Rcpt, "550 5.1.1 no such user"),
            Self::CutAfterTheDot => Fault::cut(Step::Dot).times(1),
            Self::Silence(step) => Fault::stall(step).times(1),
        };
        Some(fault.to(address))
    }
}

fn address(number: usize) -> String {
    format!("lectrice-{number}@exemple.fr")
}

#[tokio::test]
async fn sixty_letters_survive_a_mail_server_in_bad_weather() {
    survive(60).await;
}

#[tokio::test]
#[ignore = "takes minutes; the same with sixty letters always runs"]
async fn a_thousand_letters_survive_a_mail_server_in_bad_weather() {
    survive(1000).await;
}

async fn survive(count: usize) {
    let mut house = House::open().await;
    post(&house, count).await;
    let refusals = Fault::reply(Step::Auth, "535 5.7.8 bad credentials").times(3);
    let others = (0..count).filter_map(|number| Fate::of(number).script(&address(number)));
    house.post.script(std::iter::once(refusals).chain(others).collect::<Vec<_>>());
    (0..count).for_each(|number| house.keep_secret(&address(number)));
    let _worker = house.worker().await;

    until_refused(&house).await;
    assert_eq!(house.count("select count(*) from suppressions").await, 0, "535 is nobody's address");
    until_all_ended(&house, count).await;

    let (copies, states) = (copies(&house), states(&house).await);
    for number in 0..count {
        let (fate, address) = (Fate::of(number), address(number));
        let ids = copies.get(&address).map(Vec::as_slice).unwrap_or_default();
        let (state, expected) = match fate {
            Fate::Unknown => ("failed", 0),
            Fate::CutAfterTheDot => ("sent", 2),
            _ => ("sent", 1),
        };
        assert_eq!((states[&address].as_str(), ids.len()), (state, expected), "{address}: {fate:?}");
        assert!(ids.iter().all(|id| *id == ids[0]), "copies of one letter have one Message-ID");
    }
    let all: BTreeSet<&String> = copies.values().map(|ids| &ids[0]).collect();
    assert_eq!(all.len(), copies.len(), "letters have Message-IDs of their own");
    let suppressed: BTreeSet<String> =
        house.words("select address::text from suppressions").await.into_iter().collect();
    let unknown = (0..count).filter(|number| Fate::of(*number) == Fate::Unknown).map(address);
    assert_eq!(suppressed, unknown.collect());
    house.assert_logs_keep_quiet();
}

/// Asks for so many letters, each to another reader.
pub async fn post(house: &House, count: usize) {
    let tickets = Tickets::connect(&house.redis.url()).unwrap();
    let mut work = Work::begin(house.database.pool(), &tickets).await.unwrap();
    let letter = Letter::Welcome(Welcome { first_name: "Zoé".to_owned() });
    for number in 0..count {
        let address: EmailAddress = address(number).parse().unwrap();
        let new =
            NewLetter { user: None, address: &address, locale: Locale::Fr, letter: &letter, challenge: None };
        letters::post(&mut work, &new, now()).await.unwrap();
    }
    work.commit().await.unwrap();
}

#[expect(clippy::disallowed_methods, reason = "the real programs beside it go by the real time")]
pub fn now() -> chrono::DateTime<Utc> {
    Utc::now()
}

/// Waits until the server's refusal of us has paused the sending.
async fn until_refused(house: &House) {
    house.until(1, "select count(*) from mail_pauses where until > now() + interval '4 minutes'").await;
}

/// Waits until every letter has come to its end, while the time between two tries is made short.
async fn until_all_ended(house: &House, count: usize) {
    let deadline = Instant::now() + PATIENCE * u32::try_from(count.div_ceil(100)).unwrap();
    loop {
        for passing in [
            "update mail_pauses set until = now()",
            "update jobs set run_at = now() where kind = 'send_letter' and state in ('ready', 'retry') and run_at > now()",
        ] {
            sqlx::query(passing).execute(house.database.pool()).await.unwrap();
        }
        let open =
            house.count("select count(*) from jobs where state in ('ready', 'running', 'retry')").await;
        if open == 0 {
            return;
        }
        assert!(Instant::now() < deadline, "{open} letters have no end yet");
        sleep(LOOK).await;
    }
}

/// The Message-IDs of what arrived, by address.
pub fn copies(house: &House) -> BTreeMap<String, Vec<String>> {
    let mut copies = BTreeMap::<String, Vec<String>>::new();
    for letter in house.post.messages() {
        copies.entry(letter.to.clone()).or_default().push(letter.header("Message-ID").unwrap().to_owned());
    }
    copies
}

async fn states(house: &House) -> BTreeMap<String, String> {
    let rows: Vec<(String, String)> = sqlx::query_as("select address::text, state from letters")
        .fetch_all(house.database.pool())
        .await
        .unwrap();
    rows.into_iter().collect()
}

/// Not a test of anything but speed, which no test may depend on: it prints.
#[tokio::test]
#[ignore = "a measurement: cargo test -p worker --test it -- --ignored --nocapture letters_a_second"]
#[expect(clippy::print_stdout, reason = "a figure for people")]
async fn how_many_letters_a_second_leave_in_fair_weather() {
    const LETTERS: usize = 2000;
    let house = House::open_with(&[("AUTOTRACK_WORKER_CONCURRENCY", "mail=16")]).await;
    post(&house, LETTERS).await;
    let began = Instant::now();
    let _worker = house.worker().await;
    house.until(LETTERS as i64, "select count(*) from letters where state = 'sent'").await;
    let took = began.elapsed().as_secs_f64();
    println!("{LETTERS} letters in {took:.1} s, the worker's start included: {:.0}/s", LETTERS as f64 / took);
}
