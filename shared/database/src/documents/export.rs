//! One's own papers for an archive.

use chrono::{DateTime, NaiveDate, Utc};
use domain::access::Access;
use serde_json::Value;
use sqlx::PgConnection;

use crate::DatabaseError;

/// A paper for an archive.
#[derive(Debug, Clone)]
pub struct Exported {
    /// Its id.
    pub id: i64,
    /// Its title.
    pub title: String,
    /// What the user says of it.
    pub description: Option<String>,
    /// What it is, said or detected.
    pub document_type: Option<String>,
    /// How far its reading is.
    pub status: String,
    /// Make and model of its vehicle.
    pub vehicle: Option<String>,
    /// Where the file is.
    pub storage_key: String,
    /// Bytes of the file as sent.
    pub file_size: i64,
    /// Its media type.
    pub mime_type: String,
    /// The values read, under the contract's first words.
    pub analysis_data: Value,
    /// The day of its beginning.
    pub issued_on: Option<NaiveDate>,
    /// The day of its end.
    pub expires_on: Option<NaiveDate>,
    /// When it was uploaded.
    pub created_at: DateTime<Utc>,
}

/// Up to `most` of the papers that the user of `access` uploaded and that `access` reaches, in the order of time: by the
/// day on them, else by that of their upload.
pub async fn exported(
    db: &mut PgConnection,
    access: Access,
    vehicle: Option<i64>,
    kind: Option<&str>,
    most: i64,
) -> Result<Vec<Exported>, DatabaseError> {
    let rows = sqlx::query_as!(
        Exported,
        r#"select d.id, d.title, d.description, d.document_type, d.status,
                  case when w.rank is not null then v.make || ' ' || v.model end as vehicle,
                  d.storage_key, d.file_size, d.mime_type, d.analysis_data, d.issued_on, d.expires_on, d.created_at
           from document_access a
           join documents d on d.id = a.document_id
           left join vehicles v on v.id = d.vehicle_id and v.deleted_at is null
           left join vehicle_access w on w.vehicle_id = v.id and w.user_id = $1
           where a.user_id = $1 and a.rank >= $2 and d.user_id = $3 and d.deleted_at is null
             and ($4::bigint is null or v.id = $4)
             and ($5::text is null or d.document_type = $5)
           order by coalesce(d.issued_on, (d.created_at at time zone 'Europe/Paris')::date), d.created_at, d.id
           limit $6"#,
        access.principal(),
        access.at_least.rank(),
        access.user.0,
        vehicle,
        kind,
        most,
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}
