//! Every letter in both languages, to look at in development. Elsewhere there is no such page.

use std::fmt::Write as _;

use domain::letter::LetterKind;
use domain::locale::Locale;
use operations::Context;
use poem::http::{StatusCode, header};
use poem::web::{Data, Path};
use poem::{IntoResponse, Response, Route, handler};

use super::templates::written;
use crate::error::ApiError;

/// The page's own policy: it shows letters in frames and runs nothing.
const PAGE: &str = "default-src 'none'; frame-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
/// A letter's: its styles stand on its elements, and it loads nothing.
const LETTER: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'self'";

const HEAD: &str = "<!doctype html><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
    <style>:root{color-scheme:light dark}body{font:15px/22px system-ui,sans-serif;margin:24px}\
    iframe{border:1px solid #8888;height:820px;margin:0 12px 12px 0;vertical-align:top}\
    pre{white-space:pre-wrap;max-width:90ch}td,th{padding:3px 16px 3px 0;text-align:left}</style>";

/// Adds the pages to `routes`.
pub(crate) fn beside(routes: Route) -> Route {
    routes
        .at("/api/dev/letters", poem::get(list))
        .at("/api/dev/letters/:locale/:kind", poem::get(letter))
        .at("/api/dev/letters/:locale/:kind/html", poem::get(html))
}

#[handler]
fn list(Data(context): Data<&Context>) -> Result<Response, ApiError> {
    let mut page = format!("{HEAD}<title>Letters</title><h1>Letters</h1><table>");
    for &kind in LetterKind::ALL {
        let _ = write!(page, "<tr><th>{kind}");
        for locale in [Locale::Fr, Locale::En] {
            let subject = escaped(&written(context, kind, locale)?.subject);
            let _ =
                write!(page, "<td><a href=\"/api/dev/letters/{}/{kind}/\">{subject}</a>", locale.as_str());
        }
    }
    Ok(answer(page + "</table>", PAGE))
}

#[handler]
fn letter(
    Data(context): Data<&Context>,
    Path((locale, kind)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let (locale, kind) = known(&locale, &kind)?;
    let letter = written(context, kind, locale)?;
    let (subject, text) = (escaped(&letter.subject), escaped(&letter.text));
    let source = format!("/api/dev/letters/{}/{kind}/html/", locale.as_str());
    let page = format!(
        "{HEAD}<title>{kind}</title><p><a href=\"/api/dev/letters/\">Letters</a> / {kind}, {} bytes</p><h1>{subject}</h1>\
        <iframe sandbox width=\"320\" src=\"{source}\"></iframe><iframe sandbox width=\"640\" src=\"{source}\"></iframe>\
        <pre>{text}</pre>",
        letter.html.len() + letter.text.len()
    );
    Ok(answer(page, PAGE))
}

#[handler]
fn html(
    Data(context): Data<&Context>,
    Path((locale, kind)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let (locale, kind) = known(&locale, &kind)?;
    let mut response = answer(written(context, kind, locale)?.html, LETTER);
    response.headers_mut().insert(header::X_FRAME_OPTIONS, header::HeaderValue::from_static("SAMEORIGIN"));
    Ok(response)
}

fn known(locale: &str, kind: &str) -> Result<(Locale, LetterKind), ApiError> {
    Locale::from_tag(locale).zip(LetterKind::from_word(kind)).ok_or_else(ApiError::not_found)
}

fn answer(page: String, policy: &'static str) -> Response {
    Response::builder()
        .status(StatusCode::OK)
        .content_type("text/html; charset=utf-8")
        .header(header::CONTENT_SECURITY_POLICY, policy)
        .body(page)
        .into_response()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
