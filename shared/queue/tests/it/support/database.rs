//! A database for each test, cloned from one that was migrated once.

use std::time::Duration;

use database::pool::{self, PoolSize};
use database::schema::{MIGRATIONS, migrate};
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool};
use tokio::sync::OnceCell;
use uuid::Uuid;

/// Made with the newest schema; dropped with the test.
pub struct Database {
    name: String,
    pool: PgPool,
}

#[expect(clippy::disallowed_methods, reason = "tests are told by their runner where the servers are")]
fn server_url() -> String {
    std::env::var("DATABASE_URL").expect("DATABASE_URL names a PostgreSQL server; ./test starts one")
}

#[expect(clippy::disallowed_methods, reason = "tests are told by their runner where the servers are")]
pub fn redis_url() -> String {
    std::env::var("REDIS_URL").expect("REDIS_URL names a Redis server; ./test starts one")
}

impl Database {
    pub async fn create() -> Self {
        static TEMPLATE: OnceCell<String> = OnceCell::const_new();
        let template = TEMPLATE.get_or_init(make_template).await;
        let name = format!("queue_test_{}", Uuid::new_v4().simple());
        run(&format!("create database {name} template {template}")).await;
        Self { pool: pool(&name), name }
    }

    pub fn url(&self) -> String {
        url(&self.name)
    }

    pub fn pool(&self) -> &PgPool {
        &self.pool
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let statement = format!("drop database if exists {} with (force)", self.name);
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(run(&statement));
        });
        // A test that has failed already must not be hidden by its database.
        let _ = dropping.join();
    }
}

/// A template for this build's schema; its name tells schemas apart, and the first process makes it.
async fn make_template() -> String {
    let sums: Vec<u8> = MIGRATIONS.iter().flat_map(|migration| migration.checksum.to_vec()).collect();
    let name = format!("queue_template_{}", Uuid::new_v5(&Uuid::NAMESPACE_OID, &sums).simple());
    let mut lock = server().await;
    sqlx::query("select pg_advisory_lock(7204012)").execute(&mut lock).await.unwrap();
    let exists: bool = sqlx::query_scalar("select exists (select 1 from pg_database where datname = $1)")
        .bind(&name)
        .fetch_one(&mut lock)
        .await
        .unwrap();
    if !exists {
        run(&format!("drop database if exists {name}_new with (force)")).await;
        run(&format!("create database {name}_new")).await;
        let pool = pool(&format!("{name}_new"));
        migrate(&pool).await.unwrap();
        pool.close().await;
        run(&format!("alter database {name}_new rename to {name}")).await;
    }
    name
}

fn pool(name: &str) -> PgPool {
    let size = PoolSize { max: 12, acquire_timeout: Duration::from_secs(20), ..PoolSize::default() };
    pool::connect_lazy(&url(name), size).unwrap()
}

fn url(name: &str) -> String {
    let server = server_url();
    let (base, query) = server.split_once('?').unwrap_or((&server, ""));
    let start = base.find("://").map_or(0, |at| at + 3);
    let end = base[start..].find('/').map_or(base.len(), |at| start + at);
    let query = if query.is_empty() { String::new() } else { format!("?{query}") };
    format!("{}/{name}{query}", &base[..end])
}

async fn server() -> PgConnection {
    PgConnection::connect(&url("postgres")).await.expect("the PostgreSQL server of the tests answers")
}

async fn run(statement: &str) {
    let result = sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut server().await).await;
    result.unwrap_or_else(|error| panic!("{statement}: {error}"));
}
