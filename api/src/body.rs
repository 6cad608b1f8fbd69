//! The JSON body of a request: every field of a wrong shape is named at once.
//!
//! poem-openapi's own `Json` stops at the first field that does not parse. [`Body`] looks
//! at the value with the eyes of the published schema first, and then asks the form for the [`Meaning`] of the rest.

use std::sync::{Arc, Mutex, PoisonError};
use std::{any::TypeId, collections::HashMap};

use poem::{FromRequest, Request, RequestBody, Result};
use poem_openapi::payload::{Json, ParsePayload, Payload};
use poem_openapi::registry::{MetaMediaType, MetaRequest, MetaSchemaRef, Registry};
use poem_openapi::types::{ParseFromJSON, Type};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use serde_json::Value;

use crate::error::ApiError;
use crate::meaning::Meaning;
use crate::{say, shape};

/// A JSON body of the shape `T`.
#[derive(Debug, Clone)]
pub struct Body<T>(pub T);

impl<T: Type> Payload for Body<T> {
    const CONTENT_TYPE: &'static str = "application/json";

    fn check_content_type(content_type: &str) -> bool {
        Json::<T>::check_content_type(content_type)
    }

    fn schema_ref() -> MetaSchemaRef {
        T::schema_ref()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

impl<T: ParseFromJSON + Meaning + 'static> ParsePayload for Body<T> {
    const IS_REQUIRED: bool = true;

    async fn from_request(request: &Request, body: &mut RequestBody) -> Result<Self> {
        let value = read(request, body).await?;
        let checked = shape::check(value, &T::schema_ref(), &schemas::<T>())?;
        let parsed = T::parse_from_json(Some(checked.value));
        if checked.errors.is_empty() {
            return Ok(Self(parsed.map_err(|error| ApiError::bad_request(error.into_message()))?));
        }
        let mut errors = checked.errors;
        for (field, messages) in parsed.map(T::faults).unwrap_or_default() {
            errors.entry(field).or_insert(messages);
        }
        Err(ApiError::invalid(errors).into())
    }
}

impl<'a, T: ParseFromJSON + Meaning + 'static> ApiExtractor<'a> for Body<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        <Self as Payload>::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let content = vec![MetaMediaType { content_type: Self::CONTENT_TYPE, schema: Self::schema_ref() }];
        Some(MetaRequest { description: None, content, required: true })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> Result<Self> {
        if !request.content_type().is_some_and(Self::check_content_type) {
            let detail = say!("Envoyez du JSON (application/json).", "Send JSON (application/json).");
            return Err(ApiError::unsupported(detail).into());
        }
        <Self as ParsePayload>::from_request(request, body).await
    }
}

/// A JSON body that may be left away; then it is `T`'s default.
#[derive(Debug, Clone)]
pub struct MaybeBody<T>(pub T);

impl<'a, T: ParseFromJSON + Meaning + Default + 'static> ApiExtractor<'a> for MaybeBody<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        Body::<T>::request_meta().map(|meta| MetaRequest { required: false, ..meta })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        options: ExtractParamOptions<()>,
    ) -> Result<Self> {
        let is_absent = request.content_type().is_none()
            && request.header("content-length").is_none_or(|length| length == "0")
            && request.header("transfer-encoding").is_none();
        if is_absent {
            return Ok(Self(T::default()));
        }
        <Body<T> as ApiExtractor>::from_request(request, body, options).await.map(|body| Self(body.0))
    }
}

async fn read(request: &Request, body: &mut RequestBody) -> Result<Value> {
    let body = <poem::Body as FromRequest>::from_request(request, body).await?;
    // `Bounded` stands around every route and ends a body that is too long.
    let bytes = body.into_bytes().await?;
    serde_json::from_slice(&bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        ApiError::bad_request(say!(
            "Le corps n’est pas du JSON valable (ligne {}, colonne {}).",
            "The body is not valid JSON (line {}, column {}).",
            line,
            column
        ))
        .into()
    })
}

/// The schemas that `T` mentions, worked out once for each type.
fn schemas<T: Type + 'static>() -> Arc<Registry> {
    static KNOWN: Mutex<Option<HashMap<TypeId, Arc<Registry>>>> = Mutex::new(None);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let registry = known.get_or_insert_default().entry(TypeId::of::<T>()).or_insert_with(|| {
        let mut registry = Registry::new();
        T::register(&mut registry);
        Arc::new(registry)
    });
    Arc::clone(registry)
}
