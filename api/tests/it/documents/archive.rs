//! The files of papers: all kinds of pictures, small ones, and all in one archive.

use std::io::{Cursor, Read};

use domain::access::Role;
use domain::document::DocumentKind;
use files::FileKey;
use image::{DynamicImage, ImageFormat, RgbImage};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Person, TestApp, send, share, specimens};

use super::{PDF, PNG, read, upload};

fn picture(format: ImageFormat) -> Vec<u8> {
    let pixels = RgbImage::from_fn(64, 48, |x, y| image::Rgb([(x * 4) as u8, (y * 5) as u8, (x ^ y) as u8]));
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(pixels).write_to(&mut bytes, format).expect("a picture can be written");
    bytes.into_inner()
}

#[tokio::test]
async fn webp_and_tiff_are_papers_too() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    for (format, kind) in [(ImageFormat::WebP, "image/webp"), (ImageFormat::Tiff, "image/tiff")] {
        let sent = picture(format);
        let paper = alice.upload("photo.bin", sent.clone(), &[]).await.created();
        assert_eq!((&paper["mime_type"], &paper["file_size"]), (&json!(kind), &json!(sent.len())));
        let file = alice.get(paper["file_url"].as_str().expect("an address")).await.expect(200);
        assert_eq!(file.header("content-type"), kind);
        let shown = |bytes: &[u8]| image::load_from_memory_with_format(bytes, format).expect("a picture");
        assert_eq!(shown(&file.bytes), shown(&sent), "{kind}");
        alice.upload("photo.bin", sent, &[]).await.assert_problem(409, "duplicate_document");
        let broken = picture(format)[..40].to_vec();
        alice.upload("photo.bin", broken, &[]).await.assert_invalid(&["file"]);
    }
    let refused = alice.upload("b.bmp", b"BM not taken".to_vec(), &[]).await;
    let refused = refused.assert_problem(415, "unsupported_media_type");
    assert!(refused["detail"].as_str().expect("a text").contains("TIFF"), "{refused}");
}

/// Draws a paper as the worker does: `bytes` stand for the picture.
async fn draw(app: &TestApp, paper: &Value, bytes: &'static [u8]) {
    let drawn = [(128, bytes.to_vec()), (256, bytes.to_vec()), (512, bytes.to_vec())].to_vec();
    let stored = operations::documents::store_thumbnails(&app.context, drawn).await.expect("stored");
    let mut work = app.context.begin().await.expect("a transaction");
    let id = paper["id"].as_i64().expect("an id").into();
    let now = app.context.clock.now();
    operations::documents::keep_thumbnails(&mut work, id, &stored, now).await.expect("kept");
    work.commit().await.expect("committed");
}

#[tokio::test]
async fn a_small_picture_is_for_those_who_see_the_paper_and_is_sent_once() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    let paper = upload(&alice, PDF).await;
    let path = format!("/api/documents/{}/", paper["id"]);
    let small = format!("{path}thumbnail/");
    assert_eq!(paper["thumbnail_url"], Value::Null);
    alice.get(&small).await.assert_problem(404, "not_found");
    draw(&app, &paper, b"RIFF first").await;
    assert_eq!(alice.get(&path).await.ok()["thumbnail_url"], json!(small));
    let first = alice.get(&small).await.expect(200);
    assert_eq!((first.header("content-type"), &first.bytes[..]), ("image/webp", &b"RIFF first"[..]));
    assert!(first.header("cache-control").starts_with("private"), "{}", first.header("cache-control"));
    let tag = first.header("etag").to_owned();
    let known = |size: &str, tag: &str| {
        let request =
            alice.request(Method::GET, &format!("{small}{size}")).header("if-none-match", tag.to_owned());
        send(request, "a picture that is known".to_owned())
    };
    let nothing = known("", &tag).await.expect(304);
    assert!(nothing.bytes.is_empty() && nothing.header("etag") == tag);
    known("?size=512", &tag).await.expect(200);
    for bad in ["0", "300", "x"] {
        alice.get(&format!("{small}?size={bad}")).await.assert_invalid(&["size"]);
    }
    bob.get(&small).await.assert_problem(404, "not_found");
    let car = json!({ "make": "Fiat", "model": "Panda", "year": 2015 });
    let vehicle = alice.post("/api/vehicles/", car).await.created()["id"].clone();
    alice.patch(&path, json!({ "vehicle": vehicle })).await.ok();
    share(&app, vehicle.as_i64().expect("an id"), &bob, Role::Viewer).await;
    bob.get(&small).await.expect(200);
    draw(&app, &paper, b"RIFF second").await;
    assert_eq!(known("", &tag).await.expect(200).bytes, b"RIFF second");
    alice.delete(&path).await.expect(204);
    alice.get(&small).await.assert_problem(404, "not_found");
    bob.get(&small).await.assert_problem(404, "not_found");
}

