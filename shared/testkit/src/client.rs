//! A client that speaks JSON and says clearly what it got.

use reqwest::header::HeaderMap;
use reqwest::multipart::{Form, Part};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::Value;

/// Calls the API, as somebody or as nobody.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    url: String,
    token: Option<String>,
    key: Option<String>,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub bytes: Vec<u8>,
    what: String,
}

impl Client {
    /// A client of the API at `url`, with an access token or without.
    pub fn new(url: &str, token: Option<String>) -> Self {
        telemetry::use_ring();
        let http = reqwest::Client::builder().no_proxy().build().expect("a plain client can be made");
        Self { http, url: url.to_owned(), token, key: None }
    }

    /// The same client with another access token.
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// A program at the same API, with a key instead of an access token.
    pub fn with_key(&self, key: &str) -> Self {
        Self { token: None, key: Some(key.to_owned()), ..self.clone() }
    }

    /// A request to be completed by hand.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.url));
        match (&self.token, &self.key) {
            (Some(token), _) => request.bearer_auth(token),
            (None, Some(key)) => request.header("X-API-Key", key),
            (None, None) => request,
        }
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path), format!("GET {path}")).await
    }

    /// POST with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::POST, path).json(&body), format!("POST {path}")).await
    }

    /// POST without a body.
    pub async fn post_empty(&self, path: &str) -> Answer {
        send(self.request(Method::POST, path), format!("POST {path}")).await
    }

    /// PUT with a JSON body.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::PUT, path).json(&body), format!("PUT {path}")).await
    }

    /// PATCH with a JSON body.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::PATCH, path).json(&body), format!("PATCH {path}")).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        send(self.request(Method::DELETE, path), format!("DELETE {path}")).await
    }

    /// Uploads a file with text parts beside it.
    pub async fn upload(&self, name: &str, bytes: Vec<u8>, parts: &[(&str, &str)]) -> Answer {
        let file = Part::bytes(bytes).file_name(name.to_owned());
        let form = parts
            .iter()
            .fold(Form::new(), |form, (part, text)| form.text((*part).to_owned(), (*text).to_owned()));
        let request = self.request(Method::POST, "/api/documents/").multipart(form.part("file", file));
        send(request, format!("upload of {name}")).await
    }
}

/// Sends a request; `what` names it in failures.
pub async fn send(request: RequestBuilder, what: String) -> Answer {
    let response = request.send().await.unwrap_or_else(|error| panic!("{what}: {error}"));
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = response.bytes().await.unwrap_or_else(|error| panic!("{what}: {error}")).to_vec();
    Answer { status, headers, bytes, what }
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| {
            panic!("{}: {} is not JSON: {error}\n{}", self.what, self.status, self.text())
        })
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The same, having checked the status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}: {}", self.what, self.text());
        self
    }

    /// The body of a 200.
    #[track_caller]
    pub fn ok(self) -> Value {
        self.expect(200).json()
    }

    /// The body of a 201.
    #[track_caller]
    pub fn created(self) -> Value {
        self.expect(201).json()
    }

    /// A header's text, empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Checks that this is a problem with this status and code; gives its body.
    #[track_caller]
    pub fn assert_problem(self, status: u16, code: &str) -> Value {
        let answer = self.expect(status);
        assert_eq!(answer.header("content-type"), "application/problem+json", "{}", answer.what);
        let body = answer.json();
        assert_eq!(body["code"], code, "{}: {body}", answer.what);
        assert_eq!(body["status"], status, "{}: {body}", answer.what);
        body
    }

    /// Checks that this is a 400 that names exactly these fields.
    #[track_caller]
    pub fn assert_invalid(self, fields: &[&str]) -> Value {
        let body = self.assert_problem(400, "invalid");
        let mut named: Vec<String> =
            body["errors"].as_object().into_iter().flatten().map(|(field, _)| field.clone()).collect();
        let mut wanted: Vec<String> = fields.iter().map(|&field| field.to_owned()).collect();
        named.sort();
        wanted.sort();
        assert_eq!(named, wanted, "{body}");
        body
    }
}
