//! The JSON body of a request: every field of a wrong shape is named at once.
//!
//! poem-openapi's own `Json` stops at the first field that does not parse. [`Body`] looks
//! at the value with the eyes of the published schema first, and then asks the form for the [`Meaning`] of the rest.

use std::marker::PhantomData;
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
        Ok(Self(understand(&read(request, body).await?)?))
    }
}

fn check_type<T: Type>(request: &Request) -> Result<(), ApiError> {
    if request.content_type().is_some_and(Body::<T>::check_content_type) {
        return Ok(());
    }
    Err(ApiError::unsupported(say!("Envoyez du JSON (application/json).", "Send JSON (application/json).")))
}

/// The form in the bytes of a body.
pub(crate) fn understand<T: ParseFromJSON + Meaning + 'static>(bytes: &[u8]) -> Result<T, ApiError> {
    let checked = shape::check(json(bytes)?, &T::schema_ref(), &schemas::<T>())?;
    let parsed = T::parse_from_json(Some(checked.value));
    if checked.errors.is_empty() {
        return parsed.map_err(|error| ApiError::bad_request(error.into_message()));
    }
    let mut errors = checked.errors;
    for (field, messages) in parsed.map(T::faults).unwrap_or_default() {
        errors.entry(field).or_insert(messages);
    }
    Err(ApiError::invalid(errors))
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
        check_type::<T>(request)?;
        <Self as ParsePayload>::from_request(request, body).await
    }
}

/// A JSON body of the shape `T` as the bytes that came: its signature is looked at before anything else.
pub struct Raw<T> {
    /// The body as it came.
    pub bytes: Vec<u8>,
    form: PhantomData<T>,
}

impl<T: ParseFromJSON + Meaning + 'static> Raw<T> {
    /// The form in it.
    ///
    /// # Errors
    /// 400 that names every field of a wrong shape.
    pub fn understand(&self) -> Result<T, ApiError> {
        understand(&self.bytes)
    }
}

impl<'a, T: ParseFromJSON + Meaning + 'static> ApiExtractor<'a> for Raw<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        Body::<T>::request_meta()
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> Result<Self> {
        check_type::<T>(request)?;
        Ok(Self { bytes: read(request, body).await?, form: PhantomData })
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

async fn read(request: &Request, body: &mut RequestBody) -> Result<Vec<u8>> {
    let body = <poem::Body as FromRequest>::from_request(request, body).await?;
    // `Bounded` stands around every route and ends a body that is too long.
    Ok(body.into_vec().await?)
}

fn json(bytes: &[u8]) -> Result<Value, ApiError> {
    serde_json::from_slice(bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        ApiError::bad_request(say!(
            "Le corps n’est pas du JSON valable (ligne {}, colonne {}).",
            "The body is not valid JSON (line {}, column {}).",
            line,
            column
        ))
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
