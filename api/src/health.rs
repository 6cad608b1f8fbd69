//! Whether the parts are well, for load balancers, operators and people who wonder.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use operations::Context;
use operations::health::{self, Check, QueueHealth, State};
use poem::web::Data;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Enum, Object, OpenApi};

use crate::tags::Tag;

/// How the whole or a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "lowercase")]
pub enum HealthStatus {
    /// Works.
    Healthy,
    /// An optional part is down; the rest works.
    Degraded,
    /// Does not work.
    Unhealthy,
    /// Not configured.
    Disabled,
}

impl From<State> for HealthStatus {
    fn from(state: State) -> Self {
        match state {
            State::Healthy => Self::Healthy,
            State::Degraded => Self::Degraded,
            State::Unhealthy => Self::Unhealthy,
            State::Disabled => Self::Disabled,
        }
    }
}

/// The database's figures.
#[derive(Debug, Clone, Object)]
pub struct DatabaseStats {
    /// Connections of this server's pool that are open.
    pub connections: u32,
    /// Of these, idle ones.
    pub idle_connections: u32,
    /// Most connections of the pool.
    pub max_connections: u32,
    /// Version of the schema that this server needs.
    pub needed_schema: i64,
    /// Version of the schema that the database has.
    pub schema: i64,
}

/// How the database is.
#[derive(Debug, Clone, Object)]
pub struct DatabaseHealth {
    /// How it is.
    pub status: HealthStatus,
    /// `connected` or what is wrong.
    pub database: String,
    /// How long one query took, in milliseconds.
    pub latency_ms: Option<f64>,
    /// Figures.
    pub stats: Option<DatabaseStats>,
}

/// How Stripe is.
#[derive(Debug, Clone, Object)]
pub struct StripeHealth {
    /// How it is.
    pub status: HealthStatus,
    /// `reachable`, `disabled` or what is wrong.
    pub stripe: String,
    /// How long one call took, in milliseconds; at most 60 seconds old.
    pub latency_ms: Option<f64>,
    /// `live` or `test`.
    pub mode: Option<String>,
}

/// The waiting work.
#[derive(Debug, Clone, Object)]
pub struct QueueStats {
    /// Jobs that wait, run, or wait for another try.
    pub depth: i64,
    /// Age of the oldest due job, in seconds.
    pub oldest_s: f64,
    /// Workers seen within the last 15 seconds.
    pub workers: i64,
}

impl From<QueueHealth> for QueueStats {
    fn from(queue: QueueHealth) -> Self {
        Self { depth: queue.depth, oldest_s: queue.oldest_s, workers: queue.workers }
    }
}

/// How Redis and the queues are.
#[derive(Debug, Clone, Object)]
pub struct RedisHealth {
    /// How it is.
    pub status: HealthStatus,
    /// `connected` or what is wrong.
    pub redis: String,
    /// How long a ping took, in milliseconds.
    pub latency_ms: Option<f64>,
    /// The waiting work; from the ledger, so known without Redis too.
    pub queue: Option<QueueStats>,
}

/// The parts at a glance.
#[derive(Debug, Clone, Object)]
pub struct HealthChecks {
    /// PostgreSQL.
    pub database: HealthStatus,
    /// Redis.
    pub redis: HealthStatus,
    /// Stripe.
    pub stripe: HealthStatus,
}

/// How everything is.
#[derive(Debug, Clone, Object)]
pub struct Health {
    /// How the whole is.
    pub status: HealthStatus,
    /// `autotrack-api`.
    pub service: String,
    /// Version of this build.
    pub version: String,
    /// When this was looked at.
    pub time: DateTime<Utc>,
    /// The parts.
    pub checks: HealthChecks,
    /// How long the database took, in milliseconds.
    pub latency_ms: Option<f64>,
    /// For how long this server has been running, in seconds.
    pub uptime_s: u64,
    /// The waiting work.
    pub queue: Option<QueueStats>,
}

/// Alive, or ready.
#[derive(Debug, Clone, Object)]
pub struct Probe {
    /// How it is.
    pub status: HealthStatus,
}

