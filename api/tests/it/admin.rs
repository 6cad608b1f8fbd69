//! What staff see of accounts and do to them, through HTTP.

use serde_json::{Value, json};
use testkit::{PASSWORD, Person, TestApp};

async fn superuser(app: &TestApp) -> Person {
    let staff = app.staff().await;
    sqlx::query("update users set is_superuser = true where id = $1")
        .bind(staff.id.0)
        .execute(&app.context.db)
        .await
        .expect("staff can be made superusers");
    staff
}

fn path(person: &Person) -> String {
    format!("/api/admin/users/{}/", person.id)
}

fn emails(list: &Value) -> Vec<&str> {
    list["results"].as_array().into_iter().flatten().filter_map(|row| row["email"].as_str()).collect()
}

#[tokio::test]
async fn accounts_are_listed_searched_and_narrowed() {
    let app = TestApp::start().await;
    let (staff, alice, bob) = (app.staff().await, app.alice().await, app.bob().await);
    alice.patch("/api/auth/me/", json!({ "last_name": "Évrard" })).await.ok();
    sqlx::query("update users set is_active = false where id = $1")
        .bind(bob.id.0)
        .execute(&app.context.db)
        .await
        .expect("a suspended account");
    for (query, expected) in [
        ("search=evrard", vec![alice.email.as_str()]),
        ("search=camille%20bob", vec![bob.email.as_str()]),
        ("search=%25", vec![]),
        ("is_active=false", vec![bob.email.as_str()]),
        ("role=admin", vec![]),
        ("email_verified=false", vec![]),
        ("created_at__gte=2999-01-01T00:00:00Z", vec![]),
        ("last_login__lte=2020-01-01T00:00:00Z", vec![]),
        ("ordering=email&is_active=true", vec![alice.email.as_str(), staff.email.as_str()]),
        ("ordering=-email&is_active=true", vec![staff.email.as_str(), alice.email.as_str()]),
    ] {
        let list = staff.get(&format!("/api/admin/users/?{query}")).await.ok();
        assert_eq!(emails(&list), expected, "{query}");
    }
    staff.get("/api/admin/users/?ordering=password_hash").await.assert_invalid(&["ordering"]);
    staff.get("/api/admin/users/?role=king").await.assert_invalid(&["role"]);
    let form = json!({ "make": "Peugeot", "model": "308", "year": 2019 });
    alice.post("/api/vehicles/", form).await.created();
    let one = staff.get(&path(&alice)).await.ok();
    assert_eq!((&one["counters"]["vehicles"], &one["counters"]["sessions"]), (&json!(1), &json!(1)));
    assert!(one.get("password_hash").is_none());
    staff.get("/api/admin/users/999999/").await.assert_problem(404, "not_found");
}

#[tokio::test]
async fn a_suspended_person_is_out_at_once_and_told_why() {
    let app = TestApp::start().await;
    let (staff, alice) = (app.staff().await, app.alice().await);
    staff
        .post(&format!("{}suspend/", path(&alice)), json!({ "reason": " " }))
        .await
        .assert_invalid(&["reason"]);
    let reason = json!({ "reason": "Paiements contestés" });
    let suspended = staff.post(&format!("{}suspend/", path(&alice)), reason).await.ok();
    assert_eq!(suspended["is_active"], false);
    alice.get("/api/auth/me/").await.assert_problem(401, "token_not_valid");
    let login = json!({ "email": alice.email, "password": PASSWORD });
    // What is left of the registration would lead to a second step, which nothing meets.
    sqlx::query("delete from auth_challenges").execute(&app.context.db).await.expect("no open registration");
    app.nobody().post("/api/auth/login/", login.clone()).await.assert_problem(401, "invalid_credentials");
    let told: Value =
        sqlx::query_scalar("select context from letters where kind = 'account-suspended' and user_id = $1")
            .bind(alice.id.0)
            .fetch_one(&app.context.db)
            .await
            .expect("a letter");
    assert_eq!(told["reason"], "Paiements contestés");
    staff.post_empty(&format!("{}reactivate/", path(&alice))).await.ok();
    app.nobody().post("/api/auth/login/", login).await.ok();
    let log = staff
        .get(&format!("/api/admin/audit-log/?target_type=user&target_id={}&actor={}", alice.id, staff.id))
        .await
        .ok();
    let actions: Vec<&str> =
        log["results"].as_array().into_iter().flatten().filter_map(|row| row["action"].as_str()).collect();
    assert_eq!(actions, ["user_reactivated", "user_suspended"]);
    let entry = staff.get(&format!("/api/admin/audit-log/{}/", log["results"][1]["id"])).await.ok();
    assert_eq!(entry["diff"], json!({ "reason": "Paiements contestés" }));
    assert_eq!(entry["actor_kind"], "staff");
    // Alice sees that it happened, but not where staff sit.
    let own = app
        .nobody()
        .post("/api/auth/login/", json!({ "email": alice.email, "password": PASSWORD }))
        .await
        .ok();
    let own = app.nobody().with_token(own["tokens"]["access"].as_str().expect("a token"));
    let seen = own.get("/api/auth/me/activity/?action=user_suspended").await.ok();
    assert_eq!((&seen["count"], &seen["results"][0]["ip"]), (&json!(1), &Value::Null));
}

