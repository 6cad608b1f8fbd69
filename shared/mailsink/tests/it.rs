//! The sink, over real sockets.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the message")]

use std::net::SocketAddr;
use std::time::Duration;

use mailsink::{Fault, Sink, Step};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// A client that talks by hand.
struct Client(BufReader<TcpStream>);

impl Client {
    async fn connect(sink: &Sink) -> Self {
        let mut client = Self(BufReader::new(TcpStream::connect(sink.smtp_addr()).await.unwrap()));
        assert!(client.hear().await.starts_with("220 "));
        client
    }

    async fn say(&mut self, line: &str) {
        self.0.write_all(format!("{line}\r\n").as_bytes()).await.unwrap();
    }

    /// The last line of the next answer; empty when the connection is closed.
    async fn hear(&mut self) -> String {
        loop {
            let mut line = String::new();
            let read = self.0.read_line(&mut line);
            tokio::time::timeout(Duration::from_secs(5), read).await.expect("an answer in time").unwrap();
            if line.as_bytes().get(3) != Some(&b'-') {
                return line.trim_end().to_owned();
            }
        }
    }

    async fn ask(&mut self, line: &str) -> String {
        self.say(line).await;
        self.hear().await
    }

    /// Dictates a letter and tells the answer to the final dot, or to the first command that was refused.
    async fn letter(&mut self, to: &str, content: &str) -> String {
        for command in ["EHLO me", "MAIL FROM:<me@example.org>", &format!("RCPT TO:<{to}>"), "DATA"] {
            let answer = self.ask(command).await;
            if !answer.starts_with(['2', '3']) {
                return answer;
            }
        }
        self.ask(&format!("{content}\r\n.")).await
    }
}

