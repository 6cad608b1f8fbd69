//! The store in a bucket, over real HTTP against a small S3.

use std::fs;

use config::{FilesPlace, FilesSettings, S3Credentials, S3Settings};
use files::{FileKey, Files, FilesError};

use crate::{examine, fake_s3::FakeS3, pdf};

fn files(s3: &FakeS3) -> Files {
    let place = FilesPlace::S3(S3Settings {
        bucket: "papers".into(),
        prefix: "autotrack".into(),
        region: "eu-west-3".into(),
        endpoint: Some(s3.url().parse().unwrap()),
        credentials: S3Credentials::Keys {
            id: "AKIA".into(),
            secret: "secret".to_owned().into(),
            session: None,
        },
    });
    Files::from_settings(&FilesSettings { place, upload_limit: 1 }).unwrap()
}

#[tokio::test]
async fn a_paper_goes_to_the_bucket_signed_and_comes_back() {
    let s3 = FakeS3::start().await;
    let (files, key, sent) = (files(&s3), FileKey::new_document(), pdf(70_000));
    assert!(!files.exists(key).await.unwrap());
    files.put(key, &examine(&sent).await.unwrap()).await.unwrap();
    assert_eq!(s3.keys(), [format!("/papers/autotrack/{key}")]);
    assert!(s3.last_authorization().starts_with("AWS4-HMAC-SHA256 Credential=AKIA/"));
    assert!(files.exists(key).await.unwrap());
    let copy = files.get_to_temporary(key).await.unwrap();
    assert_eq!(fs::read(&copy).unwrap(), sent);
    files.delete(key).await.unwrap();
    assert!(s3.keys().is_empty());
    assert!(matches!(files.get(key).await, Err(FilesError::NotFound)));
}

#[tokio::test]
async fn a_large_paper_goes_in_parts() {
    let s3 = FakeS3::start().await;
    let (files, key, sent) = (files(&s3), FileKey::new_document(), pdf(17 * 1024 * 1024));
    files.put(key, &examine(&sent).await.unwrap()).await.unwrap();
    assert_eq!(s3.parts(), 3);
    let copy = files.get_to_temporary(key).await.unwrap();
    assert!(fs::read(&copy).unwrap() == sent, "the parts came back changed");
}
