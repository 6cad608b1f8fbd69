//! Lists of papers.

use chrono::NaiveDate;
use domain::access::Access;
use domain::paging::{OrderBy, Page, PageRequest};
use sqlx::PgConnection;

use super::Document;
use crate::DatabaseError;
use crate::order::{self, Column};

/// What a list of papers can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentColumn {
    /// When it was uploaded.
    CreatedAt,
    /// When it last changed.
    UpdatedAt,
    /// Its title.
    Title,
    /// What it is.
    DocumentType,
    /// The day it ends.
    ExpiresOn,
    /// Bytes of its file.
    FileSize,
}

impl DocumentColumn {
    /// Every column.
    pub const ALL: &'static [Self] =
        &[Self::CreatedAt, Self::UpdatedAt, Self::Title, Self::DocumentType, Self::ExpiresOn, Self::FileSize];
}

impl Column for DocumentColumn {
    fn word(self) -> &'static str {
        match self {
            Self::CreatedAt => "created_at",
            Self::UpdatedAt => "updated_at",
            Self::Title => "title",
            Self::DocumentType => "document_type",
            Self::ExpiresOn => "expires_on",
            Self::FileSize => "file_size",
        }
    }
}

/// Which papers are wanted; what is absent does not narrow the list.
#[derive(Debug, Clone, Default)]
pub struct DocumentFilter {
    /// Hanging on this vehicle.
    pub vehicle: Option<i64>,
    /// Of one of these kinds.
    pub kinds: Option<Vec<String>>,
    /// In one of these states.
    pub statuses: Option<Vec<String>>,
    /// With an analysis, or without.
    pub is_analyzed: Option<bool>,
    /// Waiting to be sorted, or not.
    pub is_inbox: Option<bool>,
    /// Ending on this day or before.
    pub expires_until: Option<NaiveDate>,
    /// Ending on this day or after.
    pub expires_from: Option<NaiveDate>,
    /// Matching all of these patterns.
    pub search: Vec<String>,
}

/// One page of the papers that `access` reaches.
pub async fn list(
    db: &mut PgConnection,
    access: Access,
    filter: &DocumentFilter,
    order: &[OrderBy<DocumentColumn>],
    page: PageRequest,
) -> Result<Page<Document>, DatabaseError> {
    let (first, second) = order::keys(order);
    let rows = sqlx::query_as!(
        Document,
        r#"select d.id, d.user_id, v.id as "vehicle_id?", d.title, d.description, d.document_type, d.said_type, d.storage_key,
                  d.original_name, d.file_size, d.mime_type, d.pages, d.status, d.is_analyzed, d.is_inbox,
                  exists (select from document_thumbnails t where t.document_id = d.id) as "has_thumbnail!",
                  d.failure_reason, d.job_id, d.analysis_data, d.issued_on, d.expires_on, d.said_issued_on, d.said_expires_on, d.created_at,
                  d.updated_at, a.rank as "rank!", count(*) over () as total
           from document_access a
           join documents d on d.id = a.document_id
           left join vehicles v on v.id = d.vehicle_id and v.deleted_at is null
           where a.user_id = $1 and a.rank >= $13
             and d.deleted_at is null
             and ($2::bigint is null or v.id = $2)
             and ($3::text[] is null or d.document_type = any($3))
             and ($4::text[] is null or d.status = any($4))
             and ($5::boolean is null or d.is_analyzed = $5)
             and ($6::date is null or d.expires_on <= $6)
             and ($7::date is null or d.expires_on >= $7)
             and ($14::boolean is null or d.is_inbox = $14)
             and d.search like all (select searchable(pattern) from unnest($8::text[]) pattern)
           order by
             case $9 when 'created_at' then d.created_at when 'updated_at' then d.updated_at end,
             case $9 when '-created_at' then d.created_at when '-updated_at' then d.updated_at end desc,
             case $9 when 'title' then searchable(d.title) when 'document_type' then d.document_type end,
             case $9 when '-title' then searchable(d.title) when '-document_type' then d.document_type end desc,
             case $9 when 'expires_on' then d.expires_on end,
             case $9 when '-expires_on' then d.expires_on end desc nulls last,
             case $9 when 'file_size' then d.file_size end,
             case $9 when '-file_size' then d.file_size end desc,
             case $10 when 'created_at' then d.created_at when 'updated_at' then d.updated_at end,
             case $10 when '-created_at' then d.created_at when '-updated_at' then d.updated_at end desc,
             case $10 when 'title' then searchable(d.title) when 'document_type' then d.document_type end,
             case $10 when '-title' then searchable(d.title) when '-document_type' then d.document_type end desc,
             case $10 when 'expires_on' then d.expires_on end,
             case $10 when '-expires_on' then d.expires_on end desc nulls last,
             case $10 when 'file_size' then d.file_size end,
             case $10 when '-file_size' then d.file_size end desc,
             d.id desc
           limit $11 offset $12"#,
        access.principal(),
        filter.vehicle,
        filter.kinds.as_deref(),
        filter.statuses.as_deref(),
        filter.is_analyzed,
        filter.expires_until,
        filter.expires_from,
        &filter.search,
        first,
        second,
        page.limit(),
        page.offset(),
        access.at_least.rank(),
        filter.is_inbox,
    )
    .fetch_all(db)
    .await?;
    // No row, no count: right for an empty list, and a page beyond the end is answered by its being empty.
    let count = rows.first().and_then(|row| row.total).unwrap_or_default();
    Ok(Page { count, rows })
}
