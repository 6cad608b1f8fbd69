//! How far a paper's reading is, for those who follow it.

use domain::access::Access;
use domain::document::{DocumentStatus, FailureReason};
use domain::ids::{DocumentId, SessionId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::DatabaseError;

/// How far a paper's reading is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// How far it is.
    pub status: DocumentStatus,
    /// Why it could not be read.
    pub failure: Option<FailureReason>,
    /// The job that reads it.
    pub job_id: Option<Uuid>,
    /// How far the job is, in per cent.
    pub percent: i16,
    /// Whether the session that follows still lives.
    pub is_session_active: bool,
}

/// How far the reading of a paper is that `access` reaches, and whether `session` still lives: one query.
pub async fn progress(
    db: &mut PgConnection,
    access: Access,
    session: SessionId,
    id: DocumentId,
) -> Result<Progress, DatabaseError> {
    let row = sqlx::query!(
        r#"select d.status, d.failure_reason, d.job_id, coalesce(j.progress, 0) as "percent!",
                  exists (select 1 from sessions s join users u on u.id = s.user_id
                          where s.id = $3 and s.is_active and s.expires_at > now() and u.is_active)
                      as "is_session_active!"
           from documents d
           join document_access a on a.document_id = d.id and a.user_id = $2
           left join jobs j on j.id = d.job_id
           where d.id = $1 and d.deleted_at is null"#,
        id.0,
        access.principal(),
        session.0,
    )
    .fetch_one(db)
    .await?;
    Ok(Progress {
        status: DocumentStatus::from_word(&row.status).expect("a check constraint holds the words"),
        failure: row.failure_reason.as_deref().and_then(FailureReason::from_word),
        job_id: row.job_id,
        percent: i16::try_from(row.percent).unwrap_or(100),
        is_session_active: row.is_session_active,
    })
}
