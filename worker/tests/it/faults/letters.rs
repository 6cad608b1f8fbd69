//! A worker that dies while it hands letters over: a second copy comes only after the final dot.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::verdict;
use crate::house::{Ground, House, LOOK, PATIENCE, Proxy, Weather};
use crate::smtp;

/// After which words of the worker no answer reaches it any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    Sender,
    Contents,
    Dot,
}

impl Moment {
    fn words(self) -> &'static [u8] {
        match self {
            Self::Sender => b"MAIL FROM",
            Self::Contents => b"DATA\r\n",
            Self::Dot => b"\r\n.\r\n",
        }
    }
}

/// Kills workers, each with a letter in its hands, until all have got past `moment`; how many copies came, by letter.
async fn killed_at(
    moment: Moment,
    letters: usize,
    at_once: usize,
    expire: bool,
) -> (House, Vec<Vec<String>>, usize) {
    let ground = Ground::new().await;
    let wire = Proxy::before(ground.post.smtp_addr()).await;
    let house = House::open_on(
        ground,
        &[
            ("AUTOTRACK_SMTP_URL", &format!("smtp://autotrack:secret@{}", wire.address())),
            ("AUTOTRACK_WORKER_CONCURRENCY", &format!("mail={at_once}")),
            ("AUTOTRACK_WORKER_QUEUES", "mail"),
        ],
    )
    .await;
    smtp::post(&house, letters).await;
    let mut killed = 0;
    while killed < letters {
        wire.set(Weather::DeafAfter(moment.words()));
        let doomed = house.worker().await;
        let all = at_once.min(letters - killed);
        until_in_hand(&house, all).await;
        doomed.kill().await;
        killed += all;
        put_aside(&house).await;
        wire.set(Weather::Cut);
    }
    wire.set(Weather::Fair);
    let _worker = house.worker().await;
    if expire {
        house.expire_leases().await;
    }
    bring_back(&house).await;
    house.until(letters as i64, "select count(*) from letters where state in ('sent', 'failed')").await;
    house.until(0, "select -count(*) from jobs where kind = 'send_letter' and state in ('ready', 'running', 'retry')").await;
    let copies = smtp::copies(&house).into_values().collect();
    (house, copies, killed)
}

/// Waits until so many letters are under way and none moves any more.
async fn until_in_hand(house: &House, count: usize) {
    let deadline = Instant::now() + PATIENCE;
    let sending = "select count(*) from jobs j where kind = 'send_letter' and state = 'running'";
    while house.count(sending).await < count as i64 {
        assert!(Instant::now() < deadline, "not {count} letters are under way");
        sleep(LOOK).await;
    }
    sleep(Duration::from_millis(700)).await;
}

/// Those that were in a dead worker's hands wait until all have been there.
async fn put_aside(house: &House) {
    house
        .execute("update jobs set lease_until = now() + interval '1 day' where kind = 'send_letter' and state = 'running'")
        .await;
}

async fn bring_back(house: &House) {
    house
        .execute("update jobs set lease_until = least(lease_until, now() + interval '1 s') where state = 'running'")
        .await;
}

/// Copies as they should be: none lost, a second one only after the dot and with the same name.
fn is_right(moment: Moment, letters: usize, copies: &[Vec<String>]) -> bool {
    let most = if moment == Moment::Dot { 2 } else { 1 };
    copies.len() == letters
        && copies.iter().all(|ids| ids.len() <= most && ids.iter().all(|id| *id == ids[0]))
}

async fn short(moment: Moment) {
    let (_house, copies, _) = killed_at(moment, 4, 4, true).await;
    assert!(is_right(moment, 4, &copies), "{moment:?}: {copies:?}");
}

#[tokio::test]
async fn a_worker_killed_before_the_contents_of_a_letter_doubles_none() {
    short(Moment::Contents).await;
}

#[tokio::test]
async fn a_worker_killed_after_the_dot_sends_a_second_copy_under_the_same_name() {
    short(Moment::Dot).await;
}

#[tokio::test]
#[ignore = "long: ./test --faults"]
async fn long_03_letters() {
    for moment in [Moment::Sender, Moment::Contents, Moment::Dot] {
        let (_house, copies, killed) = killed_at(moment, 50, 10, false).await;
        let extra: usize = copies.iter().map(|ids| ids.len() - 1).sum();
        let figures =
            format!("{moment:?}: {killed} letters in a dying hand, {} arrived, {extra} extra", copies.len());
        verdict("3 letters", &figures, is_right(moment, 50, &copies));
    }
}
