//! The ledger of letters as staff look through it.

use chrono::{DateTime, Utc};
use domain::ids::{LetterId, UserId};
use domain::letter::{LetterKind, LetterState};
use domain::locale::Locale;
use domain::paging::{OrderBy, Page, PageRequest};
use serde_json::Value;
use sqlx::PgConnection;

use crate::DatabaseError;
use crate::order;

/// A letter and what became of it.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// Its number.
    pub id: LetterId,
    /// To whom, if it is somebody with an account.
    pub user: Option<UserId>,
    /// Where it went.
    pub address: String,
    /// What it is about, a [`LetterKind`] of this or another build.
    pub kind: String,
    /// In which language.
    pub locale: Locale,
    /// What its template needs; empty once it was forgotten.
    pub context: Value,
    /// Where it is on its way.
    pub state: String,
    /// Its Message-ID, without angle brackets.
    pub message_id: String,
    /// How often it was handed over.
    pub attempts: i16,
    /// What was said of it last.
    pub last_answer: Option<String>,
    /// Whether it is a sample.
    pub is_sample: bool,
    /// The letter that it is sent again for.
    pub resend_of: Option<LetterId>,
    /// When its content was forgotten.
    pub blanked_at: Option<DateTime<Utc>>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When the mail server accepted it.
    pub sent_at: Option<DateTime<Utc>>,
}

/// What a list of letters is narrowed by.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Part of the address, whatever its case.
    pub to: Option<String>,
    /// What it is about.
    pub kinds: Option<Vec<LetterKind>>,
    /// Where it is on its way.
    pub states: Option<Vec<LetterState>>,
    /// Asked for at this time or later.
    pub created_from: Option<DateTime<Utc>>,
    /// Asked for at this time or earlier.
    pub created_to: Option<DateTime<Utc>>,
}

/// Columns that a list can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// When it was asked for.
    CreatedAt,
}

impl Column {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::CreatedAt];
}

impl order::Column for Column {
    fn word(self) -> &'static str {
        match self {
            Self::CreatedAt => "created_at",
        }
    }
}

struct Row {
    id: i64,
    user_id: Option<i64>,
    address: String,
    kind: String,
    locale: String,
    context: Value,
    state: String,
    message_id: String,
    attempts: i16,
    last_answer: Option<String>,
    is_sample: bool,
    resend_of: Option<i64>,
    blanked_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    sent_at: Option<DateTime<Utc>>,
    total: Option<i64>,
}

impl From<Row> for Recorded {
    fn from(row: Row) -> Self {
        Self {
            id: LetterId(row.id),
            user: row.user_id.map(UserId),
            address: row.address,
            kind: row.kind,
            locale: Locale::from_tag(&row.locale).unwrap_or_default(),
            context: row.context,
            state: row.state,
            message_id: row.message_id,
            attempts: row.attempts,
            last_answer: row.last_answer,
            is_sample: row.is_sample,
            resend_of: row.resend_of.map(LetterId),
            blanked_at: row.blanked_at,
            created_at: row.created_at,
            sent_at: row.sent_at,
        }
    }
}

/// A page of the ledger.
pub async fn list(
    db: &mut PgConnection,
    filter: &Filter,
    order: &[OrderBy<Column>],
    page: PageRequest,
) -> Result<Page<Recorded>, DatabaseError> {
    let (first, _) = order::keys(order);
    let words = |all: &Vec<&str>| all.iter().map(|word| (*word).to_owned()).collect::<Vec<String>>();
    let kinds = filter.kinds.as_ref().map(|all| words(&all.iter().map(|kind| kind.as_str()).collect()));
    let states = filter.states.as_ref().map(|all| words(&all.iter().map(|state| state.as_str()).collect()));
    let rows = sqlx::query_as!(
        Row,
        r#"select id, user_id, address::text as "address!", kind, locale, context, state, message_id, attempts,
            last_answer, is_sample, resend_of, blanked_at, created_at, sent_at, count(*) over () as total
        from letters
        where ($4::text is null or position(lower($4) in lower(address::text)) > 0)
            and ($5::text[] is null or kind = any ($5))
            and ($6::text[] is null or state = any ($6))
            and ($7::timestamptz is null or created_at >= $7)
            and ($8::timestamptz is null or created_at <= $8)
        order by
            case when $1::text = 'created_at' then created_at end,
            case when $1::text = 'created_at' then id end,
            created_at desc, id desc
        limit $2 offset $3"#,
        first,
        page.limit(),
        page.offset(),
        filter.to,
        kinds.as_deref(),
        states.as_deref(),
        filter.created_from,
        filter.created_to
    )
    .fetch_all(db)
    .await?;
    // No row, no count: right for an empty list, and a page beyond the end is answered by its being empty.
    let count = rows.first().and_then(|row| row.total).unwrap_or_default();
    Ok(Page { count, rows: rows.into_iter().map(Recorded::from).collect() })
}

/// One letter, or not found.
pub async fn get(db: &mut PgConnection, id: LetterId) -> Result<Recorded, DatabaseError> {
    let row = sqlx::query_as!(
        Row,
        r#"select id, user_id, address::text as "address!", kind, locale, context, state, message_id, attempts,
            last_answer, is_sample, resend_of, blanked_at, created_at, sent_at, null::bigint as total
        from letters
        where id = $1"#,
        id.0
    )
    .fetch_one(db)
    .await?;
    Ok(row.into())
}
