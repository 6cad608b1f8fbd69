//! People with an account.

use std::ops::Deref;

use domain::ids::UserId;
use serde_json::json;

use crate::TestApp;
use crate::client::Client;

/// What everybody's password is.
pub const PASSWORD: &str = "correct horse battery staple";

/// Somebody who is signed in. Calls the API as a [`Client`] does.
#[derive(Debug, Clone)]
pub struct Person {
    /// The account.
    pub id: UserId,
    /// The address.
    pub email: String,
    /// The access token.
    pub access: String,
    /// The refresh token.
    pub refresh: String,
    client: Client,
}

impl Deref for Person {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

/// Makes a verified account by the front door, but for the code, whose letter nobody sends here, and signs in.
pub(crate) async fn sign_up(app: &TestApp, email: &str) -> Person {
    let form = json!({
        "email": email,
        "password": PASSWORD,
        "first_name": "Camille",
        "last_name": "Martin",
        "accept_terms": true,
    });
    app.nobody().post("/api/auth/register/", form).await.created();
    let id: i64 =
        sqlx::query_scalar("update users set email_verified = true where email = $1::citext returning id")
            .bind(email)
            .fetch_one(&app.context.db)
            .await
            .expect("the account was made");
    let signed_in =
        app.nobody().post("/api/auth/login/", json!({ "email": email, "password": PASSWORD })).await.ok();
    let token = |name: &str| signed_in["tokens"][name].as_str().expect("signing in gives tokens").to_owned();
    let access = token("access");
    Person {
        id: UserId(id),
        email: email.to_owned(),
        refresh: token("refresh"),
        client: Client::new(&app.url, Some(access.clone())),
        access,
    }
}

/// Many confirmed accounts at once, `name1@exemple.fr` and so on, all with the same password as everybody.
pub(crate) async fn settle(app: &TestApp, name: &str, count: usize) {
    let model = app.person("model").await;
    sqlx::query(
        "insert into users (email, password_hash, first_name, last_name, email_verified, terms_accepted_at, last_login)
        select $2 || n || '@exemple.fr', u.password_hash, 'Camille', 'Martin', true, now(), now()
        from generate_series(1, $3) n, users u
        where u.id = $1",
    )
    .bind(model.id.0)
    .bind(name)
    .bind(i32::try_from(count).expect("not that many"))
    .execute(&app.context.db)
    .await
    .expect("accounts can be made");
}
