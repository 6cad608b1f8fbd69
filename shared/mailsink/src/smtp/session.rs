//! One conversation.

use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use super::command::Command;
use super::lines::{self, Line, MAX_LETTER};
use crate::fault::{Action, Step};
use crate::sink::Shared;

/// How long a silent client is borne: RFC 5321 section 4.5.3.2.7 asks for five minutes.
const PATIENCE: Duration = Duration::from_mins(5);
/// Most recipients of one letter: RFC 5321 section 4.5.3.1.8 asks for at least this many.
const MAX_RECIPIENTS: usize = 100;

/// Whether the conversation goes on.
type Flow = io::Result<ControlFlow<()>>;
const GO_ON: Flow = Ok(ControlFlow::Continue(()));
const CLOSE: Flow = Ok(ControlFlow::Break(()));

/// A connected client and the letter it is dictating.
pub(crate) struct Session {
    reader: BufReader<OwnedReadHalf>,
    writer: OwnedWriteHalf,
    shared: Arc<Shared>,
    has_greeted: bool,
    from: Option<String>,
    to: Vec<String>,
}

impl Session {
    pub(crate) fn new(stream: TcpStream, shared: Arc<Shared>) -> Self {
        // Answers are single small packets; without this, pipelined ones wait for the client's acknowledgement.
        let _ = stream.set_nodelay(true);
        let (reader, writer) = stream.into_split();
        let reader = BufReader::new(reader);
        Self { reader, writer, shared, has_greeted: false, from: None, to: Vec::new() }
    }

    /// Talks until one side leaves or the sink stops.
    pub(crate) async fn run(mut self) -> io::Result<()> {
        let stop = self.shared.stop.clone();
        let ended = stop.run_until_cancelled(self.talk()).await;
        if ended.is_none() {
            self.say("421 4.3.2 the sink is closing").await?;
        }
        self.writer.shutdown().await
    }

    async fn talk(&mut self) -> io::Result<()> {
        let greeting = self.answer(Step::Connect, "220 mailsink ESMTP delivers nowhere").await?;
        if greeting == Outcome::Closed {
            return Ok(());
        }
        loop {
            let Ok(line) = tokio::time::timeout(PATIENCE, lines::read_line(&mut self.reader)).await else {
                return self.say("421 4.4.2 no command for five minutes").await;
            };
            let flow = match line? {
                Line::End => return Ok(()),
                Line::TooLong => self.note("500 5.5.2 line too long").await?,
                Line::Text(line) => self.obey(&line).await?,
            };
            if flow.is_break() {
                return Ok(());
            }
        }
    }

    async fn obey(&mut self, line: &str) -> Flow {
        match Command::parse(line) {
            Err(complaint) => self.note(complaint).await,
            Ok(Command::Hello { is_extended }) => self.hello(is_extended).await,
            Ok(Command::Auth { mechanism, initial }) => self.auth(&mechanism, initial).await,
            Ok(Command::Mail { from }) => self.mail(from).await,
            Ok(Command::Rcpt { to }) => self.rcpt(to).await,
            Ok(Command::Data) => self.data().await,
            Ok(Command::Reset) => {
                self.forget_letter();
                self.note("250 2.0.0 forgotten").await
            }
            Ok(Command::Noop) => self.note("250 2.0.0 yes").await,
            Ok(Command::Verify) => self.note("252 2.1.5 send and see").await,
            Ok(Command::Quit) => {
                self.say("221 2.0.0 good-bye").await?;
                CLOSE
            }
        }
    }

    async fn hello(&mut self, is_extended: bool) -> Flow {
        self.forget_letter();
        self.has_greeted = true;
        let welcome = if is_extended {
            format!(
                "250-mailsink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-ENHANCEDSTATUSCODES\r\n\
                 250-SIZE {MAX_LETTER}\r\n250 AUTH PLAIN LOGIN"
            )
        } else {
            "250 mailsink".to_owned()
        };
        self.answer(Step::Hello, &welcome).await?.flow()
    }

    /// Any credentials will do (RFC 4954); the exchange is kept to, so that clients are really tried.
    async fn auth(&mut self, mechanism: &str, initial: Option<String>) -> Flow {
        let prompts: &[&str] = match (mechanism, initial.is_some()) {
            ("PLAIN", true) => &[],
            ("PLAIN", false) => &["334 "],
            (_, true) => &["334 UGFzc3dvcmQ6"],
            (_, false) => &["334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6"],
        };
        for prompt in prompts {
            self.say(prompt).await?;
            match lines::read_line(&mut self.reader).await? {
                Line::End => return CLOSE,
                Line::TooLong => return self.note("500 5.5.2 line too long").await,
                Line::Text(line) if line == "*" => return self.note("501 5.7.0 as you wish").await,
                Line::Text(_) => {}
            }
        }
        self.answer(Step::Auth, "235 2.7.0 whoever you are").await?.flow()
    }

