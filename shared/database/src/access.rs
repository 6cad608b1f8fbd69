//! What a rank found beside a row means for the access that was asked for.

use domain::access::{Access, Role};

use crate::DatabaseError;

/// The role behind the rank of a visible row.
///
/// # Errors
/// [`DatabaseError::NotFound`] without a rank: not visible. [`DatabaseError::Forbidden`] when the role does not reach.
pub(crate) fn check(access: Access, rank: Option<i16>) -> Result<Role, DatabaseError> {
    let role = rank.and_then(Role::from_rank).ok_or(DatabaseError::NotFound)?;
    if access.is_met_by(role) { Ok(role) } else { Err(DatabaseError::Forbidden) }
}
