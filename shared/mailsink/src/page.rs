//! The page of received letters.

use std::collections::BTreeMap;

use minijinja::Environment;
use minijinja::value::Serde;
use serde::Serialize;

use crate::message::Message;

/// The page's style sheet.
pub(crate) const STYLE: &str = include_str!("page/style.css");
/// The page's script: follows the mailbox and empties it.
pub(crate) const SCRIPT: &str = include_str!("page/script.js");
/// The page's icon.
pub(crate) const ICON: &str = include_str!("page/icon.svg");

/// Most letters on the page; the others are found through `/api/messages/`.
const MAX_ROWS: usize = 300;

/// What the list shows of a letter.
#[derive(Serialize)]
struct Row<'a> {
    id: u64,
    to: &'a str,
    from: &'a str,
    subject: &'a str,
    kind: Option<&'a str>,
    preview: String,
    received_at: &'a str,
    time: Option<&'a str>,
}

/// What the page of one letter shows.
#[derive(Serialize)]
struct Sheet<'a> {
    message: Row<'a>,
    text: Option<&'a str>,
    headers: &'a BTreeMap<String, String>,
    has_html: bool,
    size: usize,
    links: Vec<&'a str>,
}

/// What the list shows.
#[derive(Serialize)]
struct Inbox<'a> {
    count: usize,
    older: usize,
    messages: Vec<Row<'a>>,
}

/// The list of letters, newest first.
pub(crate) fn inbox(messages: &[Message]) -> String {
    let count = messages.len();
    let messages: Vec<_> = messages.iter().take(MAX_ROWS).map(row).collect();
    render("inbox.html", Inbox { count, older: count - messages.len(), messages })
}

/// One letter: HTML, text, headers.
pub(crate) fn letter(message: &Message) -> String {
    let sheet = Sheet {
        message: row(message),
        text: message.text.as_deref(),
        headers: &message.headers,
        has_html: message.html.is_some(),
        size: message.raw.len(),
        links: links(message.text.as_deref().unwrap_or_default()),
    };
    render("letter.html", sheet)
}

fn row(message: &Message) -> Row<'_> {
    Row {
        id: message.id,
        to: &message.to,
        from: &message.from,
        subject: if message.subject.is_empty() { "(no subject)" } else { &message.subject },
        kind: message.header("X-AutoTrack-Letter"),
        preview: preview(message.text.as_deref().unwrap_or_default()),
        received_at: &message.received_at,
        time: message.received_at.get(11..19),
    }
}

/// The beginning of the text, on one line.
fn preview(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().take(160).collect()
}

/// The web addresses in a text: the framed letter cannot be trusted to open them itself.
fn links(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for word in text.split(|c: char| c.is_whitespace() || "<>\"".contains(c)) {
        let is_link = word.starts_with("https://") || word.starts_with("http://");
        let word = word.trim_end_matches(['.', ',', ')', ';']);
        if is_link && !found.contains(&word) {
            found.push(word);
        }
    }
    found
}

fn render(name: &str, context: impl Serialize) -> String {
    let mut pages = Environment::new();
    for (name, source) in [
        ("frame.html", include_str!("page/frame.html")),
        ("inbox.html", include_str!("page/inbox.html")),
        ("letter.html", include_str!("page/letter.html")),
    ] {
        pages.add_template(name, source).expect("the page's templates are part of this build");
    }
    let page = pages.get_template(name).expect("it was added just above");
    page.render(Serde(context)).expect("the templates only use what they are given")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_letter_is_only_text_on_the_page() {
        let raw =
            b"Subject: <script>alert(1)</script>\r\n\r\n<img src=x> javascript:x http://a.fr/b.\r\n".to_vec();
        let message =
            Message::parse("<a@b.fr>", &["\"><i>@b.fr".to_owned()], raw, chrono::DateTime::UNIX_EPOCH);
        for page in [inbox(std::slice::from_ref(&message)), letter(&message)] {
            assert!(page.contains("&lt;script&gt;"), "{page}");
            assert!(!page.contains("<script>alert") && !page.contains("<img src=x") && !page.contains("<i>"));
        }
        assert_eq!(links(message.text.as_deref().unwrap()), ["http://a.fr/b"]);
    }
}
