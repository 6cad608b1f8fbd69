//! `Idempotency-Key`: a creating request that is repeated gets the first answer instead of a second thing.
//!
//! The key, the thing and the answer are written in one transaction, so no crash can part them. Keys live 24 hours.

use std::ops::{Deref, DerefMut};

use database::idempotency::{self, Kept};
use domain::ids::UserId;
use operations::Context;
use poem_openapi::types::{ParseFromJSON, ToJSON};
use queue::Work;
use sha2::{Digest, Sha256};

use crate::error::ApiError;
use crate::say;

/// Longest key.
const MAX_KEY: usize = 255;

/// What `Idempotency-Key` asks for.
pub enum Begun<T> {
    /// First time: do it, then [`Creation::commit`].
    Fresh(Creation),
    /// Done before: this was the answer.
    Replay(T),
}

/// A transaction that creates one thing and keeps the answer under the request's key.
pub struct Creation {
    work: Work,
    user: UserId,
    key: Option<String>,
}

/// Opens the transaction of a creating request.
///
/// # Errors
/// 400 for a key that is empty or longer than 255 characters, 409 for a key that was used for another request.
pub async fn begin<T: ParseFromJSON>(
    context: &Context,
    user: UserId,
    key: Option<&str>,
    operation: &str,
    request: &impl ToJSON,
) -> Result<Begun<T>, ApiError> {
    let mut work = context.begin().await?;
    let Some(key) = key else { return Ok(Begun::Fresh(Creation { work, user, key: None })) };
    if key.is_empty() || key.len() > MAX_KEY {
        let message = say!("Entre 1 et {} caractères.", "Between 1 and {} characters.", MAX_KEY);
        return Err(ApiError::invalid_field("Idempotency-Key", message));
    }
    let hash = Sha256::digest(request.to_json_string());
    match idempotency::take(&mut work, user, key, operation, hash.as_slice()).await? {
        None => Ok(Begun::Fresh(Creation { work, user, key: Some(key.to_owned()) })),
        Some(kept) => replay(kept, operation, hash.as_slice()).map(Begun::Replay),
    }
}

fn replay<T: ParseFromJSON>(kept: Kept, operation: &str, hash: &[u8]) -> Result<T, ApiError> {
    let is_same = kept.operation == operation && kept.request_hash == hash;
    let answer = kept.response.filter(|_| is_same).and_then(|json| T::parse_from_json(Some(json)).ok());
    answer.ok_or_else(|| {
        let detail = say!(
            "Cette clé d’idempotence a déjà servi pour une autre requête.",
            "This idempotency key was already used for another request."
        );
        ApiError::conflict("idempotency_key_reused", detail)
    })
}

impl Creation {
    /// Keeps the answer and commits.
    pub async fn commit<T: ToJSON>(mut self, answer: &T) -> Result<(), ApiError> {
        if let (Some(key), Some(json)) = (&self.key, answer.to_json()) {
            idempotency::keep(&mut self.work, self.user, key, &json).await?;
        }
        self.work.commit().await?;
        Ok(())
    }
}

impl Deref for Creation {
    type Target = Work;

    fn deref(&self) -> &Work {
        &self.work
    }
}

impl DerefMut for Creation {
    fn deref_mut(&mut self) -> &mut Work {
        &mut self.work
    }
}
