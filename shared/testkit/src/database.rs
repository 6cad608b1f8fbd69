//! A database for each test, cloned in milliseconds from one that was migrated once.

use std::time::Duration;

use database::pool::{self, PoolSize};
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection, PgPool};
use tokio::sync::OnceCell;
use uuid::Uuid;

/// Connections of one test.
const CONNECTIONS: u32 = 8;

/// The number under which template makers wait for each other.
const TEMPLATE_LOCK: i64 = 7_204_011;

/// A database of one test; it goes when this is dropped.
pub struct TestDatabase {
    name: String,
    url: String,
    pool: PgPool,
}

/// The PostgreSQL server of the tests: `DATABASE_URL` may create databases.
#[expect(clippy::disallowed_methods, reason = "tests are told by their runner where the servers are")]
fn server_url() -> String {
    std::env::var("DATABASE_URL").expect("DATABASE_URL names a PostgreSQL server; ./test starts one")
}

/// The Redis server of the tests.
#[expect(clippy::disallowed_methods, reason = "tests are told by their runner where the servers are")]
pub fn redis_url() -> String {
    std::env::var("REDIS_URL").expect("REDIS_URL names a Redis server; ./test starts one")
}

impl TestDatabase {
    /// An empty database with the newest schema.
    pub async fn start() -> Self {
        Self::start_with(CONNECTIONS).await
    }

    /// The same with a pool of another size.
    pub async fn start_with(connections: u32) -> Self {
        static TEMPLATE: OnceCell<String> = OnceCell::const_new();
        let template = TEMPLATE.get_or_init(make_template).await;
        let name = format!("autotrack_test_{}", Uuid::new_v4().simple());
        let mut server = connect("postgres").await;
        run(&mut server, &format!("create database {name} template {template}")).await;
        let url = url_of(&name);
        let size =
            PoolSize { max: connections, acquire_timeout: Duration::from_secs(20), ..PoolSize::default() };
        let pool = pool::connect_lazy(&url, size).expect("DATABASE_URL is good");
        Self { name, url, pool }
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A pool of connections to it.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// One more connection to it.
    pub async fn connect(&self) -> PgConnection {
        connect(&self.name).await
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let name = self.name.clone();
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime can be made").block_on(async {
                let mut server = connect("postgres").await;
                run(&mut server, &format!("drop database if exists {name} with (force)")).await;
            });
        });
        // A test that has failed already must not be hidden by its database.
        let _ = dropping.join();
    }
}

fn url_of(database: &str) -> String {
    let server = server_url();
    let (base, query) = server
        .split_once('?')
        .map_or((server.as_str(), String::new()), |(base, query)| (base, format!("?{query}")));
    let start = base.find("://").map_or(0, |at| at + 3);
    let end = base[start..].find('/').map_or(base.len(), |at| start + at);
    format!("{}/{database}{query}", &base[..end])
}

async fn connect(database: &str) -> PgConnection {
    let options: PgConnectOptions = url_of(database).parse().expect("DATABASE_URL is good");
    PgConnection::connect_with(&options).await.expect("the PostgreSQL server of the tests answers")
}

async fn run(db: &mut PgConnection, statement: &str) {
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
        .execute(db)
        .await
        .unwrap_or_else(|error| panic!("{statement}: {error}"));
}

/// Makes the template of this build's schema unless it is there; its name tells the migrations apart.
async fn make_template() -> String {
    let name = format!("autotrack_template_{}", fingerprint());
    let mut server = connect("postgres").await;
    sqlx::query("select pg_advisory_lock($1)")
        .bind(TEMPLATE_LOCK)
        .execute(&mut server)
        .await
        .expect("a lock");
    let exists: bool = sqlx::query_scalar("select exists (select 1 from pg_database where datname = $1)")
        .bind(&name)
        .fetch_one(&mut server)
        .await
        .expect("databases can be listed");
    if !exists {
        let half_made = format!("{name}_new");
        run(&mut server, &format!("drop database if exists {half_made} with (force)")).await;
        run(&mut server, &format!("create database {half_made}")).await;
        let pool =
            pool::connect_lazy(&url_of(&half_made), PoolSize::default()).expect("DATABASE_URL is good");
        database::schema::migrate(&pool).await.expect("the migrations apply");
        pool.close().await;
        run(&mut server, &format!("alter database {half_made} rename to {name}")).await;
    }
    name
}

fn fingerprint() -> String {
    let mut sum: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in database::schema::MIGRATIONS.iter().flat_map(|migration| migration.checksum.iter()) {
        sum = (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    format!("{sum:016x}")
}
