//! The console in a real browser: it fits, it reads, the keyboard reaches everything, and figures refresh themselves.

use serde_json::{Value, json};
use testkit::{PASSWORD, TestApp};

use super::PAGES;
use super::browser::{code, enrol};
use super::chromium::{Chromium, ENTER, TAB, View};
use crate::jobs::{Row, put, state};

/// How wide a page is beyond the window.
const OVERHANG: &str = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";

/// Texts that stand out too little from their ground: WCAG 2.2, 1.4.3, level AA.
const PALE: &str = r"
const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
const rgba = (color) => {
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = color;
  canvas.fillRect(0, 0, 1, 1);
  return [...canvas.getImageData(0, 0, 1, 1).data];
};
const light = ([r, g, b]) => {
  const part = (v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
};
const over = ([r, g, b, a], [R, G, B]) => {
  const mix = (x, y) => x * (a / 255) + y * (1 - a / 255);
  return [mix(r, R), mix(g, G), mix(b, B), 255];
};
const line = (element) => element ? [...line(element.parentElement), element] : [];
const ground = (element) =>
  line(element).reduce((below, at) => over(rgba(getComputedStyle(at).backgroundColor), below), [255, 255, 255, 255]);
const opacity = (element) => line(element).reduce((so, at) => so * getComputedStyle(at).opacity, 1);
const pale = [];
for (const element of document.querySelectorAll('body *')) {
  const text = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data.trim()).join('');
  if (!text || !element.checkVisibility() || element.closest('.skip, [disabled], script, style')) continue;
  const style = getComputedStyle(element);
  const under = ground(element);
  const [red, green, blue, alpha] = rgba(style.color);
  const ink = over([red, green, blue, alpha * opacity(element)], under);
  const [a, b] = [light(ink), light(under)].sort((x, y) => y - x);
  const size = parseFloat(style.fontSize);
  const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
  const ratio = (a + 0.05) / (b + 0.05);
  if (ratio < (large ? 3 : 4.5)) pale.push(`${text.slice(0, 40)} ${ratio.toFixed(2)}`);
}
return pale;";

/// What a keyboard must reach.
const REACHABLE: &str = r"
return [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex=\'0\']')]
  .filter((element) => element.type !== 'hidden' && !element.disabled && element.checkVisibility()).length;";

/// Where the focus is, and whether that shows.
const FOCUS: &str = r"
const all = [...document.querySelectorAll('*')];
const element = document.activeElement;
if (!element || element === document.body) return null;
const style = getComputedStyle(element);
const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
return { place: all.indexOf(element), shows: ring, what: element.outerHTML.slice(0, 90) };";

/// Fields without a name for who cannot see them.
const NAMELESS: &str = r"
return [...document.querySelectorAll('input:not([type=hidden]), select, textarea, button, progress')]
  .filter((field) => !field.labels?.length && !field.ariaLabel && !field.textContent.trim())
  .map((field) => field.outerHTML.slice(0, 90));";

const VIEWS: [View; 4] = [
    View { width: 360, scheme: "light" },
    View { width: 360, scheme: "dark" },
    View { width: 1440, scheme: "light" },
    View { width: 1440, scheme: "dark" },
];

/// A member of staff at the overview, who came there by keyboard alone.
async fn enter(app: &TestApp) -> Chromium {
    let staff = app.staff().await;
    let totp = enrol(app, &staff).await;
    let chromium = Chromium::start(&app.url).await;
    chromium.open("/ops/").await;
    assert_eq!(chromium.path().await, "/ops/sign-in/");
    // Past the link that skips the head of the page.
    chromium.type_keys(&format!("{TAB}{TAB}{}{TAB}{PASSWORD}{ENTER}", staff.email)).await;
    chromium.until("return document.activeElement.id === 'code'").await;
    chromium.type_keys(&format!("{}{ENTER}", code(app, &totp, 0))).await;
    chromium.until("return location.pathname === '/ops/' && !!document.querySelector('[data-live]')").await;
    chromium
}

