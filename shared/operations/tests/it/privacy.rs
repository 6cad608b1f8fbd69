//! Accounts that nobody uses, and the chain that the audit log hangs in.

use chrono::Duration;
use operations::accounts::{self, Origin};
use operations::audit::{self, Break};
use operations::privacy;

use crate::house::{House, PASSWORD, address};

#[tokio::test]
async fn an_unused_account_is_warned_and_then_erased_unless_somebody_signs_in() {
    let house = House::open().await;
    let idle = house.sign_up("idle@exemple.fr").await.user.id;
    house.sign_up("back@exemple.fr").await;
    let staff = house.sign_up("staff@exemple.fr").await.user.id;
    sqlx::query("update users set is_staff = true where id = $1")
        .bind(staff.0)
        .execute(&house.db)
        .await
        .unwrap();
    house.later(Duration::days(22 * 30));
    assert_eq!(privacy::check_unused(&house.ctx).await.unwrap(), (0, 0));
    house.later(Duration::days(50));
    assert_eq!(privacy::check_unused(&house.ctx).await.unwrap(), (2, 0));
    assert_eq!(privacy::check_unused(&house.ctx).await.unwrap(), (0, 0), "warned once");
    assert_eq!(house.letters("idle@exemple.fr").await.last().unwrap(), "inactive-account");
    assert!(!house.letters("staff@exemple.fr").await.contains(&"inactive-account".to_owned()));
    house.login("back@exemple.fr", PASSWORD).await.unwrap();
    house.later(Duration::days(29));
    assert_eq!(privacy::check_unused(&house.ctx).await.unwrap(), (0, 0), "thirty days' notice");
    house.later(Duration::days(10));
    assert_eq!(privacy::check_unused(&house.ctx).await.unwrap(), (0, 1));
    assert_eq!(house.count("select count(*) from jobs where kind = 'erase_account'").await, 1);
    let closing = privacy::close(&house.ctx, idle).await.unwrap().expect("it is due");
    let mut work = house.ctx.begin().await.unwrap();
    assert!(privacy::erase(&mut work, &closing, house.clock.now()).await.unwrap());
    work.commit().await.unwrap();
    assert!(house.login("idle@exemple.fr", PASSWORD).await.is_err());
    house.login("back@exemple.fr", PASSWORD).await.unwrap();
}

#[tokio::test]
async fn who_stays_signed_in_uses_the_account() {
    let house = House::open().await;
    let mut refresh = house.sign_up("here@exemple.fr").await.tokens.refresh;
    for _ in 0..5 {
        house.later(Duration::days(6));
        refresh = house.refresh(&refresh).await.map(|tokens| tokens.refresh).unwrap_or(refresh);
    }
    let seen = "select count(*) from users where last_seen_at > last_login";
    assert_eq!(house.count(seen).await, 1);
    house.execute("update users set inactivity_warned_at = now()").await;
    let signed_in = house.login("here@exemple.fr", PASSWORD).await;
    assert!(matches!(signed_in, Ok(accounts::Login::SignedIn(_))));
    assert_eq!(house.count("select count(*) from users where inactivity_warned_at is not null").await, 0);
}

async fn found(house: &House) -> Option<Break> {
    audit::verify(&house.db).await.unwrap().first_break
}

