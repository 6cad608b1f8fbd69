//! As much of S3 as the store uses: objects, multipart uploads, and 403 for what is not signed.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard},
};

use http_body_util::{BodyExt, Full};
use hyper::{Method, Request, Response, StatusCode, body::Bytes, body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

#[derive(Default)]
struct Bucket {
    objects: BTreeMap<String, Bytes>,
    parts: BTreeMap<usize, Bytes>,
    authorization: String,
}

pub struct FakeS3 {
    addr: SocketAddr,
    bucket: Arc<Mutex<Bucket>>,
}

impl FakeS3 {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (addr, bucket) = (listener.local_addr().unwrap(), Arc::<Mutex<Bucket>>::default());
        let shared = Arc::clone(&bucket);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let bucket = Arc::clone(&shared);
                tokio::spawn(async move {
                    let service = service_fn(|request| answer(request, &bucket));
                    let http = hyper::server::conn::http1::Builder::new();
                    drop(http.serve_connection(TokioIo::new(stream), service).await);
                });
            }
        });
        Self { addr, bucket }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    pub fn keys(&self) -> Vec<String> {
        self.lock().objects.keys().cloned().collect()
    }

    pub fn parts(&self) -> usize {
        self.lock().parts.len()
    }

    pub fn last_authorization(&self) -> String {
        self.lock().authorization.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Bucket> {
        self.bucket.lock().unwrap()
    }
}

async fn answer(
    request: Request<Incoming>,
    bucket: &Mutex<Bucket>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let mut bucket = bucket.lock().unwrap();
    let Some(authorization) = head.headers.get("authorization") else {
        return Ok(plain(StatusCode::FORBIDDEN, ""));
    };
    authorization.to_str().unwrap().clone_into(&mut bucket.authorization);
    let (key, query) = (head.uri.path().to_owned(), head.uri.query().unwrap_or_default().to_owned());
    Ok(match head.method {
        Method::PUT if query.contains("partNumber=") => {
            let number = query.split("partNumber=").nth(1).unwrap().split('&').next().unwrap();
            bucket.parts.insert(number.parse().unwrap(), body);
            plain(StatusCode::OK, "")
        }
        Method::PUT => {
            bucket.objects.insert(key, body);
            plain(StatusCode::OK, "")
        }
        Method::POST if query.starts_with("uploads") => plain(
            StatusCode::OK,
            "<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>",
        ),
        Method::POST => {
            let whole: Vec<u8> = bucket.parts.values().flatten().copied().collect();
            bucket.objects.insert(key, whole.into());
            plain(
                StatusCode::OK,
                "<CompleteMultipartUploadResult><ETag>\"e\"</ETag></CompleteMultipartUploadResult>",
            )
        }
        Method::DELETE => {
            bucket.objects.remove(&key);
            plain(StatusCode::NO_CONTENT, "")
        }
        _ => match bucket.objects.get(&key) {
            Some(object) => plain(StatusCode::OK, object.clone()),
            None => plain(StatusCode::NOT_FOUND, ""),
        },
    })
}

fn plain(status: StatusCode, body: impl Into<Bytes>) -> Response<Full<Bytes>> {
    Response::builder()
        .status(status)
        .header("etag", "\"e\"")
        .header("last-modified", "Thu, 26 Nov 2026 10:00:00 GMT")
        .body(Full::new(body.into()))
        .unwrap()
}
