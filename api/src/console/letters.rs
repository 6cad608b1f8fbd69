//! Letters that were sent, and addresses that nothing is sent to.

use database::DatabaseError;
use database::letters::{self as ledger, Column, Filter, Recorded};
use database::suppressions::{self, Suppression};
use domain::ids::LetterId;
use domain::letter::{LetterKind, LetterState};
use domain::masked;
use domain::paging::{OrderBy, Page, PageRequest};
use operations::{Context, letters as deeds};
use poem::web::{Data, Path, Query};
use poem::{Response, Result, handler};
use serde_json::{Value, json};
use uuid::Uuid;

use super::session::{Operator, Order};
use super::{page, words};
use crate::client::Client;
use crate::error::ApiError;
use crate::filters;
use crate::idempotency::{self, Begun};

/// Rows on a page.
const ROWS: u32 = 50;
/// Newest first.
const NEWEST: OrderBy<Column> = OrderBy { column: Column::CreatedAt, descending: true };

/// What a list is asked. What it does not know narrows nothing.
#[derive(Debug, Default, serde::Deserialize)]
pub(super) struct Asked {
    kind: Option<String>,
    state: Option<String>,
    to: Option<String>,
    page: Option<String>,
    done: Option<String>,
}

impl Asked {
    fn wanted(&self) -> PageRequest {
        let number = self.page.as_deref().and_then(|page| page.parse().ok()).unwrap_or(1).max(1);
        PageRequest::new(number, ROWS).expect("pages count from 1")
    }

    fn filter(&self) -> Result<Filter, ApiError> {
        let kind = self.kind.as_deref().and_then(LetterKind::from_word);
        let state = self.state.as_deref().and_then(LetterState::from_word);
        Ok(Filter {
            to: filters::text("to", self.to.clone())?,
            kinds: kind.map(|kind| vec![kind]),
            states: state.map(|state| vec![state]),
            ..Filter::default()
        })
    }

    fn around<T>(&self, path: &str, wanted: PageRequest, found: &Page<T>) -> Value {
        let parts =
            [("kind", self.kind.as_deref()), ("state", self.state.as_deref()), ("to", self.to.as_deref())];
        let given =
            || parts.into_iter().filter_map(|(name, value)| Some((name, value.filter(|it| !it.is_empty())?)));
        let last = u32::try_from(found.count).unwrap_or(u32::MAX).div_ceil(ROWS).max(1);
        let number = wanted.number();
        json!({
            "count": words::number(found.count),
            "page": number,
            "last": last,
            "newer": (number > 1).then(|| page::address(path, given(), number - 1)),
            "older": (number < last).then(|| page::address(path, given(), number + 1)),
        })
    }
}

/// The ledger of letters.
#[handler]
pub(super) async fn list(
    context: Data<&Context>,
    operator: Operator,
    asked: Query<Asked>,
) -> Result<Response> {
    let (wanted, filter) = (asked.wanted(), asked.filter()?);
    let mut db = context.read().await.map_err(ApiError::from)?;
    let found = ledger::list(&mut db, &filter, &[NEWEST], wanted).await.map_err(ApiError::from)?;
    let mut content = asked.around("/ops/letters/", wanted, &found);
    content["letters"] = found.rows.iter().map(row).collect();
    content["asked"] = json!({ "kind": asked.kind, "state": asked.state, "to": asked.to });
    content["kinds"] = LetterKind::ALL.iter().map(|kind| json!(kind.as_str())).collect();
    content["states"] = LetterState::ALL.iter().map(|state| json!(state.as_str())).collect();
    content["outcome"] = json!(words::outcome(asked.done.as_deref()));
    content["click"] = json!(Uuid::new_v4().to_string());
    Ok(page::signed_in(&operator, "letters.html", "letters", content))
}

fn row(letter: &Recorded) -> Value {
    let kind = LetterKind::from_word(&letter.kind);
    // What carried a code or a link is nowhere at rest, and what was forgotten cannot be said again.
    let may_resend = kind.is_some_and(|kind| kind.carries().is_none()) && letter.blanked_at.is_none();
    json!({
        "id": letter.id.0,
        "kind": letter.kind,
        "address": masked::address(&letter.address),
        "locale": letter.locale.as_str(),
        "state": letter.state,
        "attempts": letter.attempts,
        "answer": letter.last_answer.as_deref().map(masked::text),
        "created": words::moment(letter.created_at),
        "sent": words::perhaps(letter.sent_at),
        "is_sample": letter.is_sample,
        "resend_of": letter.resend_of.map(|id| id.0),
        "may_resend": may_resend,
    })
}

/// Sends a letter again; a second click on the same page is the same letter.
#[handler]
pub(super) async fn resend(
    context: Data<&Context>,
    client: Client,
    Path(id): Path<i64>,
    order: Order,
) -> Result<Response> {
    let (user, key) = (order.operator.holder.user, format!("{}-{id}", order.fields.text("click")));
    let begun = idempotency::begin::<i64>(&context, user, Some(&key), "console_resend_letter", &id).await?;
    if let Begun::Fresh(mut creation) = begun {
        let now = context.clock.now();
        let again = deeds::resend(&mut creation, user, LetterId(id), &client.into(), now).await;
        let again = again.map_err(ApiError::from)?;
        creation.commit(&again.0).await?;
    }
    Ok(page::see("/ops/letters/?done=resent"))
}

/// Addresses that nothing is sent to.
#[handler]
pub(super) async fn list_suppressed(
    context: Data<&Context>,
    operator: Operator,
    asked: Query<Asked>,
) -> Result<Response> {
    let wanted = asked.wanted();
    let mut db = context.read().await.map_err(ApiError::from)?;
    let found = suppressions::list(&mut db, wanted).await.map_err(ApiError::from)?;
    let mut content = asked.around("/ops/suppressions/", wanted, &found);
    content["suppressions"] = found.rows.iter().map(suppressed).collect();
    content["outcome"] = json!(words::outcome(asked.done.as_deref()));
    Ok(page::signed_in(&operator, "suppressions.html", "suppressions", content))
}

fn suppressed(row: &Suppression) -> Value {
    json!({
        "id": row.id,
        "address": masked::address(&row.address),
        "reason": masked::text(&row.reason),
        "since": words::moment(row.created_at),
    })
}

/// Lets letters go to an address again.
#[handler]
pub(super) async fn lift(
    context: Data<&Context>,
    client: Client,
    Path(id): Path<i64>,
    order: Order,
) -> Result<Response> {
    let mut work = context.begin().await.map_err(ApiError::from)?;
    let (user, now) = (order.operator.holder.user, context.clock.now());
    match deeds::lift_suppression(&mut work, user, id, &client.into(), now).await {
        // Two clicks are one deed.
        Ok(()) | Err(DatabaseError::NotFound) => {}
        Err(error) => return Err(ApiError::from(error).into()),
    }
    work.commit().await.map_err(ApiError::from)?;
    Ok(page::see("/ops/suppressions/?done=lifted"))
}
