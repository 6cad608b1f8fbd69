//! Somebody who comes in by the front door: with a code from a letter.

use std::ops::Deref;

use serde_json::{Value, json};
use testkit::{Client, PASSWORD, specimens};
use tokio::time::{Instant, sleep};

use super::{House, LOOK, PATIENCE};

/// Somebody with an account, signed in.
pub struct Visitor {
    pub email: String,
    client: Client,
}

impl Deref for Visitor {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl House {
    /// Somebody without an account.
    pub fn nobody(&self) -> Client {
        Client::new(&self.url, None)
    }

    /// Somebody new. A worker must be there to send the code.
    pub async fn visitor(&mut self, name: &str) -> Visitor {
        let email = format!("{name}@exemple.fr");
        let nobody = self.nobody();
        let form = json!({
            "email": email, "password": PASSWORD, "first_name": "Camille", "last_name": "Martin", "accept_terms": true,
        });
        let registered = nobody.post("/api/auth/register/", form).await.created();
        let code = self.code(&email).await;
        let proof = json!({"email": email, "otp_code": code, "challenge_id": registered["challenge_id"]});
        let verified = nobody.post("/api/auth/verify-otp/", proof).await.ok();
        let token = |name: &str| verified["tokens"][name].as_str().unwrap().to_owned();
        for secret in [&email, PASSWORD, &code, &token("access"), &token("refresh")] {
            self.keep_secret(secret);
        }
        Visitor { client: nobody.with_token(&token("access")), email }
    }

    async fn code(&self, email: &str) -> String {
        let letter =
            self.post.wait_for(|letter| letter.is_to(email), PATIENCE).await.expect("a letter with the code");
        let text = letter.text.unwrap();
        let code = text.split(|c: char| !c.is_ascii_digit()).find(|run| run.len() == 6);
        code.expect("the letter holds a code").to_owned()
    }
}

impl Visitor {
    /// Uploads a specimen.
    pub async fn send(&self, specimen: &str) -> Value {
        self.send_bytes(specimen, specimens::bytes(specimen)).await
    }

    /// Uploads a file.
    pub async fn send_bytes(&self, name: &str, bytes: Vec<u8>) -> Value {
        self.upload(name, bytes, &[]).await.created()
    }

    /// A paper once its reading has ended, one way or the other.
    pub async fn until_read(&self, paper: &Value) -> Value {
        self.until_status(paper, &["analyzed", "needs_review", "failed"]).await
    }

    /// A paper once it has one of these statuses.
    pub async fn until_status(&self, paper: &Value, statuses: &[&str]) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let now = self.get(&format!("/api/documents/{}/", paper["id"])).await.ok();
            if statuses.iter().any(|status| now["status"] == *status) {
                return now;
            }
            assert!(Instant::now() < deadline, "not {statuses:?} in time: {now}");
            sleep(LOOK).await;
        }
    }
}