/// Something to see on each page; the job that has a page of its own.
async fn furnish(app: &TestApp) -> String {
    let payload = json!({ "to": "zoe@exemple.fr", "note": "x".repeat(300) });
    let error = Some("could not reach smtp.exemple.fr:465 after 30 s: no route to host");
    let id = put(app, Row { payload, error, ..Row::default() }).await;
    for state in ["running", "retry", "ready", "done"] {
        put(app, Row { state, error: None, ..Row::default() }).await;
    }
    sqlx::query(
        "insert into workers (name, host, queues)
        values ('autotrack-worker-6f9d7c9b8-x2x4z-01JD3Z7Q2M8W5V9K4T6R1N0PBC', 'pod-1', '{\"ocr\": 2, \"mail\": 4}')",
    )
    .execute(&app.context.db)
    .await
    .expect("a worker");
    format!("/ops/jobs/{id}/")
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium: ./test browser"]
async fn every_page_fits_and_reads_narrow_and_wide_light_and_dark() {
    let app = TestApp::start().await;
    let one = furnish(&app).await;
    let chromium = enter(&app).await;
    for (number, path) in PAGES.iter().copied().chain([one.as_str()]).enumerate() {
        for view in VIEWS {
            chromium.look(view).await;
            chromium.open(path).await;
            assert_eq!(chromium.run(OVERHANG).await, json!(0), "{path} at {view:?} hangs over");
            assert_eq!(chromium.run(PALE).await, json!([]), "{path} at {view:?} is pale");
            let name = path.split('?').next().unwrap_or(path).trim_matches('/').replace('/', "-");
            chromium.photograph(&format!("{number:02}-{}", &name[..name.len().min(20)]), view).await;
        }
        assert_eq!(chromium.run(NAMELESS).await, json!([]), "{path}");
        let complaints = chromium.complaints().await;
        assert!(complaints.is_empty(), "{path}: {complaints:?}");
    }
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium: ./test browser"]
async fn the_keyboard_reaches_everything_and_shows_where_it_is() {
    let app = TestApp::start().await;
    let one = furnish(&app).await;
    let chromium = enter(&app).await;
    for (path, width) in
        PAGES.iter().copied().chain([one.as_str()]).flat_map(|path| [(path, 360), (path, 1440)])
    {
        chromium.look(View { width, scheme: "light" }).await;
        chromium.open(path).await;
        let reachable = chromium.run(REACHABLE).await.as_u64().expect("a number");
        let mut seen = Vec::new();
        for _ in 0..reachable {
            chromium.type_keys(TAB).await;
            let focus = chromium.run(FOCUS).await;
            assert_eq!(focus["shows"], json!(true), "{path} at {width}: {focus}");
            assert!(
                !seen.contains(&focus["place"]),
                "{path} at {width}: {focus} comes twice, before all were reached"
            );
            seen.push(focus["place"].clone());
        }
    }
    chromium.open("/ops/jobs/").await;
    chromium.type_keys(&format!("{TAB}{ENTER}")).await;
    chromium.until("return document.activeElement.id === 'main'").await;
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium: ./test browser"]
async fn a_dead_job_is_retried_by_keyboard_and_its_page_says_so() {
    let app = TestApp::start().await;
    let id = put(&app, Row::default()).await;
    let chromium = enter(&app).await;
    chromium.open(&format!("/ops/jobs/{id}/")).await;
    for _ in 0..30 {
        chromium.type_keys(TAB).await;
        if chromium.run("return document.activeElement.textContent").await == json!("Retry") {
            break;
        }
    }
    chromium.type_keys(ENTER).await;
    chromium.until("return document.body.innerText.includes('waits for a worker again')").await;
    assert_eq!(state(&app, id).await.0, "retry");
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium: ./test browser"]
async fn the_overview_gets_fresh_figures_and_keeps_the_focus() {
    let app = TestApp::start().await;
    let chromium = enter(&app).await;
    let figures = "return [...document.querySelectorAll('[data-live] .figure')].map((it) => it.textContent)";
    let before = chromium.run(figures).await;
    let focused = "document.activeElement === document.querySelector('[data-live] a')";
    chromium.run("window.same = true; document.querySelector('[data-live] a').focus()").await;
    for _ in 0..7 {
        put(&app, Row::default()).await;
    }
    let news = format!(
        "const now = [...document.querySelectorAll('[data-live] .figure')].map((it) => it.textContent);
        return JSON.stringify(now) !== JSON.stringify({before}) && now.includes('7')"
    );
    chromium.until(&news).await;
    assert_eq!(chromium.run(&format!("return window.same === true && {focused}")).await, Value::Bool(true));
    chromium.close().await;
}
