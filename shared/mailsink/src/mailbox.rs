//! The letters kept in memory.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard};

use chrono::{DateTime, Utc};
use tokio::sync::watch;

use crate::message::Message;

/// Most letters kept; the oldest go first.
const MAX_MESSAGES: usize = 5_000;
/// Most bytes of letters kept; the oldest go first.
const MAX_BYTES: usize = 256 * 1024 * 1024;

/// What was received, oldest first, with a revision that moves at each change.
#[derive(Debug)]
pub(crate) struct Mailbox {
    kept: Mutex<Kept>,
    revision: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Kept {
    messages: VecDeque<Message>,
    bytes: usize,
    last_id: u64,
}

impl Mailbox {
    pub(crate) fn new() -> Self {
        Self { kept: Mutex::default(), revision: watch::Sender::new(0) }
    }

    /// Keeps a letter and tells its id.
    pub(crate) fn keep(&self, from: &str, to: &[String], raw: Vec<u8>, at: DateTime<Utc>) -> u64 {
        let mut message = Message::parse(from, to, raw, at);
        let mut kept = self.kept();
        kept.last_id += 1;
        message.id = kept.last_id;
        kept.bytes += message.raw.len();
        kept.messages.push_back(message);
        while kept.messages.len() > 1 && (kept.messages.len() > MAX_MESSAGES || kept.bytes > MAX_BYTES) {
            let gone = kept.messages.pop_front().expect("there is more than one");
            kept.bytes -= gone.raw.len();
        }
        let id = kept.last_id;
        drop(kept);
        self.revision.send_modify(|revision| *revision += 1);
        id
    }

    /// The letters that fit, newest first.
    pub(crate) fn select(&self, mut fits: impl FnMut(&Message) -> bool) -> Vec<Message> {
        self.kept().messages.iter().rev().filter(|message| fits(message)).cloned().collect()
    }

    pub(crate) fn get(&self, id: u64) -> Option<Message> {
        self.kept().messages.iter().find(|message| message.id == id).cloned()
    }

    pub(crate) fn clear(&self) {
        let mut kept = self.kept();
        kept.messages.clear();
        kept.bytes = 0;
        drop(kept);
        self.revision.send_modify(|revision| *revision += 1);
    }

    /// A number that moves whenever the mailbox does.
    pub(crate) fn revision(&self) -> watch::Receiver<u64> {
        self.revision.subscribe()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().expect("no holder of the mailbox panics")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_letters_make_room_and_numbers_are_never_used_again() {
        let mailbox = Mailbox::new();
        for _ in 0..MAX_MESSAGES + 3 {
            mailbox.keep("a@b.fr", &[], b"\r\nx\r\n".to_vec(), DateTime::UNIX_EPOCH);
        }
        let all = mailbox.select(|_| true);
        assert_eq!(all.len(), MAX_MESSAGES);
        assert_eq!((all[0].id, all[MAX_MESSAGES - 1].id), (MAX_MESSAGES as u64 + 3, 4));
        mailbox.clear();
        assert_eq!(mailbox.keep("a@b.fr", &[], vec![], DateTime::UNIX_EPOCH), MAX_MESSAGES as u64 + 4);
    }
}
