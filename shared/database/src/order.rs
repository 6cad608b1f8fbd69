//! Orderings: a list of whitelisted columns becomes one text parameter that the query's `case`s understand.

use domain::paging::OrderBy;

/// A column that a list can be ordered by.
pub trait Column: Copy {
    /// The word of the contract, such as `created_at`.
    fn word(self) -> &'static str;
}

/// The orderings as `created_at` or `-created_at`, for `case $n when '-created_at' then ..` in a query.
///
/// A list is ordered by at most two columns; the second is empty when one was asked for.
pub fn keys<C: Column>(order: &[OrderBy<C>]) -> (String, String) {
    let key = |at: usize| {
        order.get(at).map_or_else(String::new, |order: &OrderBy<C>| {
            let sign = if order.descending { "-" } else { "" };
            format!("{sign}{}", order.column.word())
        })
    };
    (key(0), key(1))
}