#[tokio::test]
async fn pictures_and_earlier_files_go_with_their_paper() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let (kept, paper) = (upload(&alice, PNG).await, upload(&alice, PDF).await);
    draw(&app, &kept, b"RIFF kept").await;
    for bytes in [b"RIFF first", b"RIFF again"] {
        draw(&app, &paper, bytes).await;
    }
    let keys: Vec<String> = sqlx::query_scalar(
        "select storage_key from document_thumbnails where document_id = $1
        union all select storage_key from retired_files union all select storage_key from documents where id = $1",
    )
    .bind(paper["id"].as_i64())
    .fetch_all(&app.context.db)
    .await
    .expect("keys");
    assert_eq!(keys.len(), 7);
    // Whoever erases the account finds them all, those of the other paper too.
    let mut db = app.context.db.acquire().await.expect("a connection");
    let theirs = database::privacy::erasure::files(&mut db, alice.id).await.expect("keys");
    drop(db);
    assert!(theirs.len() == 11 && keys.iter().all(|key| theirs.contains(key)), "{theirs:?}");
    alice.delete(&format!("/api/documents/{}/", paper["id"])).await.expect(204);
    sqlx::query("update documents set deleted_at = now() - interval '31 days' where deleted_at is not null")
        .execute(&app.context.db)
        .await
        .expect("time passes");
    assert_eq!(operations::documents::purge(&app.context).await.expect("purged").removed, 1);
    for key in keys {
        let key = FileKey::parse(&key).expect("a key");
        assert!(!app.context.files.exists(key).await.expect("the store answers"), "{key}");
    }
    alice.get(&format!("/api/documents/{}/thumbnail/", kept["id"])).await.expect(200);
    // Of a paper that stays, what it has no more use for goes after a day.
    draw(&app, &kept, b"RIFF newer").await;
    assert_eq!(operations::documents::remove_retired_files(&app.context).await.expect("looked"), 0);
    sqlx::query("update retired_files set retired_at = now() - interval '2 days'")
        .execute(&app.context.db)
        .await
        .expect("time passes");
    assert_eq!(operations::documents::remove_retired_files(&app.context).await.expect("removed"), 3);
    let newer = alice.get(&format!("/api/documents/{}/thumbnail/", kept["id"])).await.expect(200);
    assert_eq!(newer.bytes, b"RIFF newer");
}

async fn entries(person: &Person, query: &str) -> Vec<(String, Vec<u8>)> {
    let answer = person.get(&format!("/api/documents/export/{query}")).await.expect(200);
    assert_eq!(answer.header("content-type"), "application/zip");
    assert!(answer.header("content-disposition").starts_with("attachment; filename=\"autotrack-"));
    let mut archive = zip::ZipArchive::new(Cursor::new(answer.bytes)).expect("an archive");
    let mut entries = Vec::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).expect("an entry");
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("its bytes");
        entries.push((entry.name().expect("a name").into_owned(), bytes));
    }
    entries
}

fn names(entries: &[(String, Vec<u8>)]) -> Vec<&str> {
    entries.iter().map(|(name, _)| name.as_str()).collect()
}