#[tokio::test]
async fn nobody_changes_their_own_standing_and_only_superusers_that_of_colleagues() {
    let app = TestApp::start().await;
    let (staff, colleague, alice) = (app.staff().await, app.staff().await, app.alice().await);
    let boss = superuser(&app).await;
    let reason = json!({ "reason": "essai" });
    staff.patch(&path(&staff), json!({ "roles": ["user"] })).await.assert_problem(409, "own_account");
    staff.post(&format!("{}suspend/", path(&staff)), reason.clone()).await.assert_problem(409, "own_account");
    boss.post(&format!("{}erase/", path(&boss)), reason.clone()).await.assert_problem(409, "own_account");
    for (person, patch) in
        [(&colleague, json!({ "is_active": false })), (&alice, json!({ "roles": ["user", "admin"] }))]
    {
        staff.patch(&path(person), patch).await.assert_problem(403, "permission_denied");
    }
    staff
        .post(&format!("{}suspend/", path(&colleague)), reason.clone())
        .await
        .assert_problem(403, "permission_denied");
    staff.post(&format!("{}erase/", path(&alice)), reason).await.assert_problem(403, "permission_denied");
    staff.patch(&path(&alice), json!({ "roles": [] })).await.assert_invalid(&["roles"]);
    staff.patch(&path(&alice), json!({ "roles": ["king"] })).await.assert_problem(400, "invalid");
    let changed = staff.patch(&path(&alice), json!({ "roles": ["garage_owner", "user"] })).await.ok();
    assert_eq!(changed["roles"], json!(["user", "garage_owner"]));
    let made = boss.patch(&path(&alice), json!({ "roles": ["admin", "user"] })).await.ok();
    assert_eq!((&made["is_staff"], &made["roles"]), (&json!(true), &json!(["user", "admin"])));
    alice.get("/api/admin/overview/").await.assert_problem(403, "second_factor_required");
    boss.patch(&path(&alice), json!({ "roles": ["user"] })).await.ok();
    alice.get("/api/admin/overview/").await.assert_problem(401, "token_not_valid");
    boss.patch(&path(&colleague), json!({ "is_active": false })).await.ok();
    colleague.get("/api/auth/me/").await.assert_problem(401, "token_not_valid");
}

#[tokio::test]
async fn a_superuser_erases_an_account_at_once() {
    let app = TestApp::start().await;
    let (boss, alice) = (superuser(&app).await, app.alice().await);
    let reason = json!({ "reason": "Demande par courrier" });
    let ordered = boss.post(&format!("{}erase/", path(&alice)), reason.clone()).await.expect(202).json();
    let kind: String = sqlx::query_scalar("select kind from jobs where id = $1::text::uuid")
        .bind(ordered["task_id"].as_str().expect("a task"))
        .fetch_one(&app.context.db)
        .await
        .expect("a job");
    assert_eq!(kind, "erase_account");
    alice.get("/api/auth/me/").await.assert_problem(401, "token_not_valid");
    boss.post_empty(&format!("{}reactivate/", path(&alice))).await.assert_problem(409, "account_erased");
    let closing =
        operations::privacy::close(&app.context, alice.id).await.expect("a closed door").expect("it is due");
    let mut work = app.context.begin().await.expect("a transaction");
    let now = app.context.clock.now();
    assert!(operations::privacy::erase(&mut work, &closing, now).await.expect("an erasure"));
    work.commit().await.expect("a commit");
    let gone = boss.get(&path(&alice)).await.ok();
    assert_eq!(gone["email"], json!(format!("erased-{}@erased.invalid", alice.id)));
    assert!(gone["erased_at"].is_string() && gone["first_name"] == "");
    boss.post(&format!("{}erase/", path(&alice)), reason).await.assert_problem(409, "account_erased");
    boss.patch(&path(&alice), json!({ "is_active": true })).await.assert_problem(409, "account_erased");
}

#[tokio::test]
async fn the_overview_counts_what_there_is() {
    let app = TestApp::start().await;
    let (staff, _alice) = (app.staff().await, app.alice().await);
    let overview = staff.get("/api/admin/overview/").await.ok();
    assert_eq!(overview["users"], json!({ "total": 2, "active": 2, "new": 2, "suspended": 0, "leaving": 0 }));
    assert_eq!(overview["letters"], json!([{ "state": "queued", "count": 2 }]));
    assert_eq!(overview["jobs"], json!([{ "state": "ready", "count": 2 }]));
    assert_eq!(overview["documents"], json!([]));
}

