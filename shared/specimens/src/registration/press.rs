//! Fills the pages in `layouts/registration`.

use minijinja::Environment;
use minijinja::value::Serde;
use serde::Serialize;

const PAGES: &[(&str, &str)] = &[
    ("page.html", include_str!("../../layouts/registration/page.html")),
    ("needles.html", include_str!("../../layouts/registration/needles.html")),
    ("panel.html", include_str!("../../layouts/registration/panel.html")),
    ("coupon.html", include_str!("../../layouts/registration/coupon.html")),
    ("cover.html", include_str!("../../layouts/registration/cover.html")),
    ("card.html", include_str!("../../layouts/registration/card.html")),
    ("old_card.html", include_str!("../../layouts/registration/old_card.html")),
    ("provisional.html", include_str!("../../layouts/registration/provisional.html")),
    ("fiche.html", include_str!("../../layouts/registration/fiche.html")),
];

/// A page with its values.
pub fn fill(page: &str, values: impl Serialize) -> String {
    let mut press = Environment::new();
    for (name, text) in PAGES {
        press.add_template(name, text).expect("the pages are well formed");
    }
    let page = press.get_template(page).expect("the page is in the list");
    page.render(Serde(values)).expect("the page finds its values")
}

#[derive(Serialize)]
struct Sheet<'a> {
    width: f32,
    height: f32,
    body: &'a str,
}

/// A whole document of one sheet; `body` is HTML already.
pub fn sheet(body: &str, width: f32, height: f32) -> String {
    fill("page.html", Sheet { width, height, body })
}