#[tokio::test]
async fn all_my_papers_come_in_one_archive_in_the_order_of_time() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.alice().await, app.bob().await);
    let car = json!({ "make": "Fiat", "model": "Panda", "year": 2015 });
    let vehicle = alice.post("/api/vehicles/", car).await.created()["id"].clone();
    let said =
        |title: &str, day: &str| json!({ "title": title, "issued_on": day, "document_type": "invoice" });
    for (specimen, said) in [
        (PNG, said("Révision", "2024-05-02")),
        (
            PDF,
            json!({ "title": "=Vidange", "issued_on": "2024-03-12", "document_type": "invoice", "vehicle": vehicle }),
        ),
        ("registration/clean/reg_clean_004.pdf", said("../révision", "2024-05-02")),
    ] {
        let paper = upload(&alice, specimen).await;
        alice.patch(&format!("/api/documents/{}/", paper["id"]), said).await.ok();
        if specimen == PDF {
            read(&app, &paper, DocumentKind::Invoice, &[("total_ttc", "452.34")]).await;
        }
    }
    let deleted = upload(&alice, "insurance/clean/ins_clean_002.pdf").await;
    alice.delete(&format!("/api/documents/{}/", deleted["id"])).await.expect(204);
    share(&app, vehicle.as_i64().expect("an id"), &bob, Role::Editor).await;
    let all = entries(&alice, "").await;
    let wanted = [
        "2024-03-12_invoice_Vidange.pdf",
        "2024-05-02_invoice_Révision.png",
        "2024-05-02_invoice_révision.pdf",
        "papers.csv",
    ];
    assert_eq!(names(&all), wanted);
    assert_eq!((&all[0].1, &all[1].1), (&specimens::bytes(PDF), &specimens::bytes(PNG)));
    let table = String::from_utf8(all[3].1.clone()).expect("text");
    let rows: Vec<&str> = table.lines().collect();
    assert!(rows[0].starts_with("file,date,document_type,title,"), "{table}");
    assert_eq!(rows.len(), 4, "{table}");
    assert!(
        rows[1].contains("'=Vidange") && rows[1].contains("Fiat Panda") && rows[1].contains("452.34"),
        "{table}"
    );
    assert_eq!(
        names(&entries(&alice, &format!("?vehicle={vehicle}&type=invoice")).await),
        [wanted[0], wanted[3]]
    );
    assert_eq!(names(&entries(&alice, "?type=fine").await), ["papers.csv"]);
    // Only one's own papers, whoever else's one may see.
    assert_eq!(names(&entries(&bob, "").await), ["papers.csv"]);
    alice.get("/api/documents/export/?type=novel").await.assert_invalid(&["type"]);
    alice.get("/api/documents/export/?vehicle=x").await.assert_invalid(&["vehicle"]);
}

#[tokio::test]
async fn an_archive_has_an_end_and_says_which_files_are_missing() {
    let app = TestApp::start().await;
    let alice = app.alice().await;
    let paper = upload(&alice, PDF).await;
    let key: String = sqlx::query_scalar("select storage_key from documents where id = $1")
        .bind(paper["id"].as_i64())
        .fetch_one(&app.context.db)
        .await
        .expect("a key");
    app.context.files.delete(FileKey::parse(&key).expect("a key")).await.expect("gone");
    let all = entries(&alice, "").await;
    assert_eq!(names(&all), ["papers.csv"]);
    let table = String::from_utf8(all[0].1.clone()).expect("text");
    assert!(table.lines().nth(1).is_some_and(|row| row.starts_with(',')), "{table}");
    sqlx::query("update documents set file_size = 2000000000").execute(&app.context.db).await.expect("grown");
    alice.get("/api/documents/export/").await.assert_problem(413, "export_too_large");
    sqlx::query(
        "insert into documents (user_id, title, storage_key, file_size, mime_type, sha256)
        select $1, n::text, 'documents/' || n, 1, 'image/png', n::text::bytea from generate_series(1, 1000) n",
    )
    .bind(alice.id.0)
    .execute(&app.context.db)
    .await
    .expect("many papers");
    alice.get("/api/documents/export/").await.assert_problem(413, "export_too_large");
}
