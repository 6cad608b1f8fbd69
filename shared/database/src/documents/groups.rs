//! Papers by the vehicle that they hang on.

use domain::access::Access;
use domain::paging::{Page, PageRequest};
use sqlx::PgConnection;

use super::Document;
use crate::DatabaseError;

/// The papers of one vehicle, or those that hang on none.
#[derive(Debug, Clone)]
pub struct Group {
    /// The vehicle.
    pub vehicle_id: Option<i64>,
    /// Make and model of the vehicle, if it is reached itself.
    pub vehicle_name: Option<String>,
    /// How many papers there are.
    pub count: i64,
    /// The newest of them.
    pub documents: Vec<Document>,
}

/// One page of the groups of papers that `access` reaches, each with its `newest` papers; the group with the newest paper
/// first, that of no vehicle last. Two queries, however many groups.
pub async fn groups(
    db: &mut PgConnection,
    access: Access,
    vehicle: Option<i64>,
    newest: i64,
    page: PageRequest,
) -> Result<Page<Group>, DatabaseError> {
    let rows = sqlx::query!(
        r#"select v.id as "vehicle_id?", min(case when w.rank is not null then v.make || ' ' || v.model end) as name,
                  count(*) as "many!", (array_agg(d.id order by d.created_at desc, d.id desc))[:$4::int] as "newest!",
                  count(*) over () as "groups!"
           from document_access a
           join documents d on d.id = a.document_id
           left join vehicles v on v.id = d.vehicle_id and v.deleted_at is null
           left join vehicle_access w on w.vehicle_id = v.id and w.user_id = $1
           where a.user_id = $1 and a.rank >= $2 and d.deleted_at is null and ($3::bigint is null or v.id = $3)
           group by v.id
           order by v.id is null, max(d.created_at) desc, v.id
           limit $5 offset $6"#,
        access.principal(),
        access.at_least.rank(),
        vehicle,
        i32::try_from(newest).unwrap_or(i32::MAX),
        page.limit(),
        page.offset(),
    )
    .fetch_all(&mut *db)
    .await?;
    let count = rows.first().map_or(0, |row| row.groups);
    let ids: Vec<i64> = rows.iter().flat_map(|row| row.newest.iter().copied()).collect();
    let mut papers = by_ids(db, access, &ids).await?.into_iter();
    let groups = rows.into_iter().map(|row| Group {
        documents: papers.by_ref().take(row.newest.len()).collect(),
        vehicle_id: row.vehicle_id,
        vehicle_name: row.name,
        count: row.many,
    });
    Ok(Page { count, rows: groups.collect() })
}

/// Those of these papers that `access` reaches, in the order of `ids`.
async fn by_ids(db: &mut PgConnection, access: Access, ids: &[i64]) -> Result<Vec<Document>, DatabaseError> {
    let rows = sqlx::query_as!(
        Document,
        r#"select d.id, d.user_id, v.id as "vehicle_id?", d.title, d.description, d.document_type, d.said_type, d.storage_key,
                  d.original_name, d.file_size, d.mime_type, d.pages, d.status, d.is_analyzed, d.is_inbox,
                  exists (select from document_thumbnails t where t.document_id = d.id) as "has_thumbnail!",
                  d.failure_reason, d.job_id, d.analysis_data, d.issued_on, d.expires_on, d.said_issued_on,
                  d.said_expires_on, d.created_at, d.updated_at, a.rank as "rank!", null::bigint as total
           from unnest($1::bigint[]) with ordinality wanted (id, place)
           join documents d on d.id = wanted.id and d.deleted_at is null
           join document_access a on a.document_id = d.id and a.user_id = $2 and a.rank >= $3
           left join vehicles v on v.id = d.vehicle_id and v.deleted_at is null
           order by wanted.place"#,
        ids,
        access.principal(),
        access.at_least.rank(),
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}
