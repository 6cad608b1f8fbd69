//! Where documents are kept.

use std::path::PathBuf;

use secrecy::SecretString;
use url::Url;

use crate::{Reader, Section};

const URL: &str = "AUTOTRACK_FILES_URL";
const SHARED: &str = "AUTOTRACK_FILES_SHARED";

/// Where documents are kept and how large they may be.
#[derive(Debug, Clone)]
pub struct FilesSettings {
    /// A folder or S3.
    pub place: FilesPlace,
    /// Most bytes of one uploaded file.
    pub upload_limit: u64,
}

/// Where documents are kept.
#[derive(Debug, Clone)]
pub enum FilesPlace {
    /// A folder that every process sees.
    Folder(PathBuf),
    /// An S3 bucket or something that speaks like one.
    S3(S3Settings),
}

/// A bucket and how to reach it.
#[derive(Debug, Clone)]
pub struct S3Settings {
    /// The bucket's name.
    pub bucket: String,
    /// What every key starts with; empty for none.
    pub prefix: String,
    /// The region; `us-east-1` when unset.
    pub region: String,
    /// Another server than Amazon's.
    pub endpoint: Option<Url>,
    /// How the process proves who it is.
    pub credentials: S3Credentials,
}

/// How the process proves who it is to S3.
#[derive(Debug, Clone)]
pub enum S3Credentials {
    /// Fixed keys.
    Keys {
        /// The public half.
        id: String,
        /// The secret half.
        secret: SecretString,
        /// Only with temporary keys.
        session: Option<SecretString>,
    },
    /// A Kubernetes service account that stands for a role.
    WebIdentity {
        /// The role to take.
        role: String,
        /// The file that holds the account's token.
        token_file: String,
    },
    /// Whatever the machine it runs on is allowed.
    Machine,
}

impl Section for FilesSettings {
    fn read(reader: &mut Reader<'_>) -> Self {
        let shared = reader.flag(SHARED);
        let credentials = credentials(reader);
        let region = reader.text("AWS_REGION").unwrap_or_else(|| "us-east-1".to_owned());
        let endpoint = reader.text("AWS_ENDPOINT_URL").unwrap_or_default();
        let endpoint = reader.url("AWS_ENDPOINT_URL", &endpoint, &["https", "http"]);
        let text = reader.needed(URL, Some("file:///"), "s3://bucket/prefix");
        let place = match reader.url(URL, &text, &["file", "s3"]) {
            Some(url) if url.scheme() == "s3" => s3(reader, &url, region, endpoint, credentials),
            Some(url) => folder(reader, &url, shared),
            None => FilesPlace::Folder(PathBuf::new()),
        };
        let upload_limit =
            reader.at_least("AUTOTRACK_UPLOAD_LIMIT", 1024, domain::document::DEFAULT_MAX_BYTES);
        Self { place, upload_limit }
    }
}

fn s3(
    reader: &mut Reader<'_>,
    url: &Url,
    region: String,
    endpoint: Option<Url>,
    credentials: S3Credentials,
) -> FilesPlace {
    if url.host_str().is_none() {
        reader.problem(URL, "names no bucket; set s3://bucket/prefix");
    }
    FilesPlace::S3(S3Settings {
        bucket: url.host_str().unwrap_or_default().to_owned(),
        prefix: url.path().trim_matches('/').to_owned(),
        region,
        endpoint,
        credentials,
    })
}

fn folder(reader: &mut Reader<'_>, url: &Url, shared: bool) -> FilesPlace {
    if reader.is_production() && !shared {
        reader.problem(
            SHARED,
            "documents are in a local folder, which other machines do not see; set AUTOTRACK_FILES_URL=s3://bucket/prefix, \
             or AUTOTRACK_FILES_SHARED=true when every process mounts the same folder",
        );
    }
    if reader.text(URL).is_none() {
        return FilesPlace::Folder(PathBuf::from(".dev/files")); // development: beside the checkout
    }
    let path = url.to_file_path().unwrap_or_else(|()| {
        reader.problem(URL, "names no folder of this machine; set file:///path");
        PathBuf::new()
    });
    FilesPlace::Folder(path)
}

fn credentials(reader: &mut Reader<'_>) -> S3Credentials {
    let session = reader.secret("AWS_SESSION_TOKEN");
    let (id, secret) = (reader.text("AWS_ACCESS_KEY_ID"), reader.secret("AWS_SECRET_ACCESS_KEY"));
    let (role, token_file) = (reader.text("AWS_ROLE_ARN"), reader.text("AWS_WEB_IDENTITY_TOKEN_FILE"));
    match (id, secret, role, token_file) {
        (Some(id), Some(secret), ..) => S3Credentials::Keys { id, secret, session },
        (None, None, Some(role), Some(token_file)) => S3Credentials::WebIdentity { role, token_file },
        (None, None, ..) => S3Credentials::Machine,
        (Some(_), None, ..) => {
            reader
                .problem("AWS_SECRET_ACCESS_KEY", "is missing beside AWS_ACCESS_KEY_ID; set both or neither");
            S3Credentials::Machine
        }
        (None, Some(_), ..) => {
            reader
                .problem("AWS_ACCESS_KEY_ID", "is missing beside AWS_SECRET_ACCESS_KEY; set both or neither");
            S3Credentials::Machine
        }
    }
}
