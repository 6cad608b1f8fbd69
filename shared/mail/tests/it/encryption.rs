//! Letters over encrypted connections, through a relay that encrypts in front of the sink.

use std::net::SocketAddr;
use std::sync::Arc;

use mail::{BadAuthority, SendError, Transport};
use mailsink::Sink;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

use crate::note;

/// A relay that takes encrypted connections and passes what it hears to a sink.
struct Relay {
    port: u16,
    authority: String,
    sink: Sink,
}

#[derive(Clone, Copy, PartialEq)]
enum Encrypts {
    FromStart,
    AfterStarttls,
}

impl Relay {
    /// A relay whose certificate is for this name.
    async fn start(certified_for: &str, encrypts: Encrypts) -> Self {
        let sink = Sink::start_local().await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let made = rcgen::generate_simple_self_signed([certified_for.to_owned()]).unwrap();
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key.into())
            .unwrap();
        let (acceptor, target) = (TlsAcceptor::from(Arc::new(config)), sink.smtp_addr());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(pass_on(stream, acceptor.clone(), target, encrypts));
            }
        });
        Self { port, authority: made.cert.pem(), sink }
    }

    fn transport(&self, scheme: &str) -> Transport {
        let (scheme, parameters) = scheme.split_once('?').unwrap_or((scheme, ""));
        let url = format!("{scheme}://user:secret@localhost:{}?{parameters}", self.port);
        Transport::from_url(&url.into()).unwrap()
    }
}

/// Encrypts, and then carries bytes both ways. What goes wrong ends the connection, as a relay would.
async fn pass_on(
    mut stream: TcpStream,
    acceptor: TlsAcceptor,
    target: SocketAddr,
    encrypts: Encrypts,
) -> std::io::Result<()> {
    let mut sink = TcpStream::connect(target).await?;
    if encrypts == Encrypts::AfterStarttls {
        let mut client = BufReader::new(&mut stream);
        for answer in ["220 relay", "250-relay\r\n250 STARTTLS", "220 go ahead"] {
            client.write_all(format!("{answer}\r\n").as_bytes()).await?;
            if answer != "220 go ahead" {
                let mut command = String::new();
                client.read_line(&mut command).await?;
                assert!(
                    command.starts_with("EHLO ") || command == "STARTTLS\r\n",
                    "said in the clear: {command}"
                );
            }
        }
        // The sink's own greeting: the client has heard one.
        let mut greeting = [0; 256];
        let _ = sink.read(&mut greeting).await?;
    }
    let mut encrypted = acceptor.accept(stream).await?;
    tokio::io::copy_bidirectional(&mut encrypted, &mut sink).await?;
    Ok(())
}

const WAYS: [(Encrypts, &str); 2] =
    [(Encrypts::FromStart, "smtps"), (Encrypts::AfterStarttls, "smtp?tls=required")];

#[tokio::test]
async fn a_letter_goes_to_a_server_whose_certificate_is_trusted() {
    for (encrypts, scheme) in WAYS {
        let relay = Relay::start("localhost", encrypts).await;
        let transport = relay.transport(scheme).trusting(&relay.authority).unwrap();
        for _ in 0..2 {
            transport.send(&note("a@b.fr")).await.unwrap_or_else(|error| panic!("{scheme}: {error:?}"));
        }
        assert_eq!(relay.sink.messages().len(), 2);
    }
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_our_own_fault_to_mend() {
    for (encrypts, scheme) in WAYS {
        let relay = Relay::start("localhost", encrypts).await;
        let error = relay.transport(scheme).send(&note("a@b.fr")).await.unwrap_err();
        assert!(matches!(error, SendError::OwnFault { .. }), "{scheme}: {error:?}");
        assert!(relay.sink.messages().is_empty());
    }
}

#[tokio::test]
async fn a_certificate_for_another_host_is_not_accepted() {
    for (encrypts, scheme) in WAYS {
        let relay = Relay::start("elsewhere.example", encrypts).await;
        let transport = relay.transport(scheme).trusting(&relay.authority).unwrap();
        let error = transport.send(&note("a@b.fr")).await.unwrap_err();
        assert!(matches!(error, SendError::OwnFault { .. }), "{scheme}: {error:?}");
    }
}

#[test]
fn what_is_no_certificate_is_refused() {
    for bad in ["", "hello", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        let transport = Transport::from_url(&"smtps://smtp.example".into()).unwrap();
        assert_eq!(transport.trusting(bad).err(), Some(BadAuthority), "{bad}");
    }
}
