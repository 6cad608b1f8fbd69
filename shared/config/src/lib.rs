//! Typed settings that name what is missing.
//!
//! The binaries call [`Settings::from_env`] once; a command that needs less calls [`load`] for its section alone.
//! Every missing or unusable setting is reported at once, with what to set. Nothing else in the house reads the
//! environment.

mod database;
mod environment;
mod error;
mod files;
mod http;
mod keys;
mod mail;
mod ops;
mod reader;
mod redis;
mod settings;
mod stripe;
mod telemetry;
mod worker;

pub use database::DatabaseSettings;
pub use environment::Environment;
pub use error::{ConfigError, Problem};
pub use files::{FilesPlace, FilesSettings, S3Credentials, S3Settings};
pub use http::HttpSettings;
pub use keys::{Key, KeySettings, Keyring};
pub use mail::MailSettings;
pub use ops::OpsSettings;
pub use reader::{Reader, Section};
pub use redis::RedisSettings;
pub use settings::{Settings, load, load_from};
pub use stripe::StripeSettings;
pub use telemetry::TelemetrySettings;
pub use worker::{OcrLimits, WorkerSettings};

/// Secrets keep their value out of `Debug`; `expose_secret()` hands it out.
pub use secrecy::{ExposeSecret, SecretString};
/// Addresses, already checked.
pub use url::Url;
