//! Sending the small picture of a paper.

use database::documents;
use domain::document::THUMBNAIL_SIZES;
use domain::ids::DocumentId;
use files::{FileKey, FilesError};
use futures::TryStreamExt;
use operations::Context;
use poem::Body;
use poem::http::StatusCode;
use poem_openapi::payload::{Binary, Response};
use sha2::{Digest, Sha256};

use crate::error::ApiError;
use crate::say;
use crate::security::Principal;

const DEFAULT_SIZE: i16 = 256;
/// Browsers keep it for themselves and ask again after a day whether it is still the one.
const CACHE: &str = "private, max-age=86400";

/// The picture, or nothing when whoever asks has it already.
pub(super) async fn answer(
    context: &Context,
    caller: &Principal,
    id: DocumentId,
    size: Option<i16>,
    known: Option<&str>,
) -> Result<Response<Binary<Body>>, ApiError> {
    let size = size.unwrap_or(DEFAULT_SIZE);
    if !THUMBNAIL_SIZES.contains(&size) {
        let message = say!("Choisissez parmi : {}.", "Choose one of: {}.", "128, 256, 512");
        return Err(ApiError::invalid_field("size", message));
    }
    let drawn = {
        let mut db = context.read().await?;
        documents::thumbnail(&mut db, caller.as_viewer(), id, size).await?
    };
    let drawn = drawn.ok_or_else(ApiError::not_found)?;
    let tag = tag(&drawn.storage_key);
    if known.is_some_and(|known| is_among(known, &tag)) {
        let nothing = Response::new(Binary(Body::empty())).status(StatusCode::NOT_MODIFIED);
        return Ok(nothing.header("ETag", tag).header("Cache-Control", CACHE));
    }
    let key = FileKey::parse(&drawn.storage_key).ok_or_else(ApiError::not_found)?;
    let file = match context.files.get(key).await {
        Ok(file) => file,
        Err(FilesError::NotFound) => return Err(ApiError::not_found()),
        Err(error) => return Err(ApiError::unavailable(&error)),
    };
    let body = Body::from_bytes_stream(file.stream.map_err(std::io::Error::other));
    Ok(Response::new(Binary(body))
        .header("Content-Type", "image/webp")
        .header("Content-Length", file.bytes.to_string())
        .header("ETag", tag)
        .header("Cache-Control", CACHE))
}

/// Each drawing has a file of its own, whose name is not for others.
fn tag(storage_key: &str) -> String {
    format!("\"{}\"", &hex::encode(Sha256::digest(storage_key))[..16])
}

fn is_among(known: &str, tag: &str) -> bool {
    let weak = |one: &str| one.trim().trim_start_matches("W/") == tag;
    known.trim() == "*" || known.split(',').any(weak)
}

#[cfg(test)]
mod tests {
    use super::{is_among, tag};

    #[test]
    fn a_known_picture_is_known_by_its_tag_alone() {
        let tag = tag("thumbnails/0b0e7e5e-7f0f-4c5e-9d2a-3f2a1b0c9d8e");
        assert_eq!(tag.len(), 18);
        for known in [tag.clone(), format!("\"a\", W/{tag}"), "*".to_owned()] {
            assert!(is_among(&known, &tag), "{known}");
        }
        assert!(!is_among("\"a\"", &tag));
    }
}
