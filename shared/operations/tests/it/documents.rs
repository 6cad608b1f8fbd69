//! What looks after papers by itself.

use chrono::Duration;
use database::documents::{self, NewDocument};
use domain::clock::Clock;
use files::FileKey;
use operations::documents::{Unused, remove_unused_files};

use crate::house::House;

async fn put(house: &House) -> FileKey {
    put_as(house, FileKey::new_document()).await
}

async fn put_as(house: &House, key: FileKey) -> FileKey {
    let file = tempfile::NamedTempFile::new().unwrap();
    house.files.put_file(key, file.path()).await.unwrap();
    key
}

#[tokio::test]
async fn a_file_that_never_became_a_paper_goes_after_a_month_and_no_other() {
    let house = House::open().await;
    let user = house.sign_up("camille@exemple.fr").await.user.id;
    let (named, deleted, unused) = (put(&house).await, put(&house).await, put(&house).await);
    for key in [named, deleted] {
        let text = key.to_string();
        let new = NewDocument {
            user,
            vehicle: None,
            title: "Facture",
            description: None,
            kind: None,
            storage_key: &text,
            original_name: None,
            file_size: 0,
            mime_type: "application/pdf",
            sha256: text.as_bytes(),
            is_inbox: false,
        };
        documents::insert(&mut house.read().await.unwrap(), &new).await.unwrap();
    }
    // A deleted paper can be brought back: its file is not unused.
    house.execute("update documents set deleted_at = now() where id = (select max(id) from documents)").await;

    // The store goes by the real time.
    house.later(Clock::system().now() - house.clock.now() + Duration::days(29));
    assert_eq!(remove_unused_files(&house).await.unwrap().removed, 0);
    house.later(Duration::days(2));
    assert_eq!(remove_unused_files(&house).await.unwrap(), Unused { removed: 1, suspicious: 0 });
    for (key, is_kept) in [(named, true), (deleted, true), (unused, false)] {
        assert_eq!(house.files.exists(key).await.unwrap(), is_kept);
    }
}

#[tokio::test]
async fn a_copy_whose_account_is_gone_goes_after_a_month_and_no_other() {
    let house = House::open().await;
    let user = house.sign_up("camille@exemple.fr").await.user.id;
    let (named, unused) =
        (put_as(&house, FileKey::new_export()).await, put_as(&house, FileKey::new_export()).await);
    sqlx::query("insert into exports (user_id, include_files, storage_key) values ($1, true, $2)")
        .bind(user.0)
        .bind(named.to_string())
        .execute(&house.db)
        .await
        .unwrap();
    house.later(Clock::system().now() - house.clock.now() + Duration::days(31));
    assert_eq!(remove_unused_files(&house).await.unwrap(), Unused { removed: 1, suspicious: 0 });
    for (key, is_kept) in [(named, true), (unused, false)] {
        assert_eq!(house.files.exists(key).await.unwrap(), is_kept);
    }
}

#[tokio::test]
async fn a_database_without_rows_costs_no_file() {
    let house = House::open().await;
    let mut keys = Vec::new();
    for _ in 0..25 {
        keys.push(put(&house).await);
    }
    house.later(Clock::system().now() - house.clock.now() + Duration::days(40));
    assert_eq!(remove_unused_files(&house).await.unwrap().removed, 0);
    for key in keys {
        assert!(house.files.exists(key).await.unwrap());
    }
}
