//! Sending a paper's file.

use database::documents::Document;
use files::{FileKey, FilesError};
use futures::TryStreamExt;
use operations::Context;
use poem::Body;
use poem_openapi::payload::{Binary, Response};

use crate::error::ApiError;

/// The file as an attachment that no browser will run or guess at.
pub(super) async fn answer(
    context: &Context,
    document: &Document,
) -> Result<Response<Binary<Body>>, ApiError> {
    let key = FileKey::parse(&document.storage_key).ok_or_else(ApiError::not_found)?;
    let file = match context.files.get(key).await {
        Ok(file) => file,
        Err(FilesError::NotFound) => return Err(ApiError::not_found()),
        Err(error) => return Err(ApiError::unavailable(&error)),
    };
    let body = Body::from_bytes_stream(file.stream.map_err(std::io::Error::other));
    let name = document.original_name.as_deref().unwrap_or(&document.title);
    Ok(Response::new(Binary(body))
        .header("Content-Type", document.mime_type.as_str())
        .header("Content-Length", file.bytes.to_string())
        .header("Content-Disposition", disposition(name))
        .header("Accept-Ranges", "none")
        .header("Cache-Control", "private, no-store"))
}

/// `attachment` with the name in both spellings of RFC 6266: plain ASCII, and UTF-8 percent-encoded (RFC 8187).
fn disposition(name: &str) -> String {
    let ascii: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ') { c } else { '_' })
        .collect();
    let encoded: String = name
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect();
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn a_name_cannot_break_out_of_its_header() {
        assert_eq!(
            disposition("carte \"grise\"\r\né.pdf"),
            "attachment; filename=\"carte _grise____.pdf\"; filename*=UTF-8''carte%20%22grise%22%0D%0A%C3%A9.pdf"
        );
    }
}
