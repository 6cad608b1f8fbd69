//! What staff see of accounts, the audit log and the whole, on the wire.

use chrono::{DateTime, Utc};
use database::admin::{Account, Counters, Overview, StateCount};
use database::audit::Entry;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Enum, Object};
use serde_json::Value;
use uuid::Uuid;

/// What an account can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename = "AccountRole", rename_all = "snake_case")]
pub enum RoleWord {
    /// Somebody with vehicles.
    User,
    /// Somebody with a garage.
    GarageOwner,
    /// A member of staff.
    Admin,
}

impl RoleWord {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::GarageOwner => "garage_owner",
            Self::Admin => "admin",
        }
    }
}

/// An account as staff see it.
#[expect(clippy::struct_excessive_bools, reason = "each is a field of its own, and all combinations exist")]
#[derive(Debug, Clone, Object)]
#[oai(rename = "AdminUser")]
pub struct AccountView {
    /// Its number.
    pub id: i64,
    /// The address that signs in.
    pub email: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The language of its letters, `fr` or `en`.
    pub locale: String,
    /// What it is: `user`, `garage_owner`, `admin`.
    pub roles: Vec<String>,
    /// Whether its address is confirmed.
    pub email_verified: bool,
    /// Whether it may sign in.
    pub is_active: bool,
    /// Whether it belongs to a member of staff.
    pub is_staff: bool,
    /// Whether it belongs to a superuser.
    pub is_superuser: bool,
    /// When somebody signed in last.
    pub last_login: Option<DateTime<Utc>>,
    /// When it was used last.
    pub last_seen_at: Option<DateTime<Utc>>,
    /// When it is to be erased.
    pub deletion_due_at: Option<DateTime<Utc>>,
    /// When it was erased.
    pub erased_at: Option<DateTime<Utc>>,
    /// Since when it exists.
    pub created_at: DateTime<Utc>,
}

impl From<Account> for AccountView {
    fn from(account: Account) -> Self {
        Self {
            id: account.id.0,
            email: account.email,
            first_name: account.first_name,
            last_name: account.last_name,
            locale: account.locale.as_str().to_owned(),
            roles: account.roles,
            email_verified: account.email_verified,
            is_active: account.is_active,
            is_staff: account.is_staff,
            is_superuser: account.is_superuser,
            last_login: account.last_login,
            last_seen_at: account.last_seen_at,
            deletion_due_at: account.deletion_due_at,
            erased_at: account.erased_at,
            created_at: account.created_at,
        }
    }
}

/// How much an account holds.
#[derive(Debug, Clone, Object)]
#[oai(rename = "AdminUserCounters")]
pub struct CountersView {
    /// Vehicles.
    pub vehicles: i64,
    /// Papers.
    pub documents: i64,
    /// Bytes of their files.
    pub document_bytes: i64,
    /// Sessions that are alive.
    pub sessions: i64,
    /// Letters that were asked for.
    pub letters: i64,
    /// Notifications.
    pub notifications: i64,
}

/// An account, and how much it holds.
#[derive(Debug, Clone, Object)]
#[oai(rename = "AdminUserDetail")]
pub struct AccountDetail {
    /// The account.
    #[oai(flatten)]
    pub account: AccountView,
    /// How much it holds.
    pub counters: CountersView,
}

impl AccountDetail {
    pub(super) fn new(account: Account, counters: Counters) -> Self {
        let counters = CountersView {
            vehicles: counters.vehicles,
            documents: counters.documents,
            document_bytes: counters.document_bytes,
            sessions: counters.sessions,
            letters: counters.letters,
            notifications: counters.notifications,
        };
        Self { account: account.into(), counters }
    }
}

/// An erasure that was ordered.
#[derive(Debug, Object)]
#[oai(rename = "ErasureOrdered")]
pub struct ErasureOrderedView {
    /// What happens now, in the caller's language.
    pub message: String,
    /// The job that does it.
    pub task_id: Uuid,
}

/// 202 for an erasure.
#[derive(ApiResponse)]
pub enum ErasureOrdered {
    /// A job does it now.
    #[oai(status = 202)]
    Accepted(Json<ErasureOrderedView>),
}

/// An event of the audit log.
#[derive(Debug, Clone, Object)]
#[oai(rename = "AuditEntry")]
pub struct EntryView {
    /// Its number.
    pub id: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// What did it: `user`, `staff`, `system`, `nobody`.
    pub actor_kind: String,
    /// The account that did it.
    pub actor: Option<i64>,
    /// What was done, such as `user_suspended`.
    pub action: String,
    /// To what kind of thing, such as `user`.
    pub target_type: Option<String>,
    /// To which one.
    pub target_id: Option<String>,
    /// From which address.
    pub ip: Option<String>,
    /// With which program.
    pub user_agent: Option<String>,
    /// In which request.
    pub request_id: Option<Uuid>,
}

impl From<Entry> for EntryView {
    fn from(entry: Entry) -> Self {
        Self {
            id: entry.id,
            at: entry.at,
            actor_kind: entry.actor_kind,
            actor: entry.actor.map(|actor| actor.0),
            action: entry.action,
            target_type: entry.target_type,
            target_id: entry.target_id,
            ip: entry.ip.map(|ip| ip.to_string()),
            user_agent: entry.user_agent,
            request_id: entry.request_id,
        }
    }
}

/// An event of the audit log with its particulars.
#[derive(Debug, Clone, Object)]
#[oai(rename = "AuditEntryDetail")]
pub struct EntryDetail {
    /// The event.
    #[oai(flatten)]
    pub entry: EntryView,
    /// Its particulars: what changed as `[before, after]`, a reason.
    pub diff: Option<Value>,
}

impl From<Entry> for EntryDetail {
    fn from(entry: Entry) -> Self {
        let diff = entry.diff.clone();
        Self { entry: entry.into(), diff }
    }
}

/// How many things are in a state.
#[derive(Debug, Clone, Object)]
#[oai(rename = "StateCount")]
pub struct StateCountView {
    /// The state.
    pub state: String,
    /// How many.
    pub count: i64,
}

impl From<StateCount> for StateCountView {
    fn from(counted: StateCount) -> Self {
        Self { state: counted.state, count: counted.count }
    }
}

/// Accounts in numbers.
#[derive(Debug, Clone, Object)]
#[oai(rename = "UsersOverview")]
pub struct UsersOverview {
    /// All that are not erased.
    pub total: i64,
    /// Used in the last 30 days.
    pub active: i64,
    /// Made in the last 30 days.
    pub new: i64,
    /// Suspended.
    pub suspended: i64,
    /// To be erased.
    pub leaving: i64,
}

/// The whole in numbers.
#[derive(Debug, Clone, Object)]
#[oai(rename = "Overview")]
pub struct OverviewView {
    /// Accounts.
    pub users: UsersOverview,
    /// Jobs in the ledger, by state.
    pub jobs: Vec<StateCountView>,
    /// Letters of the last 30 days, by state.
    pub letters: Vec<StateCountView>,
    /// Papers, by state.
    pub documents: Vec<StateCountView>,
}

impl OverviewView {
    pub(super) fn new(overview: Overview, jobs: Vec<(String, i64)>) -> Self {
        let all = |counts: Vec<StateCount>| counts.into_iter().map(StateCountView::from).collect();
        Self {
            users: UsersOverview {
                total: overview.users,
                active: overview.active,
                new: overview.new,
                suspended: overview.suspended,
                leaving: overview.leaving,
            },
            jobs: jobs.into_iter().map(|(state, count)| StateCountView { state, count }).collect(),
            letters: all(overview.letters),
            documents: all(overview.documents),
        }
    }
}
