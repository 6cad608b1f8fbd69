//! S3 and what speaks like it.

use std::{sync::Arc, time::Duration};

use config::{ExposeSecret, S3Credentials, S3Settings};
use object_store::{
    ClientOptions, ObjectStore, RetryConfig,
    aws::{AmazonS3Builder, AmazonS3ConfigKey},
    path::Path,
    prefix::PrefixStore,
};

use crate::FilesError;

/// A store in a bucket, below its prefix.
pub(crate) fn open(settings: &S3Settings) -> Result<Arc<dyn ObjectStore>, FilesError> {
    // Fails only when a TLS provider is installed already, and then there is nothing to do.
    drop(rustls::crypto::ring::default_provider().install_default());
    let plain = settings.endpoint.as_ref().is_some_and(|endpoint| endpoint.scheme() == "http");
    let builder = AmazonS3Builder::new()
        .with_bucket_name(&settings.bucket)
        .with_region(&settings.region)
        .with_allow_http(plain)
        // One file goes at a time, and not everything that speaks like S3 knows the bulk request.
        .with_disable_bulk_delete(true)
        .with_client_options(client(plain))
        .with_retry(RetryConfig {
            max_retries: 4,
            retry_timeout: Duration::from_secs(30),
            ..RetryConfig::default()
        });
    let builder = match &settings.endpoint {
        Some(endpoint) => builder.with_endpoint(endpoint.as_str().trim_end_matches('/')),
        None => builder,
    };
    let store = credentials(builder, &settings.credentials).build()?;
    Ok(match settings.prefix.as_str() {
        "" => Arc::new(store),
        prefix => Arc::new(PrefixStore::new(store, Path::from(prefix))),
    })
}

fn client(allow_http: bool) -> ClientOptions {
    ClientOptions::new()
        .with_allow_http(allow_http)
        .with_connect_timeout(Duration::from_secs(5))
        .with_timeout(Duration::from_mins(1))
}

fn credentials(builder: AmazonS3Builder, credentials: &S3Credentials) -> AmazonS3Builder {
    match credentials {
        S3Credentials::Keys { id, secret, session } => {
            let builder = builder.with_access_key_id(id).with_secret_access_key(secret.expose_secret());
            match session {
                Some(session) => builder.with_token(session.expose_secret()),
                None => builder,
            }
        }
        S3Credentials::WebIdentity { role, token_file } => builder
            .with_config(AmazonS3ConfigKey::RoleArn, role)
            .with_config(AmazonS3ConfigKey::WebIdentityTokenFile, token_file),
        S3Credentials::Machine => builder,
    }
}
