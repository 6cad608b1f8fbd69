//! Looking through every table for a person.

use domain::ids::UserId;
use files::FileKey;
use serde_json::{Value, json};
use testkit::{Person, TestApp};

/// Tables of a person's that their copy has under another name, or leaves out with a reason.
const NOT_BY_NAME: &[(&str, &str)] = &[
    ("audit_log", "as activity"),
    ("auth_challenges", "open codes: hashes, gone within days"),
    ("idempotency_keys", "repeated answers, gone within a day; what they answered is in it"),
    ("exports", "the copies themselves"),
    ("totp_devices", "the sealed secret of an authenticator; a copy would open the account"),
    ("recovery_codes", "hashes that open the account"),
];

async fn tables(app: &TestApp) -> Vec<String> {
    sqlx::query_scalar(
        "select c.relname::text from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
        order by 1",
    )
    .fetch_all(&app.context.db)
    .await
    .expect("tables")
}

/// Every table and needle that are found together, in whatever column.
pub async fn search(app: &TestApp, needles: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for table in tables(app).await {
        for needle in needles {
            let sql =
                format!(r#"select count(*) from "{table}" t where to_jsonb(t)::text ilike '%' || $1 || '%'"#);
            let count: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
                .bind(needle)
                .fetch_one(&app.context.db)
                .await
                .expect("a count");
            if count > 0 {
                found.push(format!("{table}: {needle}"));
            }
        }
    }
    found
}

/// Whose plates and VINs there still are.
pub async fn owners(app: &TestApp) -> Vec<i64> {
    sqlx::query_scalar(
        "select owner_id from vehicles union select user_id from documents union select user_id from exports order by 1",
    )
    .fetch_all(&app.context.db)
    .await
    .expect("owners")
}

/// The keys of a person's files.
pub async fn files(app: &TestApp, user: UserId) -> Vec<FileKey> {
    let keys: Vec<String> = sqlx::query_scalar(
        "select storage_key from documents where user_id = $1
        union all select storage_key from exports where user_id = $1 and storage_key is not null",
    )
    .bind(user.0)
    .fetch_all(&app.context.db)
    .await
    .expect("keys");
    keys.iter().map(|key| FileKey::parse(key).expect("a key of ours")).collect()
}

/// Where she signs in from.
pub const HER_ADDRESS: &str = "198.51.100.77";

/// Something of a person's in the tables that nothing else in a test writes to.
pub async fn fill(app: &TestApp, person: &Person) {
    person.patch("/api/settings/me/", json!({ "timezone": "Indian/Reunion" })).await.ok();
    person.put("/api/notifications/preferences/", json!({ "digest": "daily" })).await.ok();
    person.put("/api/auth/me/consents/", json!({ "location": true })).await.ok();
    person.post("/api/notifications/", json!({ "title": person.email, "message": "x" })).await.created();
    person.post("/api/auth/api-keys/", json!({ "name": "Garage", "scopes": ["viewer"] })).await.created();
    for sql in [
        "insert into letter_optouts (user_id, kind) values ($1, 'notification-digest')",
        "insert into push_subscriptions (user_id, endpoint, p256dh, auth, vapid_kid, created_at)
            values ($1, 'https://push.example/' || $1, decode(repeat('04', 65), 'hex'), decode(repeat('04', 16), 'hex'), 'k', now())",
    ] {
        sqlx::query(sql).bind(person.id.0).execute(&app.context.db).await.expect("a row");
    }
}

/// Every place that can tell of a person tells of this one.
pub async fn leave_traces(app: &TestApp, person: &Person, other: &Person, paper: i64) {
    for sql in [
        "update documents set extracted_text = 'Mme Quatrepoint GH-482-KT VF3LCYHZPJS123456', description = $2 where id = $3 and user_id = $1",
        "insert into document_corrections (document_id, field, value, corrected_by)
            values ($3, 'C.1', to_jsonb('Quatrepoint ' || $2::text), $1)",
        "insert into notifications (user_id, title, message, document_id) values ($1, 'Pour Zéphyrine', $2, $3)",
        "insert into vehicle_shares (vehicle_id, invited_email, role)
            select id, $2::citext, 'viewer' from vehicles where owner_id <> $1 and $3::bigint > 0",
        "update sessions set ip_address = '198.51.100.77', user_agent = $2 where user_id = $1 and $3::bigint > 0",
        "update letters set last_answer = '550 no such user ' || $2, context = '{\"first_name\": \"Zéphyrine\"}'
            where user_id = $1 and $3::bigint > 0",
        "insert into letter_events (letter_id, kind, detail)
            select id, 'deferred', '450 ' || $2 from letters where user_id = $1 and $3::bigint > 0",
        "update jobs set last_error = '550 ' || $2 where user_id = $1 and $3::bigint > 0",
        "insert into idempotency_keys (user_id, key, operation, request_hash, response)
            values ($1, 'k', 'create_vehicle', '\\x00', jsonb_build_object('nickname', $2::text, 'n', $3::bigint))",
    ] {
        sqlx::query(sql)
            .bind(person.id.0)
            .bind(&person.email)
            .bind(paper)
            .execute(&app.context.db)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    assert_ne!(person.id, other.id);
}

/// Every row that belongs to a person, by its key to users, is in the copy, or it is said why not.
pub async fn every_row_of_a_person_is_in(app: &TestApp, person: &Person, entries: &[(String, Vec<u8>)]) {
    let theirs: Vec<(String, String)> = sqlx::query_as(
        "select c.conrelid::regclass::text, a.attname::text
        from pg_constraint c
        join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
        where c.contype = 'f' and c.confrelid = 'users'::regclass and c.confdeltype = 'c' order by 1",
    )
    .fetch_all(&app.context.db)
    .await
    .expect("tables");
    let content = |name: String| entries.iter().find(|(entry, _)| *entry == name).map(|(_, content)| content);
    let mut full = Vec::new();
    for (table, holder) in theirs {
        let (json, csv) = (content(format!("json/{table}.json")), content(format!("csv/{table}.csv")));
        let Some((json, csv)) = json.zip(csv) else {
            let is_excused = NOT_BY_NAME.iter().any(|(name, _)| *name == table);
            assert!(is_excused, "{table} belongs to a person: put it into database::privacy::contents");
            continue;
        };
        if table == "vehicle_shares" {
            // Those of their vehicles; the ones with them have another name.
            continue;
        }
        let sql = format!(r#"select count(*) from "{table}" where "{holder}" = $1"#);
        let kept: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .bind(person.id.0)
            .fetch_one(&app.context.db)
            .await
            .expect("a count");
        let rows: Vec<Value> = serde_json::from_slice(json).expect("a list");
        assert_eq!(rows.len() as i64, kept, "{table}");
        assert_eq!(kept > 0, !csv.is_empty(), "{table}");
        if kept > 0 {
            full.push(table);
        }
    }
    assert_eq!(
        full,
        [
            "api_keys",
            "consents",
            "documents",
            "known_devices",
            "letter_optouts",
            "notification_preferences",
            "notifications",
            "push_subscriptions",
            "sessions",
            "user_settings",
            "vehicles",
        ],
        "a table without a row shows nothing: fill it"
    );
}
