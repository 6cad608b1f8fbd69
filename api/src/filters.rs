//! Filters of lists: a field and its `__in` beside it, and texts that the database can take.

use chrono::{DateTime, Datelike, Utc};
use poem_openapi::types::ParseFromParameter;

use crate::error::ApiError;
use crate::say;

/// What a filter and its `__in` (comma-separated) narrow to together; none when neither is given.
///
/// # Errors
/// 400 that names `name` when one of the words is none of the field's.
pub fn any_of<T>(one: Option<T>, name: &str, many: Option<&str>) -> Result<Option<Vec<T>>, ApiError>
where
    T: ParseFromParameter + PartialEq,
{
    let Some(many) = many.filter(|text| !text.is_empty()) else { return Ok(one.map(|one| vec![one])) };
    let parsed: Result<Vec<T>, _> =
        many.split(',').map(|word| T::parse_from_parameters([word.trim()])).collect();
    let mut all = parsed.map_err(|_| {
        let message = say!(
            "Au moins une de ces valeurs n’est pas acceptée.",
            "At least one of these values is not accepted."
        );
        ApiError::invalid_field(name, message)
    })?;
    if let Some(one) = one {
        all.retain(|other| *other == one);
    }
    Ok(Some(all))
}

/// A text to compare with; blank is none.
///
/// # Errors
/// 400 that names `name` for control characters.
pub fn text(name: &str, value: Option<String>) -> Result<Option<String>, ApiError> {
    let value = value.filter(|text| !text.trim().is_empty());
    if value.as_ref().is_some_and(|text| text.contains(char::is_control)) {
        let message =
            say!("Les caractères de contrôle ne sont pas acceptés.", "Control characters are not accepted.");
        return Err(ApiError::invalid_field(name, message));
    }
    Ok(value)
}

/// A time to compare with: one that has a place in the calendar of the database.
///
/// # Errors
/// 400 that names `name` for years before 1 and after 9999.
pub fn moment(name: &str, value: Option<DateTime<Utc>>) -> Result<Option<DateTime<Utc>>, ApiError> {
    if value.is_some_and(|at| !(1..=9999).contains(&at.year())) {
        let message =
            say!("Une date de l’an 1 à 9999 est attendue.", "A date from the year 1 to 9999 is expected.");
        return Err(ApiError::invalid_field(name, message));
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_and_its_list_narrow_together() {
        assert_eq!(any_of(None::<i32>, "year__in", None).unwrap(), None);
        assert_eq!(any_of(Some(2019), "year__in", None).unwrap(), Some(vec![2019]));
        assert_eq!(any_of(None, "year__in", Some("2019, 2020")).unwrap(), Some(vec![2019, 2020]));
        assert_eq!(any_of(Some(2021), "year__in", Some("2019,2020")).unwrap(), Some(vec![]));
        assert!(any_of(None::<i32>, "year__in", Some("2019,old")).is_err());
    }

    #[test]
    fn a_text_with_control_characters_is_refused() {
        assert_eq!(text("make", Some("  ".to_owned())).unwrap(), None);
        assert!(text("make", Some("a\0b".to_owned())).is_err());
    }
}
