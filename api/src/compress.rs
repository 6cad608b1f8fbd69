//! Compression of what is worth it: text that is whole. Streams of events must not wait in an encoder, and pictures and
//! PDFs are compressed already.

use poem::http::{HeaderValue, StatusCode, header};
use poem::web::{Compress, CompressionAlgo};
use poem::{Endpoint, IntoResponse, Middleware, Request, Response, Result};

use crate::error::ApiError;
use crate::say;

/// Media types that are compressed, by their beginnings.
const TEXTS: [&str; 4] = ["application/json", "application/problem+json", "text/html", "text/plain"];

/// Compresses answers with gzip for those who take it, and refuses bodies that come compressed.
pub struct Compressed;

impl<E: Endpoint> Middleware<E> for Compressed {
    type Output = CompressedEndpoint<E>;

    fn transform(&self, inner: E) -> Self::Output {
        CompressedEndpoint(inner)
    }
}

/// See [`Compressed`].
pub struct CompressedEndpoint<E>(E);

impl<E: Endpoint> Endpoint for CompressedEndpoint<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let coding = request.header(header::CONTENT_ENCODING).unwrap_or("identity");
        if !coding.trim().eq_ignore_ascii_case("identity") {
            let detail = say!("Envoyez un corps non compressé.", "Send a body that is not compressed.");
            return Err(ApiError::unsupported(detail).into());
        }
        let takes_gzip = request.header(header::ACCEPT_ENCODING).is_some_and(takes_gzip);
        let mut response = self.0.call(request).await?.into_response();
        if !is_text(&response) {
            return Ok(response);
        }
        response.headers_mut().append(header::VARY, HeaderValue::from_static("accept-encoding"));
        Ok(if takes_gzip { Compress::new(response, CompressionAlgo::GZIP).into_response() } else { response })
    }
}

/// Whether `Accept-Encoding` names gzip, or anything, with a weight other than 0 (RFC 9110 section 12.5.3).
fn takes_gzip(accepted: &str) -> bool {
    let weight = |name: &str| {
        accepted.split(',').find_map(|one| {
            let (coding, parameters) = one.split_once(';').unwrap_or((one, ""));
            let weight =
                parameters.trim().strip_prefix("q=").and_then(|text| text.trim().parse::<f32>().ok());
            coding.trim().eq_ignore_ascii_case(name).then(|| weight.unwrap_or(1.0))
        })
    };
    weight("gzip").or_else(|| weight("*")).is_some_and(|weight| weight > 0.0)
}

fn is_text(response: &Response) -> bool {
    let is_bare = matches!(response.status(), StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    let is_coded = response.headers().contains_key(header::CONTENT_ENCODING);
    !is_bare
        && !is_coded
        && response.content_type().is_some_and(|kind| TEXTS.iter().any(|text| kind.starts_with(text)))
}

#[cfg(test)]
mod tests {
    use super::takes_gzip;

    #[test]
    fn gzip_is_taken_when_named_or_covered_and_not_when_refused() {
        for accepted in ["gzip", "br, GZIP;q=0.5", "*", "deflate, *;q=0.1"] {
            assert!(takes_gzip(accepted), "{accepted}");
        }
        for refused in ["", "br", "gzip;q=0", "gzip; q=0.0, *", "*;q=0", "identity"] {
            assert!(!takes_gzip(refused), "{refused}");
        }
    }
}
