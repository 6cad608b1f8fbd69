//! A browser that keeps cookies, follows nothing by itself and knows forms.

use std::collections::BTreeMap;
use std::sync::Mutex;

use reqwest::header::{CONTENT_TYPE, COOKIE, ORIGIN, SET_COOKIE};
use reqwest::{Method, RequestBuilder};
use serde_json::json;
use testkit::{Answer, PASSWORD, Person, TestApp, send};
use totp_rs::{Algorithm, Secret, TOTP};

pub struct Browser {
    http: reqwest::Client,
    url: String,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl Browser {
    pub fn new(app: &TestApp) -> Self {
        // The crypto provider is chosen by the test's own client.
        app.nobody();
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build();
        Self { http: http.expect("a client"), url: app.url.clone(), cookies: Mutex::default() }
    }

    /// A member of staff and their browser, signed in to the console by its forms.
    pub async fn signed_in(app: &TestApp) -> (Person, Self) {
        let staff = app.staff().await;
        let totp = enrol(app, &staff).await;
        let browser = Self::new(app);
        let second = browser.knock(&staff.email, PASSWORD).await.expect(200);
        let entered = browser.show(&second, &code(app, &totp, 0)).await.expect(303);
        assert_eq!(entered.header("location"), "/ops/");
        (staff, browser)
    }

    /// Sends address and password.
    pub async fn knock(&self, email: &str, password: &str) -> Answer {
        self.press("/ops/sign-in/", "/ops/sign-in/", &[("email", email), ("password", password)]).await
    }

    /// Sends the code that the page of the second step asks for.
    pub async fn show(&self, second: &Answer, code: &str) -> Answer {
        let page = second.text();
        let hidden = |name: &str| between(&page, &format!("name=\"{name}\" value=\""), "\"").to_owned();
        let (token, email, challenge) = (hidden("form_token"), hidden("email"), hidden("challenge"));
        let fields =
            [("form_token", token.as_str()), ("email", &email), ("challenge", &challenge), ("code", code)];
        self.post("/ops/sign-in/code/", &fields).await
    }

    /// Loads a page and sends one of its forms.
    pub async fn press(&self, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.token(page).await;
        let all: Vec<(&str, &str)> =
            [("form_token", token.as_str())].into_iter().chain(fields.iter().copied()).collect();
        self.post(action, &all).await
    }

    /// What the forms of a page carry.
    pub async fn token(&self, page: &str) -> String {
        let text = self.get(page).await.expect(200).text();
        let main = &text[text.find("<main").unwrap_or_default()..];
        let from = if main.contains("name=\"form_token\"") { main } else { text.as_str() };
        between(from, "name=\"form_token\" value=\"", "\"").to_owned()
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.keep(self.http.get(format!("{}{path}", self.url)), format!("GET {path}")).await
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.http.request(Method::POST, format!("{}{path}", self.url));
        // What browsers say of the origin of a form on a page that sends no referrer.
        let request = request
            .header(ORIGIN, "null")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body);
        self.keep(request, format!("POST {path}")).await
    }

    async fn keep(&self, request: RequestBuilder, what: String) -> Answer {
        let sent: Vec<String> = {
            let cookies = self.cookies.lock().expect("nobody panics with it");
            cookies.iter().map(|(name, value)| format!("{name}={value}")).collect()
        };
        let answer = send(request.header(COOKIE, sent.join("; ")), what).await;
        let mut cookies = self.cookies.lock().expect("nobody panics with it");
        for set in answer.headers.get_all(SET_COOKIE) {
            let text = set.to_str().expect("a cookie");
            let (name, value) = text.split(';').next().and_then(|pair| pair.split_once('=')).expect("a pair");
            cookies.insert(name.to_owned(), value.to_owned());
        }
        answer
    }
}

/// The text between two others.
pub fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let from = text.find(start).unwrap_or_else(|| panic!("no {start} in {text}")) + start.len();
    let to = text[from..].find(end).unwrap_or_else(|| panic!("no {end} after {start}"));
    &text[from..from + to]
}

/// Turns the second factor on.
pub async fn enrol(app: &TestApp, person: &Person) -> TOTP {
    let enrolment = person.post_empty("/api/auth/2fa/totp/setup/").await.ok();
    let secret = Secret::Encoded(enrolment["secret"].as_str().expect("a secret").to_owned());
    let secret = secret.to_bytes().expect("base 32");
    let totp = TOTP::new_unchecked(Algorithm::SHA1, 6, 1, 30, secret, None, String::new());
    let enabled = json!({ "code": code(app, &totp, -1) });
    person.post("/api/auth/2fa/totp/enable/", enabled).await.ok();
    totp
}

/// The authenticator's code of the half minute that is so many after this one.
pub fn code(app: &TestApp, totp: &TOTP, later: i64) -> String {
    totp.generate((app.context.clock.now().timestamp() + 30 * later).cast_unsigned())
}
