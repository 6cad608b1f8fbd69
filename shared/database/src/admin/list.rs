//! Accounts as staff look through them.

use chrono::{DateTime, Utc};
use domain::ids::UserId;
use domain::locale::Locale;
use domain::paging::{OrderBy, Page, PageRequest};
use sqlx::PgConnection;

use crate::DatabaseError;
use crate::order;

/// An account as staff see it.
#[expect(clippy::struct_excessive_bools, reason = "each is a column of its own, and all combinations exist")]
#[derive(Debug, Clone)]
pub struct Account {
    /// Its number.
    pub id: UserId,
    /// The address that signs in.
    pub email: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The language of its letters.
    pub locale: Locale,
    /// What it is.
    pub roles: Vec<String>,
    /// Whether its address is confirmed.
    pub email_verified: bool,
    /// Whether it may sign in at all.
    pub is_active: bool,
    /// Whether it belongs to staff.
    pub is_staff: bool,
    /// Whether it belongs to a superuser.
    pub is_superuser: bool,
    /// When somebody signed in last.
    pub last_login: Option<DateTime<Utc>>,
    /// When it was used last.
    pub last_seen_at: Option<DateTime<Utc>>,
    /// When its erasure is due.
    pub deletion_due_at: Option<DateTime<Utc>>,
    /// When it was erased.
    pub erased_at: Option<DateTime<Utc>>,
    /// Since when it exists.
    pub created_at: DateTime<Utc>,
}

#[expect(clippy::struct_excessive_bools, reason = "each is a column of its own, and all combinations exist")]
pub(super) struct Row {
    pub(super) id: i64,
    pub(super) email: String,
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) locale: String,
    pub(super) roles: Vec<String>,
    pub(super) email_verified: bool,
    pub(super) is_active: bool,
    pub(super) is_staff: bool,
    pub(super) is_superuser: bool,
    pub(super) last_login: Option<DateTime<Utc>>,
    pub(super) last_seen_at: Option<DateTime<Utc>>,
    pub(super) deletion_due_at: Option<DateTime<Utc>>,
    pub(super) erased_at: Option<DateTime<Utc>>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) total: Option<i64>,
}

impl From<Row> for Account {
    fn from(row: Row) -> Self {
        Self {
            id: UserId(row.id),
            email: row.email,
            first_name: row.first_name,
            last_name: row.last_name,
            locale: Locale::from_tag(&row.locale).unwrap_or_default(),
            roles: row.roles,
            email_verified: row.email_verified,
            is_active: row.is_active,
            is_staff: row.is_staff,
            is_superuser: row.is_superuser,
            last_login: row.last_login,
            last_seen_at: row.last_seen_at,
            deletion_due_at: row.deletion_due_at,
            erased_at: row.erased_at,
            created_at: row.created_at,
        }
    }
}

/// What a list of accounts is narrowed by.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Patterns that address and names must all be like.
    pub search: Vec<String>,
    /// Whether it may sign in.
    pub is_active: Option<bool>,
    /// What it is.
    pub role: Option<String>,
    /// Whether its address is confirmed.
    pub email_verified: Option<bool>,
    /// Made then or later.
    pub created_from: Option<DateTime<Utc>>,
    /// Made then or earlier.
    pub created_to: Option<DateTime<Utc>>,
    /// Signed in to then or later.
    pub login_from: Option<DateTime<Utc>>,
    /// Signed in to then or earlier.
    pub login_to: Option<DateTime<Utc>>,
}

/// Columns that a list can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// When it was made.
    CreatedAt,
    /// When somebody signed in last.
    LastLogin,
    /// The address.
    Email,
}

impl Column {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::CreatedAt, Self::LastLogin, Self::Email];
}

impl order::Column for Column {
    fn word(self) -> &'static str {
        match self {
            Self::CreatedAt => "created_at",
            Self::LastLogin => "last_login",
            Self::Email => "email",
        }
    }
}

/// A page of the accounts.
pub async fn list(
    db: &mut PgConnection,
    filter: &Filter,
    order: &[OrderBy<Column>],
    page: PageRequest,
) -> Result<Page<Account>, DatabaseError> {
    let (first, second) = order::keys(order);
    let rows = sqlx::query_as!(
        Row,
        r#"select id, email::text as "email!", first_name, last_name, locale, roles, email_verified, is_active, is_staff,
            is_superuser, last_login, last_seen_at, deletion_due_at, erased_at, created_at, count(*) over () as total
        from users
        where (cardinality($5::text[]) = 0
                or searchable(email::text || ' ' || first_name || ' ' || last_name)
                    like all (select searchable(pattern) from unnest($5::text[]) pattern))
            and ($6::boolean is null or is_active = $6)
            and ($7::text is null or $7 = any (roles))
            and ($8::boolean is null or email_verified = $8)
            and ($9::timestamptz is null or created_at >= $9)
            and ($10::timestamptz is null or created_at <= $10)
            and ($11::timestamptz is null or last_login >= $11)
            and ($12::timestamptz is null or last_login <= $12)
        order by
            case when $1::text = 'created_at' then created_at when $1 = 'last_login' then last_login end,
            case when $1 = '-created_at' then created_at when $1 = '-last_login' then last_login end desc nulls last,
            case when $1 = 'email' then email end, case when $1 = '-email' then email end desc,
            case when $2::text = 'created_at' then created_at when $2 = 'last_login' then last_login end,
            case when $2 = '-created_at' then created_at when $2 = '-last_login' then last_login end desc nulls last,
            case when $2 = 'email' then email end, case when $2 = '-email' then email end desc,
            id desc
        limit $3 offset $4"#,
        first,
        second,
        page.limit(),
        page.offset(),
        &filter.search,
        filter.is_active,
        filter.role,
        filter.email_verified,
        filter.created_from,
        filter.created_to,
        filter.login_from,
        filter.login_to
    )
    .fetch_all(db)
    .await?;
    // No row, no count: right for an empty list, and a page beyond the end is answered by its being empty.
    let count = rows.first().and_then(|row| row.total).unwrap_or_default();
    Ok(Page { count, rows: rows.into_iter().map(Account::from).collect() })
}