#[tokio::test]
async fn many_writers_at_once_make_one_unbroken_chain() {
    let house = House::open().await;
    let writers = (0..20).map(|writer| {
        let ctx = house.ctx.clone();
        tokio::spawn(async move {
            for round in 0..5 {
                let email = address(&format!("writer{writer}-{round}@exemple.fr"));
                let password = "wrong".into();
                let _ = accounts::login(&ctx, &email, &password, false, &Origin::default()).await;
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    let verdict = audit::verify(&house.db).await.unwrap();
    assert_eq!((verdict.links, verdict.first_break), (100, None));
    assert_eq!(house.count("select count(*) from audit_log").await, 100);
}

#[tokio::test]
async fn whoever_changes_removes_or_slips_in_an_event_is_found_out() {
    for (deed, expected) in [
        ("update audit_log set action = 'login' where id = 3", Break::Changed(3)),
        ("update audit_log set at = at + interval '1 microsecond' where id = 2", Break::Changed(2)),
        ("update audit_log set user_agent = 'another' where id = 3", Break::Changed(3)),
        ("update audit_log set origin_hash = '\\x00', origin_salt = null where id = 3", Break::Changed(3)),
        ("delete from audit_log where id = 4", Break::MissingEntry(4)),
        (
            "with gone as (delete from audit_chain where seq = 4) delete from audit_log where id = 4",
            Break::MissingLink(5),
        ),
        (
            "insert into audit_log (id, action, origin_hash) overriding system value values (1000, 'innocent', '\\x00')",
            Break::SlippedIn(1000),
        ),
        ("update audit_chain set hash = '\\x00' where seq = 5", Break::Changed(5)),
    ] {
        let house = House::open().await;
        for _ in 0..6 {
            let _ = house.login("nobody@exemple.fr", "wrong").await;
        }
        assert_eq!(found(&house).await, None);
        for refused in ["delete from audit_chain", "update audit_chain set seq = 9", "truncate audit_chain"] {
            assert!(sqlx::query(refused).execute(&house.db).await.is_err(), "{refused}");
        }
        // Somebody who may switch triggers off.
        let mut tx = house.db.begin().await.unwrap();
        sqlx::query("set local session_replication_role = replica").execute(&mut *tx).await.unwrap();
        sqlx::query(deed).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(found(&house).await, Some(expected), "{deed}");
    }
}

#[tokio::test]
async fn after_a_year_nobody_knows_where_an_event_came_from_and_the_chain_is_whole() {
    let house = House::open().await;
    let origin =
        Origin { ip: "203.0.113.7".parse().ok(), user_agent: Some("Firefox".to_owned()), request_id: None };
    for _ in 0..3 {
        let email = address("nobody@exemple.fr");
        let _ = accounts::login(&house.ctx, &email, &"wrong".into(), false, &origin).await;
    }
    // The first is older than a year: written so, since nobody can make it older afterwards.
    let mut tx = house.db.begin().await.unwrap();
    sqlx::query("set local session_replication_role = replica").execute(&mut *tx).await.unwrap();
    sqlx::query("delete from audit_chain").execute(&mut *tx).await.unwrap();
    sqlx::query("update audit_log set at = now() - interval '400 days' where id = 1")
        .execute(&mut *tx)
        .await
        .unwrap();
    sqlx::query(
        "insert into audit_chain (seq, audit_id, prev_hash, hash)
        select 1, 1, '\\x', audit_hash(1, '\\x', a) from audit_log a where id = 1",
    )
    .execute(&mut *tx)
    .await
    .unwrap();
    sqlx::query("delete from audit_log where id > 1").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let _ = accounts::login(&house.ctx, &address("nobody@exemple.fr"), &"wrong".into(), false, &origin).await;
    assert_eq!(found(&house).await, None);

    let mut db = house.read().await.unwrap();
    assert_eq!(database::audit::forget_origins(&mut db, 10).await.unwrap(), 1);
    assert_eq!(database::audit::forget_origins(&mut db, 10).await.unwrap(), 0);
    let known = "select count(*) from audit_log where ip is not null and user_agent is not null and origin_salt is not null";
    assert_eq!(house.count(known).await, 1);
    assert_eq!(found(&house).await, None);
    // Nothing else of an old event can be changed, and nothing of a young one.
    for refused in [
        "update audit_log set action = 'x', ip = null, user_agent = null where id = 1",
        "update audit_log set ip = null, user_agent = null, origin_salt = null where id > 1",
    ] {
        assert!(sqlx::query(refused).execute(&house.db).await.is_err(), "{refused}");
    }
}

#[tokio::test]
async fn a_copy_that_was_given_up_is_told_to_who_waits_for_it() {
    let house = House::open().await;
    let user = house.sign_up("camille@exemple.fr").await.user.id;
    let export = privacy::ask_export(&house.ctx, user, true, &Origin::default()).await.unwrap();
    for _ in 0..2 {
        let mut work = house.ctx.begin().await.unwrap();
        privacy::export_given_up(&mut work, export.id, house.clock.now()).await.unwrap();
        work.commit().await.unwrap();
    }
    let told: Vec<(i64, String)> =
        sqlx::query_as("select user_id, title from notifications").fetch_all(&house.db).await.unwrap();
    assert_eq!(told, [(user.0, "Copy of your data not possible".to_owned())]);
}
