//! Other spellings of paths that clients rely on: served as the canonical ones, and left out of the document.

use poem::http::uri::PathAndQuery;
use poem::http::{Method, Uri};
use poem::{Endpoint, Middleware, Request, Result};

/// A beginning of a path, and what it is served as.
const ALIASES: &[(&str, &str)] = &[
    ("/api/settings/settings", "/api/settings"),
    ("/api/documents/batch_analyze", "/api/documents/batch-analyze"),
];

/// Operations that some clients ask for by another method.
const METHODS: &[(Method, &str, Method)] = &[(Method::PUT, "/api/auth/change-password", Method::POST)];

/// Rewrites paths before they are routed; never a redirect, which would turn POST into GET in some clients.
pub struct Aliases;

impl<E: Endpoint> Middleware<E> for Aliases {
    type Output = AliasesEndpoint<E>;

    fn transform(&self, inner: E) -> Self::Output {
        AliasesEndpoint(inner)
    }
}

/// See [`Aliases`].
pub struct AliasesEndpoint<E>(E);

impl<E: Endpoint> Endpoint for AliasesEndpoint<E> {
    type Output = E::Output;

    async fn call(&self, mut request: Request) -> Result<Self::Output> {
        if let Some(uri) = canonical(request.uri()) {
            *request.uri_mut() = uri;
        }
        let asked = (request.method().clone(), request.uri().path().to_owned());
        let known = METHODS.iter().find(|(method, path, _)| *method == asked.0 && *path == asked.1);
        if let Some((_, _, method)) = known {
            request.set_method(method.clone());
        }
        self.0.call(request).await
    }
}

/// The canonical address of one that begins with an alias.
fn canonical(uri: &Uri) -> Option<Uri> {
    let (path, canonical) = ALIASES.iter().find_map(|(alias, canonical)| {
        let rest = uri.path().strip_prefix(alias)?;
        (rest.is_empty() || rest.starts_with('/')).then_some((rest, canonical))
    })?;
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(format!("{canonical}{path}{query}").parse::<PathAndQuery>().ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_segments_are_rewritten_and_the_query_stays() {
        let canonical = |text: &str| canonical(&text.parse().unwrap()).map(|uri| uri.to_string());
        assert_eq!(canonical("/api/settings/settings?page=1").as_deref(), Some("/api/settings?page=1"));
        assert_eq!(canonical("/api/settings/settings/me").as_deref(), Some("/api/settings/me"));
        assert_eq!(canonical("/api/settings/settingsme"), None);
        assert_eq!(canonical("/api/settings/me"), None);
    }
}
