//! The language of the request at hand.
//!
//! `Accept-Language` decides when it names one of ours, else the caller's setting, else French.

use std::cell::Cell;

use domain::locale::Locale;
use poem::{Endpoint, IntoResponse, Middleware, Request, Response, Result, http::header};

#[derive(Clone, Copy)]
struct Spoken {
    locale: Locale,
    is_explicit: bool,
}

tokio::task_local! {
    static SPOKEN: Cell<Spoken>;
}

/// The language to answer in; French outside a request.
pub fn current() -> Locale {
    SPOKEN.try_with(|spoken| spoken.get().locale).unwrap_or_default()
}

/// Takes the caller's setting, unless the request itself named a language.
pub(crate) fn prefer(locale: Locale) {
    // Outside a request there is nobody to answer.
    let _ = SPOKEN.try_with(|spoken| {
        if !spoken.get().is_explicit {
            spoken.set(Spoken { locale, is_explicit: false });
        }
    });
}

/// Answers in this language whatever the request named: the console has one.
pub(crate) fn insist(locale: Locale) {
    let _ = SPOKEN.try_with(|spoken| spoken.set(Spoken { locale, is_explicit: true }));
}

/// Makes [`current`] answer for everything inside.
pub struct Speak;

impl<E: Endpoint> Middleware<E> for Speak {
    type Output = SpeakEndpoint<E>;

    fn transform(&self, inner: E) -> Self::Output {
        SpeakEndpoint(inner)
    }
}

/// See [`Speak`].
pub struct SpeakEndpoint<E>(E);

impl<E: Endpoint> Endpoint for SpeakEndpoint<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let asked = request
            .headers()
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok())
            .and_then(Locale::from_accept_language);
        let spoken = Spoken { locale: asked.unwrap_or_default(), is_explicit: asked.is_some() };
        SPOKEN
            .scope(Cell::new(spoken), async {
                let mut response = self.0.call(request).await?.into_response();
                let language = header::HeaderValue::from_static(current().as_str());
                response.headers_mut().entry(header::CONTENT_LANGUAGE).or_insert(language);
                Ok(response)
            })
            .await
    }
}

/// One sentence in the request's language: `say!("Bonjour {}", "Hello {}", name)`.
#[macro_export]
macro_rules! say {
    ($fr:literal, $en:literal $(, $argument:expr)* $(,)?) => {
        match $crate::locale::current() {
            ::domain::locale::Locale::Fr => format!($fr $(, $argument)*),
            ::domain::locale::Locale::En => format!($en $(, $argument)*),
        }
    };
}
