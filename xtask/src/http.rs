//! A small HTTP client for our own loopback servers.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context as _, Result, bail};
use http_body_util::{BodyExt as _, Full};
use hyper::{Method, Request, StatusCode, body::Bytes, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{net::TcpStream, time::timeout};

/// The longest wait for one answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a server said.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    body: Bytes,
}

impl Answer {
    /// The body of a good answer, or what went wrong in the server's words.
    pub fn json(&self) -> Result<Value> {
        if !self.status.is_success() {
            bail!("{}: {}", self.status, String::from_utf8_lossy(&self.body));
        }
        if self.body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&self.body).context("the answer is not JSON")
    }
}

/// A server, and who we are there.
#[derive(Debug, Clone)]
pub struct Client {
    server: SocketAddr,
    token: Option<String>,
}

impl Client {
    /// A client that nobody knows yet.
    pub fn new(server: SocketAddr) -> Self {
        Self { server, token: None }
    }

    /// The same client, signed in.
    pub fn with_token(self, token: String) -> Self {
        Self { token: Some(token), ..self }
    }

    pub async fn get(&self, path: &str) -> Result<Answer> {
        self.send(Method::GET, path, None, Bytes::new()).await
    }

    pub async fn delete(&self, path: &str) -> Result<Answer> {
        self.send(Method::DELETE, path, None, Bytes::new()).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Result<Answer> {
        self.send(Method::POST, path, Some("application/json".to_owned()), body.to_string().into()).await
    }

    /// Sends a form with one file and some plain parts.
    pub async fn upload(&self, path: &str, file: &File<'_>, parts: &[(&str, &str)]) -> Result<Answer> {
        const BOUNDARY: &str = "------------autotrack-xtask-5f1d0c9b7a";
        let mut body = Vec::new();
        for (name, value) in parts {
            let head = format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n");
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(value.as_bytes());
            body.extend_from_slice(b"\r\n");
        }
        let head = format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{}\"\r\ncontent-type: {}\r\n\r\n",
            file.name, file.kind
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(file.bytes);
        body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.send(Method::POST, path, Some(kind), body.into()).await
    }

    async fn send(&self, method: Method, path: &str, kind: Option<String>, body: Bytes) -> Result<Answer> {
        let what = format!("{method} {path}");
        let answer = timeout(PATIENCE, self.exchange(method, path, kind, body));
        answer.await.with_context(|| format!("{what}: no answer"))?.with_context(|| what)
    }

    async fn exchange(
        &self,
        method: Method,
        path: &str,
        kind: Option<String>,
        body: Bytes,
    ) -> Result<Answer> {
        let stream = TcpStream::connect(self.server).await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let driver = tokio::task::spawn(connection);
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, self.server.to_string())
            .header(header::ACCEPT_LANGUAGE, "fr");
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let response = sender.send_request(request.body(Full::new(body))?).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        drop(sender);
        driver.abort();
        Ok(Answer { status, body })
    }
}

/// A file to upload.
#[derive(Debug)]
pub struct File<'a> {
    /// Its name, without quotes.
    pub name: &'a str,
    /// Its media type.
    pub kind: &'a str,
    /// What is in it.
    pub bytes: &'a [u8],
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
    };

    use super::*;

    /// Answers one request with `answer` and hands back what was asked.
    async fn serve_once(answer: &'static str) -> (SocketAddr, tokio::task::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = tokio::task::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = vec![0; 4096];
            let length = stream.read(&mut asked).await.unwrap();
            stream.write_all(answer.as_bytes()).await.unwrap();
            String::from_utf8_lossy(&asked[..length]).into_owned()
        });
        (address, asked)
    }

    #[tokio::test]
    async fn a_signed_in_client_shows_its_token_and_reads_the_answer() {
        let (address, asked) = serve_once("HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\n{\"count\":2}").await;
        let client = Client::new(address).with_token("secret".to_owned());
        assert_eq!(client.get("/api/documents/").await.unwrap().json().unwrap(), json!({"count": 2}));
        assert!(asked.await.unwrap().to_lowercase().contains("authorization: bearer secret"));
    }

    #[tokio::test]
    async fn a_refusal_is_told_in_the_words_of_the_server() {
        let (address, _) = serve_once("HTTP/1.1 409 Conflict\r\ncontent-length: 9\r\n\r\nduplicate").await;
        let answer = Client::new(address).post("/api/documents/", &json!({})).await.unwrap();
        assert!(answer.json().unwrap_err().to_string().contains("409 Conflict: duplicate"));
    }
}
