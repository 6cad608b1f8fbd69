//! How many streams one person has open in this process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::ids::UserId;

use crate::error::ApiError;

/// When to come back who has too many open: streams that nobody reads any more have ended by then.
const COME_BACK_S: u64 = 15;

type Taken = HashMap<(&'static str, UserId), usize>;

/// Counts open streams; cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Seats(Arc<Mutex<Taken>>);

/// A stream's place; free again when it is dropped.
#[derive(Debug)]
pub(super) struct Seat {
    seats: Seats,
    key: (&'static str, UserId),
}

impl Seats {
    /// A place for one more stream of this name.
    ///
    /// # Errors
    /// 429 when `most` are open.
    pub(super) fn take(&self, name: &'static str, user: UserId, most: usize) -> Result<Seat, ApiError> {
        let key = (name, user);
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let open = taken.entry(key).or_default();
        if *open >= most {
            return Err(ApiError::too_many(COME_BACK_S));
        }
        *open += 1;
        Ok(Seat { seats: self.clone(), key })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = taken.get_mut(&self.key) {
            *open -= 1;
            if *open == 0 {
                taken.remove(&self.key);
            }
        }
    }
}
