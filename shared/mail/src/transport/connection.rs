//! One conversation with a mail server, step by step, so that a failure is known by its step.

use std::time::Duration;

use lettre::transport::smtp::authentication::Mechanism;
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use tokio::net::TcpStream;

use super::failure::{Failure, Step};
use super::server::{Server, Tls};
use crate::compose::Message;
use crate::send_error::SendError;

/// How long a good-bye may take: nothing depends on it.
const GOOD_BYE: Duration = Duration::from_secs(2);

/// An open connection, ready for the next letter.
pub(crate) struct Connection {
    smtp: AsyncSmtpConnection,
    timeout: Duration,
    letters: u32,
    is_lost: bool,
}

impl Connection {
    /// Connects, encrypts and signs in.
    pub(crate) async fn open(server: &Server, timeout: Duration) -> Result<Self, SendError> {
        // Boxed: a connection is some 20 KB, too much for the future of every caller.
        let opened = Box::pin(Self::try_open(server, timeout)).await;
        let smtp = opened.map_err(|(step, failure)| failure.at(step))?;
        Ok(Self { smtp, timeout, letters: 0, is_lost: false })
    }

    async fn try_open(server: &Server, timeout: Duration) -> Attempt<AsyncSmtpConnection> {
        let me = ClientId::default();
        let mut smtp = match server.tls {
            Tls::FromStart => {
                let address = (server.host.as_str(), server.port);
                let encryption = Some(tls_parameters(server)?);
                let connecting = AsyncSmtpConnection::connect_tokio1(address, None, &me, encryption, None);
                within(timeout, Step::Connect, Box::pin(connecting)).await?
            }
            Tls::Upgrade | Tls::Never => {
                let stream = timed(timeout, Step::Connect, connect(server)).await?;
                let greeting = AsyncSmtpConnection::connect_with_transport(Box::new(stream), &me);
                within(timeout, Step::Connect, greeting).await?
            }
        };
        if server.tls == Tls::Upgrade {
            let upgrading = smtp.starttls(tls_parameters(server)?, &me);
            within(timeout, Step::Encrypt, upgrading).await?;
        }
        if let Some(credentials) = server.credentials() {
            let mechanisms = [Mechanism::Plain, Mechanism::Login];
            within(timeout, Step::SignIn, smtp.auth(&mechanisms, &credentials)).await?;
        }
        Ok(smtp)
    }

    /// Dictates a letter and tells what the server said to the final dot.
    pub(crate) async fn send(&mut self, message: &Message) -> Result<String, SendError> {
        match self.try_send(message).await {
            Ok(answer) => {
                self.letters += 1;
                Ok(answer)
            }
            Err((step, failure)) => {
                self.is_lost = !matches!(failure, Failure::Answer { .. });
                Err(failure.at(step))
            }
        }
    }

    async fn try_send(&mut self, message: &Message) -> Attempt<String> {
        let (smtp, timeout) = (&mut self.smtp, self.timeout);
        within(timeout, Step::Sender, smtp.command(Mail::new(Some(message.from.clone()), vec![]))).await?;
        within(timeout, Step::Recipient, smtp.command(Rcpt::new(message.to.clone(), vec![]))).await?;
        within(timeout, Step::Data, smtp.command(Data)).await?;
        let response = within(timeout, Step::Letter, smtp.message(&message.bytes)).await?;
        let text = response.message().collect::<Vec<_>>().join(" ");
        Ok(format!("{} {text}", response.code()))
    }

    /// Whether the server still answers.
    pub(crate) async fn is_alive(&mut self) -> bool {
        tokio::time::timeout(self.timeout, self.smtp.test_connected()).await.unwrap_or(false)
    }

    /// Letters sent so far.
    pub(crate) fn letters(&self) -> u32 {
        self.letters
    }

    /// Says good-bye, unless the server has fallen silent.
    pub(crate) async fn close(mut self) {
        if !self.is_lost {
            let _ = tokio::time::timeout(GOOD_BYE, self.smtp.abort()).await;
        }
    }
}

/// What came of a step, or the step at which it failed.
type Attempt<T> = Result<T, (Step, Failure)>;

/// Connects without Nagle's algorithm: the mail library writes a letter and its final dot apart, and the dot would wait
/// some 40 ms for the acknowledgement of the letter.
async fn connect(server: &Server) -> Result<TcpStream, Failure> {
    let stream = TcpStream::connect((server.host.as_str(), server.port)).await;
    let stream = stream.and_then(|stream| stream.set_nodelay(true).map(|()| stream));
    stream.map_err(|error| Failure::Broken(format!("connection error: {error}")))
}

async fn within<T>(
    timeout: Duration,
    step: Step,
    asked: impl Future<Output = Result<T, lettre::transport::smtp::Error>>,
) -> Attempt<T> {
    timed(timeout, step, async { asked.await.map_err(|error| Failure::of(&error)) }).await
}

async fn timed<T>(
    timeout: Duration,
    step: Step,
    asked: impl Future<Output = Result<T, Failure>>,
) -> Attempt<T> {
    match tokio::time::timeout(timeout, asked).await {
        Ok(outcome) => outcome.map_err(|failure| (step, failure)),
        Err(_) => Err((step, Failure::Broken(format!("no answer within {timeout:?}")))),
    }
}

fn tls_parameters(server: &Server) -> Attempt<TlsParameters> {
    server.tls_parameters().map_err(|error| (Step::Encrypt, Failure::Setup(error.to_string())))
}