async fn http(addr: SocketAddr, request: &str) -> (String, String) {
    let mut stream = TcpStream::connect(addr).await.unwrap();
    let request = format!("{request} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_ascii_lowercase(), body.to_owned())
}

async fn sink_with_page() -> (Sink, SocketAddr) {
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let sink = Sink::start(any, Some(any)).await.unwrap();
    let page = sink.http_addr().unwrap();
    (sink, page)
}

#[tokio::test]
async fn pipelined_commands_are_answered_in_order_and_dots_are_unstuffed() {
    let sink = Sink::start_local().await.unwrap();
    let mut client = Client::connect(&sink).await;
    client
        .say(
            "EHLO me\r\nMAIL FROM:<é@example.org> SIZE=10 BODY=8BITMIME SMTPUTF8\r\nRCPT TO:<a@b.fr>\r\nDATA",
        )
        .await;
    for code in ["250", "250", "250", "354"] {
        assert!(client.hear().await.starts_with(code));
    }
    client.say("Subject: dots\r\n\r\n..one\r\né\r\n.\r\nNOOP\r\nQUIT").await;
    for code in ["250 2.0.0 kept as 1", "250", "221", ""] {
        assert!(client.hear().await.starts_with(code));
    }
    let message = &sink.messages()[0];
    assert_eq!((message.to.as_str(), message.from.as_str()), ("a@b.fr", "é@example.org"));
    assert_eq!(message.text.as_deref(), Some(".one\r\né\r\n"));
}

#[tokio::test]
async fn plain_and_login_accept_anybody() {
    let sink = Sink::start_local().await.unwrap();
    let mut client = Client::connect(&sink).await;
    for conversation in [
        &[("AUTH PLAIN AGEAYg==", "235")][..],
        &[("AUTH PLAIN", "334"), ("AGEAYg==", "235")],
        &[("AUTH LOGIN", "334 VXNlcm5hbWU6"), ("YQ==", "334 UGFzc3dvcmQ6"), ("Yg==", "235")],
        &[("AUTH LOGIN", "334"), ("*", "501")],
    ] {
        for (line, answer) in conversation {
            assert!(client.ask(line).await.starts_with(answer), "{line}");
        }
    }
}

#[tokio::test]
async fn commands_out_of_order_are_refused() {
    let sink = Sink::start_local().await.unwrap();
    let mut client = Client::connect(&sink).await;
    for (line, code) in [
        ("MAIL FROM:<a@b.fr>", "503"),
        ("EHLO me", "250"),
        ("RCPT TO:<a@b.fr>", "503"),
        ("MAIL FROM:<a@b.fr>", "250"),
        ("MAIL FROM:<a@b.fr>", "503"),
        ("DATA", "503"),
        ("RSET", "250"),
        ("RCPT TO:<a@b.fr>", "503"),
    ] {
        assert!(client.ask(line).await.starts_with(code), "{line}");
    }
}

#[tokio::test]
async fn scripted_faults_strike_where_they_are_told_to() {
    let sink = Sink::start_local().await.unwrap();
    sink.script([
        Fault::reply(Step::Mail, "421 4.3.2 too busy").times(1),
        Fault::reply(Step::Rcpt, "550 5.1.1 no such user").to("nobody@b.fr"),
        Fault::cut(Step::Dot).times(1),
        Fault::cut_and_forget().times(1),
    ]);
    let mut busy = Client::connect(&sink).await;
    assert_eq!(busy.letter("a@b.fr", "x").await, "421 4.3.2 too busy");
    assert_eq!(busy.hear().await, "", "421 closes");

    let mut client = Client::connect(&sink).await;
    assert_eq!(client.letter("nobody@b.fr", "x").await, "550 5.1.1 no such user");
    assert_eq!(client.ask("RSET").await, "250 2.0.0 forgotten");
    assert_eq!(client.letter("a@b.fr", "kept").await, "", "cut");
    assert_eq!(sink.messages().len(), 1);
    assert_eq!(Client::connect(&sink).await.letter("a@b.fr", "lost").await, "");
    assert_eq!(sink.messages().len(), 1);
    assert_eq!(Client::connect(&sink).await.letter("a@b.fr", "well").await, "250 2.0.0 kept as 2");
}

#[tokio::test]
async fn a_stall_lasts_until_the_client_leaves_or_the_sink_stops() {
    let sink = Sink::start_local().await.unwrap();
    sink.script([Fault::stall(Step::Dot)]);
    let mut client = Client::connect(&sink).await;
    let silence = tokio::time::timeout(Duration::from_millis(200), client.letter("a@b.fr", "x")).await;
    assert!(silence.is_err());
    assert!(sink.messages().is_empty());
    tokio::time::timeout(Duration::from_secs(2), sink.shutdown())
        .await
        .expect("a stalled client does not hold it");
    assert!(client.hear().await.starts_with("421 4.3.2"));
}

#[tokio::test]
async fn three_hundred_clients_at_once_are_all_served() {
    let sink = Sink::start_local().await.unwrap();
    let mut clients = tokio::task::JoinSet::new();
    for number in 0..300 {
        let stream = TcpStream::connect(sink.smtp_addr()).await.unwrap();
        clients.spawn(async move {
            let mut client = Client(BufReader::new(stream));
            client.hear().await;
            client.letter(&format!("n{number}@b.fr"), "Subject: many\r\n\r\nx").await
        });
    }
    while let Some(answer) = clients.join_next().await {
        assert!(answer.unwrap().starts_with("250 "));
    }
    assert_eq!(sink.messages().len(), 300);
    assert_eq!(sink.messages_to("N17@b.fr").len(), 1);
}

#[tokio::test]
async fn waiting_ends_with_the_letter_or_with_patience() {
    let sink = Sink::start_local().await.unwrap();
    assert_eq!(sink.wait_for(|_| true, Duration::from_millis(50)).await, None);
    let mut client = Client::connect(&sink).await;
    let (found, _) = tokio::join!(
        sink.wait_for(|message| message.subject == "now", Duration::from_secs(5)),
        client.letter("a@b.fr", "Subject: now\r\n\r\nx"),
    );
    assert_eq!(found.unwrap().to, "a@b.fr");
}

#[tokio::test]
async fn the_list_is_newest_first_filtered_by_address_and_can_be_emptied() {
    let (sink, page) = sink_with_page().await;
    let mut client = Client::connect(&sink).await;
    for to in ["jean+auto@b.fr", "a@b.fr", "jean+auto@b.fr"] {
        client.letter(to, &format!("Subject: for {to}\r\n\r\nx")).await;
    }
    let (head, body) = http(page, "GET /api/messages/").await;
    assert!(head.starts_with("http/1.1 200") && head.contains("content-type: application/json"));
    let all: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(all[0]["id"], 3);
    assert_eq!(all.as_array().unwrap().len(), 3);
    let (_, body) = http(page, "GET /api/messages/?to=JEAN%2Bauto@b.fr").await;
    let some: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(some.as_array().unwrap().len(), 2);
    let keys: Vec<_> = some[0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["from", "headers", "html", "id", "received_at", "subject", "text", "to"]);
    assert!(chrono::DateTime::parse_from_rfc3339(some[0]["received_at"].as_str().unwrap()).is_ok());

    assert!(http(page, "DELETE /api/messages/").await.0.starts_with("http/1.1 204"));
    assert_eq!(http(page, "GET /api/messages/").await.1, "[]");
}

#[tokio::test]
async fn pages_have_a_strict_policy_and_letters_a_sandbox() {
    let (sink, page) = sink_with_page().await;
    let (_, empty) = http(page, "GET /").await;
    assert!(empty.contains("No letters yet"));
    let letter = "Subject: hi\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script>";
    Client::connect(&sink).await.letter("a@b.fr", letter).await;

    let (head, inbox) = http(page, "GET /").await;
    assert!(inbox.contains("href=\"/messages/1\""));
    assert!(head.contains("script-src 'self';") && head.contains("default-src 'none'"));
    let (head, sheet) = http(page, "GET /messages/1").await;
    assert!(
        sheet.contains("sandbox=") && !sheet.contains("<script>alert") && !head.contains("unsafe-inline")
    );
    let (head, html) = http(page, "GET /messages/1/html").await;
    assert!(html.contains("<script>alert(1)</script>"));
    assert!(head.contains("sandbox allow-popups") && !head.contains("allow-scripts"));

    for (request, status) in [
        ("GET /messages/2", "404"),
        ("GET /messages/x", "404"),
        ("GET /nowhere", "404"),
        ("POST /api/messages/", "405"),
        ("POST /", "405"),
        ("GET /style.css", "200"),
        ("GET /script.js", "200"),
        ("GET /api/revision", "200"),
    ] {
        assert!(http(page, request).await.0.starts_with(&format!("http/1.1 {status}")), "{request}");
    }
}
