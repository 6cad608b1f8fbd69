//! Papers by vehicle, and how many there are, as the API shows them.

use std::collections::BTreeMap;

use database::documents::{DocumentStats, Group};
use poem_openapi::Object;

use super::view::DocumentView;

/// The papers of one vehicle, or those that hang on none.
#[derive(Debug, Clone, Object)]
#[oai(rename = "DocumentGroup")]
pub struct GroupView {
    /// The vehicle; null for the papers that hang on none.
    pub vehicle: Option<i64>,
    /// Make and model of the vehicle.
    pub vehicle_name: Option<String>,
    /// How many papers there are.
    pub documents_count: i64,
    /// The newest of them, at most 10; all are at `/api/documents/?vehicle=`.
    pub documents: Vec<DocumentView>,
}

impl From<Group> for GroupView {
    fn from(group: Group) -> Self {
        Self {
            vehicle: group.vehicle_id,
            vehicle_name: group.vehicle_name,
            documents_count: group.count,
            documents: group.documents.into_iter().map(Into::into).collect(),
        }
    }
}

/// How many papers of which sort.
#[derive(Debug, Clone, Object)]
#[oai(rename = "DocumentStats")]
pub struct StatsView {
    /// All of them, those on shared vehicles included.
    pub total: i64,
    /// By what they are; `unknown` where nobody said and nothing was read yet.
    pub by_type: BTreeMap<String, i64>,
    /// By how far their reading is.
    pub by_status: BTreeMap<String, i64>,
    /// With an analysis.
    pub analyzed: i64,
    /// Without one.
    pub unanalyzed: i64,
    /// Waiting to be sorted.
    pub inbox: i64,
    /// Bytes of their files as sent.
    pub total_size: i64,
}

impl From<DocumentStats> for StatsView {
    fn from(stats: DocumentStats) -> Self {
        Self {
            total: stats.total,
            by_type: serde_json::from_value(stats.by_type).unwrap_or_default(),
            by_status: serde_json::from_value(stats.by_status).unwrap_or_default(),
            analyzed: stats.analyzed,
            unanalyzed: stats.total - stats.analyzed,
            inbox: stats.inbox,
            total_size: stats.total_size,
        }
    }
}