    async fn mail(&mut self, from: String) -> Flow {
        if !self.has_greeted {
            return self.note("503 5.5.1 say hello first").await;
        }
        if self.from.is_some() {
            return self.note("503 5.5.1 one letter at a time").await;
        }
        let outcome = self.answer(Step::Mail, "250 2.1.0 from them").await?;
        if outcome == Outcome::Accepted {
            self.from = Some(from);
        }
        outcome.flow()
    }

    async fn rcpt(&mut self, to: String) -> Flow {
        if self.from.is_none() {
            return self.note("503 5.5.1 from whom?").await;
        }
        if self.to.len() >= MAX_RECIPIENTS {
            return self.note("452 4.5.3 too many recipients").await;
        }
        self.to.push(to);
        let outcome = self.answer(Step::Rcpt, "250 2.1.5 to them").await?;
        if outcome != Outcome::Accepted {
            self.to.pop();
        }
        outcome.flow()
    }

    async fn data(&mut self) -> Flow {
        if self.to.is_empty() {
            return self.note("503 5.5.1 to whom?").await;
        }
        let outcome = self.answer(Step::Data, "354 go ahead, end with a dot").await?;
        if outcome != Outcome::Accepted {
            return outcome.flow();
        }
        let read = tokio::time::timeout(PATIENCE, lines::read_letter(&mut self.reader)).await;
        match read {
            Err(_) => {
                self.say("421 4.4.2 no letter for five minutes").await?;
                CLOSE
            }
            Ok(read) => match read? {
                None => CLOSE,
                Some(Err(lines::TooLarge)) => {
                    self.forget_letter();
                    self.note("552 5.3.4 letter too large").await
                }
                Some(Ok(raw)) => self.dot(raw).await,
            },
        }
    }

    /// The letter is complete: keeps it and says so, unless the script has other ideas.
    async fn dot(&mut self, raw: Vec<u8>) -> Flow {
        let action = self.shared.script.strike(Step::Dot, &self.to);
        let is_kept = matches!(action, None | Some(Action::Cut));
        let mut welcome = String::new();
        if is_kept {
            let from = self.from.as_deref().unwrap_or_default();
            let id = self.shared.mailbox.keep(from, &self.to, raw, self.shared.clock.now());
            welcome = format!("250 2.0.0 kept as {id}");
        }
        self.forget_letter();
        self.act(action, &welcome).await?.flow()
    }

    fn forget_letter(&mut self) {
        self.from = None;
        self.to.clear();
    }

    /// Answers a step, as scripted or with `welcome`.
    async fn answer(&mut self, step: Step, welcome: &str) -> io::Result<Outcome> {
        let action = self.shared.script.strike(step, &self.to);
        self.act(action, welcome).await
    }

    async fn act(&mut self, action: Option<Action>, welcome: &str) -> io::Result<Outcome> {
        match action {
            None => {
                self.say(welcome).await?;
                Ok(Outcome::Accepted)
            }
            Some(Action::Reply(line)) => {
                self.say(&line).await?;
                Ok(Outcome::of(&line))
            }
            Some(Action::Cut | Action::CutAndForget) => Ok(Outcome::Closed),
            Some(Action::Stall) => {
                // Reads and drops whatever comes, so that the client's leaving is noticed.
                let mut dropped = [0; 1024];
                while self.reader.read(&mut dropped).await? > 0 {}
                Ok(Outcome::Closed)
            }
        }
    }

    /// Says a line and goes on.
    async fn note(&mut self, line: &str) -> Flow {
        self.say(line).await?;
        GO_ON
    }

    async fn say(&mut self, line: &str) -> io::Result<()> {
        self.writer.write_all(format!("{line}\r\n").as_bytes()).await
    }
}

/// What an answer means for the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// The step was taken.
    Accepted,
    /// The step was refused; the client may try another.
    Refused,
    /// The connection is to be closed.
    Closed,
}

impl Outcome {
    /// The outcome of a scripted line: 421 closes, other 4xx and 5xx refuse.
    fn of(line: &str) -> Self {
        match line.as_bytes().first() {
            _ if line.starts_with("421") => Self::Closed,
            Some(b'4' | b'5') => Self::Refused,
            _ => Self::Accepted,
        }
    }

    fn flow(self) -> Flow {
        if self == Self::Closed { CLOSE } else { GO_ON }
    }
}
