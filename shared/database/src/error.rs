//! What can go wrong with a query, as far as a caller can act on it.

use sqlx::error::ErrorKind;

/// Why a query gave no result.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// No such row, or none that the caller may see.
    #[error("not found")]
    NotFound,
    /// The row is visible, but the caller's role does not reach this deed.
    #[error("role does not reach")]
    Forbidden,
    /// A named constraint refused the write.
    #[error("constraint {constraint} refused the write")]
    Constraint {
        /// The constraint's name in the schema.
        constraint: String,
        /// What PostgreSQL said.
        #[source]
        source: sqlx::Error,
    },
    /// A value that the database cannot hold, such as a date before its calendar.
    #[error("a value is out of range")]
    OutOfRange(#[source] sqlx::Error),
    /// The database did not answer in time, or not at all.
    #[error("database unavailable")]
    Unavailable(#[source] sqlx::Error),
    /// Anything else: a fault of ours.
    #[error("query failed")]
    Query(#[source] sqlx::Error),
}

impl DatabaseError {
    /// The violated constraint's name, if that is what happened.
    pub fn constraint(&self) -> Option<&str> {
        match self {
            Self::Constraint { constraint, .. } => Some(constraint),
            _ => None,
        }
    }
}

impl From<sqlx::Error> for DatabaseError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::RowNotFound => Self::NotFound,
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) => {
                Self::Unavailable(error)
            }
            sqlx::Error::Database(inner) => {
                let refused = matches!(
                    inner.kind(),
                    ErrorKind::UniqueViolation | ErrorKind::ForeignKeyViolation | ErrorKind::CheckViolation
                );
                let is_down = inner.code().is_some_and(|code| is_outage(&code));
                // Class 22: data exceptions, which a value from outside brought about.
                let is_out_of_range = inner.code().is_some_and(|code| code.starts_with("22"));
                match inner.constraint() {
                    Some(name) if refused => Self::Constraint { constraint: name.to_owned(), source: error },
                    _ if is_down => Self::Unavailable(error),
                    _ if is_out_of_range => Self::OutOfRange(error),
                    _ => Self::Query(error),
                }
            }
            _ => Self::Query(error),
        }
    }
}

/// Whether a SQLSTATE tells of a server that cannot serve now, whatever it is asked (PostgreSQL, appendix A).
///
/// 57P: shutting down or starting up; 57014: the statement took too long; 08: connection; 53: resources; 25006: read-only,
/// as after a failover; 55000: not accepting connections; 40001 and 40P01: in each other's way.
fn is_outage(code: &str) -> bool {
    ["57P", "08", "53"].iter().any(|class| code.starts_with(class))
        || matches!(code, "57014" | "25006" | "55000" | "40001" | "40P01")
}
