//! The answer of a creating request.

use poem_openapi::ApiResponse;
use poem_openapi::payload::Json;
use poem_openapi::types::{ParseFromJSON, ToJSON, Type};

/// 201 with the thing itself.
#[derive(Debug, ApiResponse)]
pub enum Created<T: Type + ParseFromJSON + ToJSON> {
    /// It was created; here it is.
    #[oai(status = 201)]
    Created(Json<T>, #[oai(header = "Location")] String, #[oai(header = "ETag")] Option<String>),
}

impl<T: Type + ParseFromJSON + ToJSON> Created<T> {
    /// `view`, which is found at `location` from now on.
    pub fn at(location: String, view: T) -> Self {
        Self::Created(Json(view), location, None)
    }

    /// The same with the `ETag` of its first version.
    pub fn versioned(location: String, view: T, version: i32) -> Self {
        Self::Created(Json(view), location, Some(format!("\"{version}\"")))
    }
}

/// 204: done, nothing to say.
#[derive(Debug, ApiResponse)]
pub enum Gone {
    /// Done.
    #[oai(status = 204)]
    NoContent,
}
