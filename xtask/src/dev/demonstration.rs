//! The main job once, on a real paper: a photographed certificate becomes fields and a letter.

use std::{fs, time::Duration};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::{product::Login, report, settings::Addresses};
use crate::{
    checkout::Checkout,
    http::{Client, File},
    terminal::say,
};

/// The longest wait for the paper to be read, and for its letter.
const PATIENCE: Duration = Duration::from_secs(90);

/// A photograph taken by hand: askew, in shadow, in perspective.
const SPECIMEN: &str = "shared/testkit/specimens/registration/photo/reg_photo_003.jpg";

/// What the document is called, so that the next start finds it again.
const TITLE: &str = "Carte grise (démonstration)";

/// What makes a certificate useful: the key of the field, the key in the specimen's own truth, and its name for people.
const CORE: [(&str, &str, &str); 4] = [
    ("A", "A", "A    plaque"),
    ("E", "E", "E    numéro de série (VIN)"),
    ("D.1", "D1", "D.1  marque"),
    ("B", "B", "B    première immatriculation"),
];

/// A photographed paper and what really stands on it.
struct Specimen {
    name: String,
    photo: Vec<u8>,
    truth: Value,
}

/// Uploads a specimen as `login`, waits until it is read and told by letter, and shows the time of each step.
pub async fn demonstrate(checkout: &Checkout, addresses: &Addresses, login: &Login) -> Result<()> {
    let specimen = specimen(checkout)?;
    say!("\nThe main job, once: {} as {}", specimen.name, login.email);
    let client = sign_in(addresses, login).await?;
    forget_earlier(&client).await?;

    let began = Instant::now();
    let id = upload(&client, &specimen).await?;
    say!("  {:>7}  uploaded, document {id}", report::seconds(began.elapsed()));
    let status = until_read(&client, &id).await?;
    say!("  {:>7}  read: {status}", report::seconds(began.elapsed()));
    let wrong = show_fields(&client, &id, &specimen).await?;
    let letter = letter(addresses, login, &id).await?;
    say!(
        "  {:>7}  letter: « {} »",
        report::seconds(began.elapsed()),
        letter["subject"].as_str().unwrap_or_default()
    );
    ensure!(wrong.is_empty(), "read wrongly: {}", wrong.join(", "));
    Ok(())
}

fn specimen(checkout: &Checkout) -> Result<Specimen> {
    let path = checkout.root().join(SPECIMEN);
    let photo = fs::read(&path).with_context(|| format!("cannot read {SPECIMEN}"))?;
    let truth: Value = serde_json::from_slice(&fs::read(path.with_extension("json"))?)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Specimen { name, photo, truth: truth["fields"].clone() })
}

async fn sign_in(addresses: &Addresses, login: &Login) -> Result<Client> {
    let client = Client::new(addresses.api);
    let body = json!({"email": login.email, "password": login.password});
    let answer = client.post("/api/auth/login/", &body).await?.json()?;
    let token = answer["tokens"]["access"].as_str().context("the login gave no access token")?;
    Ok(client.with_token(token.to_owned()))
}

/// The same photo twice is refused as a duplicate: what an earlier start uploaded is deleted first.
async fn forget_earlier(client: &Client) -> Result<()> {
    let found = client.get("/api/documents/?search=d%C3%A9monstration").await?.json()?;
    for document in found["results"].as_array().into_iter().flatten() {
        if document["title"] == TITLE {
            client.delete(&format!("/api/documents/{}/", document["id"])).await?.json()?;
        }
    }
    Ok(())
}

async fn upload(client: &Client, specimen: &Specimen) -> Result<String> {
    let file = File { name: &specimen.name, kind: "image/jpeg", bytes: &specimen.photo };
    let parts = [("title", TITLE), ("document_type", "registration")];
    let document = client.upload("/api/documents/", &file, &parts).await?.json()?;
    Ok(document["id"].to_string())
}

async fn until_read(client: &Client, id: &str) -> Result<String> {
    let began = Instant::now();
    loop {
        let document = client.get(&format!("/api/documents/{id}/")).await?.json()?;
        match document["status"].as_str() {
            Some("failed") => bail!("the document failed: {}", document["error"]),
            Some(status @ ("analyzed" | "needs_review")) => return Ok(status.to_owned()),
            status if began.elapsed() > PATIENCE => {
                bail!(
                    "still {} after {} s; ./dev logs worker",
                    status.unwrap_or("unknown"),
                    PATIENCE.as_secs()
                )
            }
            _ => sleep(Duration::from_millis(100)).await,
        }
    }
}

/// Shows the core of what was read; answers what is wrong.
async fn show_fields(client: &Client, id: &str, specimen: &Specimen) -> Result<Vec<String>> {
    let analysis = client.get(&format!("/api/documents/{id}/analysis/")).await?.json()?;
    let fields = analysis["fields"].as_array().context("the analysis has no fields")?;
    let mut wrong = Vec::new();
    for (key, truth, name) in CORE {
        let field = fields.iter().find(|field| field["key"] == key).unwrap_or(&Value::Null);
        let right = field["value"] == specimen.truth[truth];
        report::field(name, field, right);
        if !right {
            wrong.push(format!("{key} as {} instead of {}", field["value"], specimen.truth[truth]));
        }
    }
    say!("      and {} more fields", fields.len().saturating_sub(CORE.len()));
    Ok(wrong)
}

/// The letter about document `id`: the one that links to it.
async fn letter(addresses: &Addresses, login: &Login, id: &str) -> Result<Value> {
    let mail = Client::new(addresses.mail);
    let began = Instant::now();
    let link = format!("/documents/{id}");
    let is_it = |letter: &Value| {
        letter["text"].as_str().is_some_and(|text| text.lines().any(|line| line.trim_end().ends_with(&link)))
    };
    loop {
        let letters = mail.get(&format!("/api/messages/?to={}", login.email)).await?.json()?;
        if let Some(letter) = letters.as_array().into_iter().flatten().find(|letter| is_it(letter)) {
            return Ok(letter.clone());
        }
        ensure!(began.elapsed() < PATIENCE, "no letter after {} s; ./dev logs worker", PATIENCE.as_secs());
        sleep(Duration::from_millis(100)).await;
    }
}
