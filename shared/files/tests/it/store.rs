//! The store in a folder.

use std::fs;

use chrono::TimeDelta;
use domain::clock::Clock;
use files::{FileKey, Files, FilesError};
use futures::TryStreamExt;

use crate::{examine, pdf};

fn store() -> (tempfile::TempDir, Files) {
    let folder = tempfile::tempdir().unwrap();
    let files = Files::in_folder(&folder.path().join("deep/papers")).unwrap();
    (folder, files)
}

#[tokio::test]
async fn a_paper_comes_back_as_stream_and_as_local_copy() {
    let (folder, files) = store();
    let (key, sent) = (FileKey::new_document(), pdf(300_000));
    files.put(key, &examine(&sent).await.unwrap()).await.unwrap();
    assert!(folder.path().join("deep/papers").join(key.to_string()).exists());
    assert!(files.exists(key).await.unwrap());

    let stored = files.get(key).await.unwrap();
    assert_eq!(stored.bytes, sent.len() as u64);
    let pieces: Vec<_> = stored.stream.try_collect().await.unwrap();
    assert_eq!(pieces.concat(), sent);

    let copy = files.get_to_temporary(key).await.unwrap();
    assert_eq!(fs::read(&copy).unwrap(), sent);
    let path = copy.to_path_buf();
    drop(copy);
    assert!(!path.exists());
}

#[tokio::test]
async fn a_file_of_many_parts_comes_back_whole() {
    let (_folder, files) = store();
    for length in [8 * 1024 * 1024, 17 * 1024 * 1024 + 5] {
        let (key, sent) = (FileKey::new_document(), pdf(length));
        files.put(key, &examine(&sent).await.unwrap()).await.unwrap();
        let copy = files.get_to_temporary(key).await.unwrap();
        assert!(fs::read(&copy).unwrap() == sent, "{length} bytes came back changed");
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found_and_deleted_without_complaint() {
    let (_folder, files) = store();
    let key = FileKey::new_document();
    assert!(!files.exists(key).await.unwrap());
    assert!(matches!(files.get(key).await, Err(FilesError::NotFound)));
    files.delete(key).await.unwrap();
    files.put(key, &examine(&pdf(100)).await.unwrap()).await.unwrap();
    files.delete(key).await.unwrap();
    files.delete(key).await.unwrap();
    assert!(!files.exists(key).await.unwrap());
}

#[tokio::test]
async fn the_temporary_copy_of_an_upload_goes_with_it() {
    let paper = examine(&pdf(100)).await.unwrap();
    let path = paper.path().to_owned();
    assert!(path.exists());
    drop(paper);
    assert!(!path.exists());
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_said_at_the_start() {
    let file = tempfile::NamedTempFile::new().unwrap();
    assert!(matches!(Files::in_folder(&file.path().join("below")), Err(FilesError::Setup(_))));
}

#[tokio::test]
async fn what_was_stored_before_a_time_is_listed_and_strangers_files_are_not() {
    let (folder, files) = store();
    let keys = [FileKey::new_document(), FileKey::new_document()];
    for key in keys {
        files.put(key, &examine(&pdf(100)).await.unwrap()).await.unwrap();
    }
    fs::write(folder.path().join("deep/papers/documents/notes.txt"), "not ours").unwrap();
    let at = |hours| Clock::system().now() + TimeDelta::hours(hours);
    let mut found: Vec<_> = files.stored_before(at(1)).try_collect().await.unwrap();
    found.sort_by_key(ToString::to_string);
    let mut stored = keys.to_vec();
    stored.sort_by_key(ToString::to_string);
    assert_eq!(found, stored);
    assert!(files.stored_before(at(-1)).try_collect::<Vec<_>>().await.unwrap().is_empty());
}
