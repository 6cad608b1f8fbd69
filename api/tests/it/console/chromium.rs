//! Headless Chromium, driven over WebDriver.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::key::Key;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use url::Url;

/// What a page looks like to somebody.
#[derive(Debug, Clone, Copy)]
pub struct View {
    pub width: u32,
    /// `light` or `dark`.
    pub scheme: &'static str,
}

/// A browser, which ends when this is dropped.
pub struct Chromium {
    client: Client,
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
        let wishes = json!({
            "goog:chromeOptions": {
                "binary": browser,
                "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-proxy-server"],
            },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let Value::Object(wishes) = wishes else { unreachable!("it is written as one") };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(wishes)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("a browser starts");
        Self { client, home: home.to_owned(), _driver: driver }
    }

    /// Loads a page of the console.
    pub async fn open(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.home)).await.expect("a page");
    }

    /// Where it is.
    pub async fn path(&self) -> String {
        self.client.current_url().await.expect("an address").path().to_owned()
    }

    /// Runs a script in the page.
    pub async fn run(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap_or_else(|error| panic!("{error}: {script}"))
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

    /// Presses keys, one after the other.
    pub async fn keys(&self, keys: &[Key]) {
        let strokes = keys
            .iter()
            .flat_map(|&key| [KeyAction::Down { value: key.into() }, KeyAction::Up { value: key.into() }]);
        let actions = strokes.fold(KeyActions::new("keyboard".to_owned()), KeyActions::then);
        self.client.perform_actions(actions).await.expect("keys are pressed");
    }

    /// Types into whatever has the focus.
    pub async fn type_text(&self, text: &str) {
        self.client.active_element().await.expect("a focus").send_keys(text).await.expect("it takes text");
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
        let picture = self.client.screenshot().await.expect("a picture");
        fs::create_dir_all(pictures()).expect("a folder");
        let file = pictures().join(format!("{name}-{}-{}.png", view.width, view.scheme));
        fs::write(file, picture).expect("a picture can be kept");
        self.resize(view.width, 900).await;
    }

    /// What the browser complained of since it was last asked: broken policies, scripts that failed, files not found.
    pub async fn complaints(&self) -> Vec<Value> {
        let log = self.client.issue_cmd(Vendor::new("se/log", &json!({ "type": "browser" }))).await;
        let log = log.expect("the browser's log");
        let entries = log.as_array().expect("a list").iter();
        entries.filter(|entry| entry["level"] == "SEVERE").cloned().collect()
    }

    async fn devtools(&self, command: &str, parameters: Value) {
        let body = json!({ "cmd": command, "params": parameters });
        self.client.issue_cmd(Vendor::new("goog/cdp/execute", &body)).await.expect("a devtools command");
    }

    /// Ends it in order.
    pub async fn close(self) {
        self.client.close().await.expect("it closes");
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

/// A command that only this driver knows.
#[derive(Debug)]
struct Vendor {
    path: &'static str,
    body: String,
}

impl Vendor {
    fn new(path: &'static str, body: &Value) -> Self {
        Self { path, body: body.to_string() }
    }
}

impl WebDriverCompatibleCommand for Vendor {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (reqwest::Method, Option<String>) {
        (reqwest::Method::POST, Some(self.body.clone()))
    }
}
