//! Lists on the wire: `page`, `page_size`, `ordering`, and the envelope with `count/next/previous/results`.

use database::order::Column;
use domain::paging::{BadPage, OrderBy, PageRequest};
use poem::Request;
use poem_openapi::Object;
use poem_openapi::types::{ParseFromJSON, ToJSON, Type};

use crate::error::ApiError;
use crate::say;

/// One page of a list.
#[derive(Debug, Clone, Object)]
pub struct Page<T: Type + ParseFromJSON + ToJSON> {
    /// Rows of the whole list.
    pub count: i64,
    /// Absolute address of the next page; null on the last.
    pub next: Option<String>,
    /// Absolute address of the previous page; null on the first.
    pub previous: Option<String>,
    /// The rows of this page.
    pub results: Vec<T>,
}

/// The page that the query parameters ask for; 20 rows of page 1 when they ask for nothing.
///
/// # Errors
/// 400 that names `page` or `page_size`.
pub fn wanted(page: Option<u32>, page_size: Option<u32>) -> Result<PageRequest, ApiError> {
    let size = page_size.unwrap_or(PageRequest::DEFAULT_SIZE);
    PageRequest::new(page.unwrap_or(1), size).map_err(|error| match error {
        BadPage::Number => {
            ApiError::invalid_field("page", say!("Les pages commencent à 1.", "Pages count from 1."))
        }
        BadPage::Size => ApiError::invalid_field(
            "page_size",
            say!("Entre 1 et {} lignes par page.", "Between 1 and {} rows a page.", PageRequest::MAX_SIZE),
        ),
    })
}

/// The envelope around one page, with the addresses of its neighbours.
///
/// # Errors
/// 404 for a page beyond the end.
pub fn envelope<R, T>(
    public_url: &str,
    request: &Request,
    wanted: PageRequest,
    page: domain::paging::Page<R>,
) -> Result<Page<T>, ApiError>
where
    T: Type + ParseFromJSON + ToJSON + From<R>,
{
    if page.rows.is_empty() && wanted.number() > 1 {
        return Err(ApiError::not_found());
    }
    let has_next = wanted.offset() + (page.rows.len() as i64) < page.count;
    let address = |number: u32| neighbour(public_url, request, number);
    Ok(Page {
        count: page.count,
        next: has_next.then(|| address(wanted.number() + 1)),
        previous: (wanted.number() > 1).then(|| address(wanted.number() - 1)),
        results: page.rows.into_iter().map(T::from).collect(),
    })
}

fn neighbour(public_url: &str, request: &Request, number: u32) -> String {
    let uri = request.original_uri();
    let rest = uri.query().unwrap_or_default().split('&');
    let mut query: Vec<String> =
        rest.filter(|pair| !pair.is_empty() && !pair.starts_with("page=")).map(str::to_owned).collect();
    query.push(format!("page={number}"));
    format!("{}{}?{}", public_url.trim_end_matches('/'), uri.path(), query.join("&"))
}

/// Most columns that a list is ordered by at once.
const MAX_COLUMNS: usize = 2;

/// The ordering that `ordering=` asks for, out of the whitelist; the default when it asks for nothing.
///
/// # Errors
/// 400 that lists the known fields.
pub fn ordering<C: Column>(
    text: Option<&str>,
    known: &[C],
    default: OrderBy<C>,
) -> Result<Vec<OrderBy<C>>, ApiError> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(vec![default]) };
    let columns: Option<Vec<OrderBy<C>>> = text.split(',').map(|word| column(word.trim(), known)).collect();
    columns.filter(|columns| columns.len() <= MAX_COLUMNS).ok_or_else(|| {
        let words: Vec<&str> = known.iter().map(|column| column.word()).collect();
        let message = say!(
            "Tri inconnu. Choisissez un ou deux champs parmi : {} (avec - pour l’ordre décroissant).",
            "Unknown ordering. Choose one or two of: {} (with - for descending).",
            words.join(", ")
        );
        ApiError::invalid_field("ordering", message)
    })
}

fn column<C: Column>(text: &str, known: &[C]) -> Option<OrderBy<C>> {
    let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
    let column = known.iter().find(|column| column.word() == name)?;
    Some(OrderBy { column: *column, descending })
}

/// The words of a `search=` as patterns for `ilike all`, accents and case taken away by the database.
pub fn search_patterns(text: Option<&str>) -> Vec<String> {
    text.unwrap_or_default()
        .split_whitespace()
        .take(8)
        .map(|word| format!("%{}%", word.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn search_words_cannot_smuggle_wildcards() {
        assert_eq!(search_patterns(Some("  clio 50% a_b ")), ["%clio%", r"%50\%%", r"%a\_b%"]);
        assert!(search_patterns(None).is_empty());
    }

    #[derive(Debug, Clone, Copy, PartialEq)]
    struct Name;

    impl Column for Name {
        fn word(self) -> &'static str {
            "name"
        }
    }

    #[test]
    fn an_unknown_ordering_is_refused() {
        let default = OrderBy { column: Name, descending: true };
        assert_eq!(
            ordering(Some("-name"), &[Name], default.clone()).unwrap(),
            std::slice::from_ref(&default)
        );
        assert_eq!(ordering(None, &[Name], default.clone()).unwrap(), std::slice::from_ref(&default));
        assert!(ordering(Some("size"), &[Name], default.clone()).is_err());
        assert!(ordering(Some("name,name,name"), &[Name], default).is_err());
    }
}
