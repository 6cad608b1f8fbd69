//! How often somebody may try: GCRA in Redis, counted for all servers together; in the process while Redis is down.

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use redis::Script;
use redis::aio::ConnectionManager;
use tokio::sync::OnceCell;
use tracing::warn;

use crate::error::ApiError;

/// Longest wait for Redis before the process counts by itself.
const PATIENCE: Duration = Duration::from_millis(250);
/// After a failure of Redis: how long nobody else waits for it.
const PAUSE: Duration = Duration::from_secs(1);

/// A limit: so many at once, then one for each `period`.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// What is limited; part of the key.
    pub name: &'static str,
    /// How many may come at once.
    pub burst: NonZeroU32,
    /// After how long one more may come.
    pub period: Duration,
}

impl Limit {
    const fn new(name: &'static str, burst: u32, period: Duration) -> Self {
        let burst = NonZeroU32::new(burst).expect("a limit lets at least one through");
        Self { name, burst, period }
    }

    fn loosened(self, factor: u32) -> Self {
        let burst = self.burst.saturating_mul(NonZeroU32::new(factor.max(1)).expect("at least one"));
        // Redis counts in whole milliseconds.
        let period = (self.period / factor.max(1)).max(Duration::from_millis(1));
        Self { burst, period, ..self }
    }
}

/// Sign-up, sign-in and codes, per address: 20 at once, then one every 6 s.
pub const AUTH_PER_ADDRESS: Limit = Limit::new("auth", 20, Duration::from_secs(6));
/// Tries on one account, per account: 10 at once, then one every 15 s. Slows down, never locks out.
pub const AUTH_PER_ACCOUNT: Limit = Limit::new("account", 10, Duration::from_secs(15));
/// Refreshing tokens, per address: a household of browsers at once.
pub const REFRESH_PER_ADDRESS: Limit = Limit::new("refresh", 120, Duration::from_secs(1));
/// Uploads, per user: a folder of papers at once, then one every 2 s.
pub const UPLOADS_PER_USER: Limit = Limit::new("upload", 200, Duration::from_secs(2));
/// Trying a channel of notifications, per user: each at once, then one a minute.
pub const TRIALS_PER_USER: Limit = Limit::new("trial", 6, Duration::from_mins(1));
/// Everything else, per address.
pub const ALL_PER_ADDRESS: Limit = Limit::new("all", 600, Duration::from_millis(50));

/// Returns 0 when let through, else the milliseconds to wait. Redis' own clock decides.
const GCRA: &str = r"
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local burst, period = tonumber(ARGV[1]), tonumber(ARGV[2])
local arrival = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
local wait = arrival + period - burst * period - now
if wait > 0 then return wait end
redis.call('SET', KEYS[1], arrival + period, 'PX', math.ceil(arrival + period - now))
return 0";

/// Counts tries; cheap to clone.
#[derive(Clone)]
pub struct Limiter(Arc<Inner>);

struct Inner {
    url: String,
    namespace: String,
    redis: OnceCell<ConnectionManager>,
    /// Until when Redis is not asked, because it just failed.
    away: Mutex<Option<Instant>>,
    script: Script,
    factor: u32,
    local: Vec<(&'static str, DefaultKeyedRateLimiter<String>)>,
}

impl Limiter {
    /// A limiter on a Redis, by its address and the namespace of keys; limits per address are loosened by `factor`.
    pub fn new((redis_url, namespace): (&str, &str), factor: u32) -> Self {
        let quota = |limit: Limit| {
            let quota =
                Quota::with_period(limit.period).expect("periods are not zero").allow_burst(limit.burst);
            (limit.name, RateLimiter::keyed(quota))
        };
        let local = vec![
            quota(AUTH_PER_ADDRESS.loosened(factor)),
            quota(AUTH_PER_ACCOUNT),
            quota(REFRESH_PER_ADDRESS.loosened(factor)),
            quota(UPLOADS_PER_USER),
            quota(TRIALS_PER_USER),
            quota(ALL_PER_ADDRESS.loosened(factor)),
        ];
        let script = Script::new(GCRA);
        Self(Arc::new(Inner {
            url: redis_url.to_owned(),
            namespace: namespace.to_owned(),
            redis: OnceCell::new(),
            away: Mutex::default(),
            script,
            factor,
            local,
        }))
    }

    /// Lets a try from an address through, or says when to come back.
    ///
    /// # Errors
    /// 429 with `Retry-After`.
    pub async fn address(&self, limit: Limit, prefix: &str) -> Result<(), ApiError> {
        self.check(limit.loosened(self.0.factor), prefix).await
    }

    /// Lets a try on an account through, or says when to come back.
    ///
    /// # Errors
    /// 429 with `Retry-After`.
    pub async fn account(&self, limit: Limit, account: &str) -> Result<(), ApiError> {
        self.check(limit, account).await
    }

    async fn check(&self, limit: Limit, key: &str) -> Result<(), ApiError> {
        let wait_ms = match self.ask_redis_in_time(limit, key).await {
            Some(wait_ms) => wait_ms,
            None => self.ask_process(limit, key),
        };
        if wait_ms == 0 { Ok(()) } else { Err(ApiError::too_many(wait_ms.div_ceil(1000))) }
    }

    /// Redis' word; nothing when it fails, is slow, or did so just now.
    async fn ask_redis_in_time(&self, limit: Limit, key: &str) -> Option<u64> {
        let away = || self.0.away.lock().unwrap_or_else(PoisonError::into_inner);
        if away().is_some_and(|until| Instant::now() < until) {
            return None;
        }
        match tokio::time::timeout(PATIENCE, self.ask_redis(limit, key)).await {
            Ok(Ok(wait_ms)) => return Some(wait_ms),
            Ok(Err(error)) => warn!(%error, "limits are counted in the process: Redis failed"),
            Err(_) => warn!("limits are counted in the process: Redis is slow"),
        }
        *away() = Some(Instant::now() + PAUSE);
        None
    }

    async fn ask_redis(&self, limit: Limit, key: &str) -> Result<u64, redis::RedisError> {
        let inner = &self.0;
        let connect = || async {
            let client = redis::Client::open(inner.url.as_str())?;
            ConnectionManager::new(client).await
        };
        let mut redis = inner.redis.get_or_try_init(connect).await?.clone();
        let mut call = inner.script.prepare_invoke();
        call.key(format!("{}:limit:{}:{key}", inner.namespace, limit.name))
            .arg(limit.burst.get())
            .arg(limit.period.as_millis() as u64);
        call.invoke_async(&mut redis).await
    }

    fn ask_process(&self, limit: Limit, key: &str) -> u64 {
        let Some((_, local)) = self.0.local.iter().find(|(name, _)| *name == limit.name) else { return 0 };
        match local.check_key(&key.to_owned()) {
            Ok(()) => 0,
            Err(until) => until.wait_time_from(DefaultClock::default().now()).as_millis().max(1) as u64,
        }
    }
}
