//! Headless Chromium, driven over WebDriver: a handful of calls with JSON, <https://www.w3.org/TR/webdriver2/>.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// What a page looks like to somebody.
#[derive(Debug, Clone, Copy)]
pub struct View {
    pub width: u32,
    /// `light` or `dark`.
    pub scheme: &'static str,
}

/// The keys that are no text.
pub const TAB: &str = "\u{E004}";
pub const ENTER: &str = "\u{E007}";

/// A browser, which ends when this is dropped.
pub struct Chromium {
    http: reqwest::Client,
    session: String,
    home: String,
    _driver: Child,
}

impl Chromium {
    /// Starts one that calls `home` its own.
    pub async fn start(home: &str) -> Self {
        let driver = find(&["chromedriver"]).expect("chromedriver is missing: ./test installs it on Debian");
        let browser = find(&["chromium", "google-chrome", "chromium-browser"]).expect("chromium is missing");
        let mut driver = Command::new(driver)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("chromedriver starts");
        let port = port_of(&mut driver).await;
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        let wishes = json!({
            "goog:chromeOptions": {
                "binary": browser,
                "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-proxy-server"],
            },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let mut chromium = Self { http, session: String::new(), home: home.to_owned(), _driver: driver };
        let sessions = format!("http://127.0.0.1:{port}/session");
        let begun = chromium.call(&sessions, &json!({ "capabilities": { "alwaysMatch": wishes } })).await;
        chromium.session = format!("{sessions}/{}", begun["sessionId"].as_str().expect("an id"));
        chromium
    }

    async fn call(&self, address: &str, body: &Value) -> Value {
        let answer = self.http.post(address).json(body).send().await.expect("chromedriver answers");
        let mut answer: Value = answer.json().await.expect("it is JSON");
        let value = answer["value"].take();
        assert!(value.get("error").is_none(), "{address} {body}: {value}");
        value
    }

    async fn command(&self, name: &str, body: Value) -> Value {
        self.call(&format!("{}/{name}", self.session), &body).await
    }

    /// Loads a page of the console.
    pub async fn open(&self, path: &str) {
        self.command("url", json!({ "url": format!("{}{path}", self.home) })).await;
    }

    /// Where it is.
    pub async fn path(&self) -> String {
        self.run("return location.pathname").await.as_str().expect("a path").to_owned()
    }

    /// Runs a script in the page.
    pub async fn run(&self, script: &str) -> Value {
        self.command("execute/sync", json!({ "script": script, "args": [] })).await
    }

    /// Waits until a script says true.
    pub async fn until(&self, script: &str) {
        for _ in 0..100 {
            if self.run(script).await == json!(true) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
        panic!("never came true: {script}; {}", self.run("return document.body.innerText").await);
    }

    /// Presses the keys of a text, one after the other: [`TAB`] and [`ENTER`] are keys too.
    pub async fn type_keys(&self, text: &str) {
        let strokes = text.chars().flat_map(|key| {
            [json!({ "type": "keyDown", "value": key }), json!({ "type": "keyUp", "value": key })]
        });
        let strokes: Vec<Value> = strokes.collect();
        let keyboard = json!([{ "type": "key", "id": "keyboard", "actions": strokes }]);
        self.command("actions", json!({ "actions": keyboard })).await;
    }

    /// Looks with these eyes from now on.
    pub async fn look(&self, view: View) {
        let features = json!([{ "name": "prefers-color-scheme", "value": view.scheme }]);
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
        self.resize(view.width, 900).await;
    }

    async fn resize(&self, width: u32, height: u64) {
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500 });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// Keeps a picture of the whole page, for people to look at.
    pub async fn photograph(&self, name: &str, view: View) {
        let height = self.run("return document.documentElement.scrollHeight").await;
        self.resize(view.width, height.as_u64().expect("pixels").clamp(900, 6000)).await;
        let picture = self.devtools("Page.captureScreenshot", json!({})).await;
        let picture = STANDARD.decode(picture["data"].as_str().expect("a picture")).expect("base 64");
        fs::create_dir_all(pictures()).expect("a folder");
        let file = pictures().join(format!("{name}-{}-{}.png", view.width, view.scheme));
        fs::write(file, picture).expect("a picture can be kept");
        self.resize(view.width, 900).await;
    }

    /// What the browser complained of since it was last asked: broken policies, scripts that failed, files not found.
    pub async fn complaints(&self) -> Vec<Value> {
        let log = self.command("se/log", json!({ "type": "browser" })).await;
        let entries = log.as_array().expect("a list").iter();
        entries.filter(|entry| entry["level"] == "SEVERE").cloned().collect()
    }

    async fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.command("goog/cdp/execute", json!({ "cmd": command, "params": parameters })).await
    }

    /// Ends it in order.
    pub async fn close(self) {
        self.http.delete(&self.session).send().await.expect("it closes");
    }
}

/// Where pictures are kept.
fn pictures() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("console")
}

/// The first of these programs that is to be found.
#[expect(clippy::disallowed_methods, reason = "no setting of ours")]
fn find(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    names
        .iter()
        .find_map(|name| env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file()))
}

/// chromedriver says on which port it has begun.
async fn port_of(driver: &mut Child) -> u16 {
    let mut lines = BufReader::new(driver.stdout.take().expect("it is a pipe")).lines();
    while let Some(line) = lines.next_line().await.expect("chromedriver speaks") {
        if let Some((_, port)) = line.rsplit_once("successfully on port ") {
            return port.trim_end_matches('.').parse().expect("a port");
        }
    }
    panic!("chromedriver ended");
}
