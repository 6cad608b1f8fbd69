//! The API document and the page to browse it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use poem::endpoint::make_sync;
use poem::http::header;
use poem::{Endpoint, IntoResponse, Response};
use sha2::{Digest, Sha256};

/// The document itself.
pub(crate) fn schema(document: &str) -> impl Endpoint<Output = Response> + use<> {
    let document = document.to_owned();
    make_sync(move |_| {
        Response::builder().content_type("application/json").body(document.clone()).into_response()
    })
}

/// The browser page: one file, nothing from elsewhere, its own script allowed by its hash.
pub(crate) fn page(document: &str) -> impl Endpoint<Output = Response> + use<> {
    let html = poem_openapi::OpenApiService::new((), "", "").swagger_ui_html();
    let html = with_document(&html, document);
    let policy = policy(&html);
    make_sync(move |_| {
        Response::builder()
            .content_type("text/html; charset=utf-8")
            .header(header::CONTENT_SECURITY_POLICY, policy.as_str())
            .body(html.clone())
            .into_response()
    })
}

/// Puts the mended document where the raw one stood. `</` cannot end the script early.
fn with_document(html: &str, document: &str) -> String {
    let start = html.find("let spec = ").map_or(0, |at| at + "let spec = ".len());
    let end = html[start..].find(";\n").map_or(html.len(), |at| start + at);
    let safe = document.replace("</", "<\\/");
    format!("<!doctype html>{}{safe}{}", &html[..start], &html[end..])
}

fn policy(html: &str) -> String {
    let hashes: Vec<String> = scripts(html).map(hash).collect();
    format!(
        "default-src 'none'; script-src {}; style-src 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; \
         font-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        hashes.join(" ")
    )
}

/// The text of each inline script.
fn scripts(html: &str) -> impl Iterator<Item = &str> {
    html.split("<script").skip(1).filter_map(|rest| {
        let body = &rest[rest.find('>')? + 1..];
        Some(&body[..body.find("</script>")?])
    })
}

fn hash(script: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(script)))
}
