//! Orderings: a list of whitelisted columns becomes one text parameter that the query's `case`s understand.

use domain::paging::OrderBy;

/// A column that a list can be ordered by.
pub trait Column: Copy {
    /// The word of the contract, such as `created_at`.
    fn word(self) -> &'static str;
}

/// The first ordering as `created_at` or `-created_at`, for `case $n when '-created_at' then ..` in a query.
pub fn key<C: Column>(order: &OrderBy<C>) -> String {
    let sign = if order.descending { "-" } else { "" };
    format!("{sign}{}", order.column.word())
}