#[tokio::test]
async fn a_second_factor_that_was_lost_is_taken_off_and_told() {
    let app = TestApp::start().await;
    let (staff, alice) = (app.staff().await, app.alice().await);
    let reset = format!("{}reset-2fa/", path(&alice));
    let reason = json!({ "reason": "lost telephone, identity proven" });
    staff.post(&reset, reason.clone()).await.assert_problem(409, "two_factor_disabled");
    sqlx::query(
        "insert into totp_devices (user_id, secret, secret_kid, confirmed_at) values ($1, '\\x00', 'k', now())",
    )
    .bind(alice.id.0)
    .execute(&app.context.db)
    .await
    .expect("a device");
    staff.post(&reset, json!({})).await.assert_invalid(&["reason"]);
    staff.post(&reset, reason).await.expect(204);
    alice.get("/api/auth/me/").await.assert_problem(401, "token_not_valid");
    let told: i64 = sqlx::query_scalar("select count(*) from letters where kind = 'two-factor-reset'")
        .fetch_one(&app.context.db)
        .await
        .expect("a count");
    assert_eq!(told, 1);
}

#[tokio::test]
async fn of_two_superusers_who_suspend_or_erase_each_other_at_once_one_is_left() {
    let app = TestApp::start().await;
    let reason = json!({ "reason": "Demande" });
    for deed in ["suspend", "erase"] {
        sqlx::query("update users set is_superuser = false")
            .execute(&app.context.db)
            .await
            .expect("a clean start");
        let (one, other) = (superuser(&app).await, superuser(&app).await);
        let at = |who: &Person| format!("/api/admin/users/{}/{deed}/", who.id);
        let (to_other, to_one) = (at(&other), at(&one));
        let (first, second) =
            tokio::join!(one.post(&to_other, reason.clone()), other.post(&to_one, reason.clone()));
        let done = [&first, &second].iter().filter(|answer| answer.status.is_success()).count();
        assert_eq!(done, 1, "{deed}: {} {}", first.text(), second.text());
        let left: i64 = sqlx::query_scalar("select count(*) from users where is_superuser and is_active")
            .fetch_one(&app.context.db)
            .await
            .expect("a count");
        assert_eq!(left, 1, "{deed}");
    }
}

#[tokio::test]
async fn features_are_added_and_changed_and_take_effect() {
    let app = TestApp::start().await;
    let (staff, alice, bob) = (app.staff().await, app.alice().await, app.bob().await);
    let path = "/api/admin/feature-flags/";
    alice.get(path).await.assert_problem(403, "permission_denied");
    let form = json!({ "key": "new_dashboard", "is_enabled": true, "rules": { "users": [alice.id.0] } });
    let made = staff.post(path, form.clone()).await.created();
    assert_eq!(made["rules"], json!({ "percent": 0, "plans": [], "users": [alice.id.0] }));
    staff.post(path, form).await.assert_problem(409, "feature_flag_taken");
    let has = async |person: &Person| person.get("/api/feature-flags/").await.ok()["new_dashboard"].clone();
    assert_eq!((has(&alice).await, has(&bob).await), (json!(true), json!(false)));
    let one = format!("{path}new_dashboard/");
    let changed =
        staff.patch(&one, json!({ "rules": { "percent": 100 }, "description": "Accueil" })).await.ok();
    assert_eq!((&changed["is_enabled"], &changed["description"]), (&json!(true), &json!("Accueil")));
    assert_eq!((has(&alice).await, has(&bob).await), (json!(true), json!(true)));
    assert_eq!(staff.get(path).await.ok()["results"][0]["rules"], changed["rules"]);
    staff.patch(&one, json!({ "is_enabled": false })).await.ok();
    assert_eq!(has(&alice).await, json!(false));
    let log = staff.get("/api/admin/audit-log/?target_type=feature_flag&target_id=new_dashboard").await.ok();
    assert_eq!(log["count"], 3);

    staff
        .patch(&format!("{path}nothing/"), json!({ "is_enabled": true }))
        .await
        .assert_problem(404, "not_found");
    staff.post(path, json!({ "key": "2 fast" })).await.assert_invalid(&["key"]);
    let bad = json!({ "rules": { "percent": 101, "plans": ["x"] } });
    staff.patch(&one, bad).await.assert_invalid(&["rules.percent"]);
    staff.patch(&one, json!({ "rules": { "plans": [""] } })).await.assert_invalid(&["rules.plans"]);
}