/// A report: 200 unless what it is about does not work.
#[derive(ApiResponse)]
pub enum Report<T: poem_openapi::types::Type + poem_openapi::types::ToJSON> {
    /// Works, or works but for an optional part.
    #[oai(status = 200)]
    Fine(Json<T>),
    /// Does not work.
    #[oai(status = 503)]
    Down(Json<T>),
}

fn report<T: poem_openapi::types::Type + poem_openapi::types::ToJSON>(
    status: HealthStatus,
    body: T,
) -> Report<T> {
    if status == HealthStatus::Unhealthy { Report::Down(Json(body)) } else { Report::Fine(Json(body)) }
}

/// Health of the service and its parts.
pub struct HealthApi {
    /// When this server started.
    pub started: Instant,
}

#[OpenApi(prefix_path = "/api/health", tag = "Tag::Health")]
impl HealthApi {
    /// How everything is
    ///
    /// Needs no authentication. `degraded` means that an optional part (Redis, Stripe) is down; 503 that the database is.
    #[oai(path = "/", method = "get", operation_id = "get_health")]
    async fn get_health(&self, context: Data<&Context>) -> Report<Health> {
        let (database, redis, stripe) =
            tokio::join!(health::database(&context), health::redis(&context), health::stripe(&context));
        let status = health::overall(database.state, [redis.state, stripe.state]).into();
        let checks = HealthChecks {
            database: database.state.into(),
            redis: redis.state.into(),
            stripe: stripe.state.into(),
        };
        let queue = health::queue(&context).await.map(QueueStats::from);
        let body = Health {
            status,
            service: "autotrack-api".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            time: context.clock.now(),
            checks,
            latency_ms: database.latency.map(ms),
            uptime_s: self.started.elapsed().as_secs(),
            queue,
        };
        report(status, body)
    }

    /// How the database is
    ///
    /// One query's time, the pool, and whether the schema is the one this server needs; 503 when it does not answer.
    #[oai(path = "/db", method = "get", operation_id = "get_database_health")]
    async fn get_database_health(&self, context: Data<&Context>) -> Report<DatabaseHealth> {
        let check = health::database(&context).await;
        let pool = &context.db;
        let stats = check.details.map(|schema| DatabaseStats {
            connections: pool.size(),
            idle_connections: pool.num_idle() as u32,
            max_connections: pool.options().get_max_connections(),
            needed_schema: database::schema::needed_version(),
            schema,
        });
        let status = check.state.into();
        report(
            status,
            DatabaseHealth { status, database: check.says, latency_ms: check.latency.map(ms), stats },
        )
    }

    /// How Stripe is
    ///
    /// Asked at most once a minute; `disabled` when no key is configured.
    #[oai(path = "/stripe", method = "get", operation_id = "get_stripe_health")]
    async fn get_stripe_health(&self, context: Data<&Context>) -> Json<StripeHealth> {
        let Check { state, says, latency, details } = health::stripe(&context).await;
        Json(StripeHealth { status: state.into(), stripe: says, latency_ms: latency.map(ms), mode: details })
    }

    /// How Redis and the queues are
    ///
    /// The queue's figures come from the ledger in the database, so they are there without Redis too.
    #[oai(path = "/redis", method = "get", operation_id = "get_redis_health")]
    async fn get_redis_health(&self, context: Data<&Context>) -> Json<RedisHealth> {
        let Check { state, says, latency, .. } = health::redis(&context).await;
        let queue = health::queue(&context).await.map(QueueStats::from);
        Json(RedisHealth { status: state.into(), redis: says, latency_ms: latency.map(ms), queue })
    }

    /// Whether this server runs
    #[expect(clippy::unused_async, reason = "every operation is async")]
    #[oai(path = "/live", method = "get", operation_id = "get_liveness")]
    async fn get_liveness(&self) -> Json<Probe> {
        Json(Probe { status: HealthStatus::Healthy })
    }

    /// Whether this server can do its work
    ///
    /// Needs the database with its schema; goes on without Redis.
    #[oai(path = "/ready", method = "get", operation_id = "get_readiness")]
    async fn get_readiness(&self, context: Data<&Context>) -> Report<Probe> {
        let status = health::database(&context).await.state.into();
        report(status, Probe { status })
    }
}

fn ms(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}
