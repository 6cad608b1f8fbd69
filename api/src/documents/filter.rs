//! The filters of a list of papers.

use chrono::{Datelike, NaiveDate};
use database::documents::DocumentFilter;
use domain::document::{DocumentKind, DocumentStatus};

use crate::error::ApiError;
use crate::form::Form;
use crate::{filters, paging, say};

/// The query parameters as they came.
#[derive(Debug, Default)]
pub(super) struct DocumentFilters {
    pub vehicle: Option<i64>,
    pub kind: Option<String>,
    pub kinds: Option<String>,
    pub status: Option<String>,
    pub statuses: Option<String>,
    pub is_analyzed: Option<bool>,
    pub is_inbox: Option<bool>,
    pub expires_until: Option<NaiveDate>,
    pub expires_from: Option<NaiveDate>,
    pub search: Option<String>,
}

impl DocumentFilters {
    /// The filter that they ask for.
    pub(super) fn parse(self) -> Result<DocumentFilter, ApiError> {
        let mut form = Form::default();
        let is_kind = |word: &str| DocumentKind::from_word(word).is_some();
        let is_status = |word: &str| DocumentStatus::from_word(word).is_some();
        let kind = words(&mut form, "document_type", self.kind, is_kind);
        let kinds = words(&mut form, "document_type__in", self.kinds, is_kind);
        let status = words(&mut form, "status", self.status, is_status);
        let statuses = words(&mut form, "status__in", self.statuses, is_status);
        for (name, day) in [("expires_on__lte", self.expires_until), ("expires_on__gte", self.expires_from)] {
            form.check(name, day.is_none_or(|day| (1..=9999).contains(&day.year())), || {
                say!("Une date de l’an 1 à 9999 est attendue.", "A date from the year 1 to 9999 is expected.")
            });
        }
        form.finish()?;
        let search = filters::text("search", self.search)?;
        Ok(DocumentFilter {
            vehicle: self.vehicle,
            kinds: both(kind, kinds),
            statuses: both(status, statuses),
            is_analyzed: self.is_analyzed,
            is_inbox: self.is_inbox,
            expires_until: self.expires_until,
            expires_from: self.expires_from,
            search: paging::search_patterns(search.as_deref()),
        })
    }
}

/// A field and its `__in` narrow together.
fn both(one: Option<Vec<String>>, many: Option<Vec<String>>) -> Option<Vec<String>> {
    match (one, many) {
        (Some(one), Some(many)) => Some(many.into_iter().filter(|word| one.contains(word)).collect()),
        (one, many) => one.or(many),
    }
}

/// Words separated by commas, each of them known.
fn words(
    form: &mut Form,
    field: &str,
    text: Option<String>,
    is_known: impl Fn(&str) -> bool,
) -> Option<Vec<String>> {
    let words = text?;
    let words: Vec<String> =
        words.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    if words.is_empty() {
        return None;
    }
    for word in words.iter().filter(|word| !is_known(word)) {
        form.refuse(field, say!("Valeur inconnue : {}.", "Unknown value: {}.", word));
    }
    Some(words)
}
