//! How often somebody may try: GCRA in Redis, counted for all servers together; in the process while Redis is down.

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
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
/// Copies of an account, per user: each reads and packs everything, so three at once, then one every 8 h.
pub const EXPORTS_PER_USER: Limit = Limit::new("export", 3, Duration::from_hours(8));
/// Archives of papers, per user: each keeps the store busy, so five at once, then one every 2 min.
pub const ARCHIVES_PER_USER: Limit = Limit::new("archive", 5, Duration::from_mins(2));
/// Notes to oneself, per user: 20 at once, then one every 30 s.
pub const NOTES_PER_USER: Limit = Limit::new("note", 20, Duration::from_secs(30));
/// Everything else, per address.
pub const ALL_PER_ADDRESS: Limit = Limit::new("all", 600, Duration::from_millis(50));

/// Returns the milliseconds to wait (0 when let through), how many more may come at once, and the milliseconds until all
/// may again. Redis' own clock decides.
const GCRA: &str = r"
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local burst, period = tonumber(ARGV[1]), tonumber(ARGV[2])
local arrival = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
local wait = arrival + period - burst * period - now
if wait > 0 then return {wait, 0, arrival - now} end
arrival = arrival + period
redis.call('SET', KEYS[1], arrival, 'PX', math.ceil(arrival - now))
return {0, math.floor((burst * period - (arrival - now)) / period), arrival - now}";

/// What is left of a limit after a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// How many may come at once.
    pub limit: u32,
    /// How many more may come now.
    pub remaining: u64,
    /// Seconds until all may come again.
    pub reset_s: u64,
    /// Milliseconds to wait; 0 when the try was let through.
    pub wait_ms: u64,
}

impl Left {
    /// Nothing, unless the try has to wait.
    ///
    /// # Errors
    /// 429 with `Retry-After`.
    pub fn allow(self) -> Result<(), ApiError> {
        if self.wait_ms == 0 { Ok(()) } else { Err(ApiError::too_many(self.wait_ms.div_ceil(1000))) }
    }
}

/// Counts in the process, and knows what is left.
type Local = RateLimiter<String, DefaultKeyedStateStore<String>, DefaultClock, StateInformationMiddleware>;

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
    local: Vec<(&'static str, Local)>,
}

impl Limiter {
    /// A limiter on a Redis, by its address and the namespace of keys; limits per address are loosened by `factor`.
    pub fn new((redis_url, namespace): (&str, &str), factor: u32) -> Self {
        let quota = |limit: Limit| {
            let quota =
                Quota::with_period(limit.period).expect("periods are not zero").allow_burst(limit.burst);
            (limit.name, RateLimiter::keyed(quota).with_middleware())
        };
        let local = vec![
            quota(AUTH_PER_ADDRESS.loosened(factor)),
            quota(AUTH_PER_ACCOUNT),
            quota(REFRESH_PER_ADDRESS.loosened(factor)),
            quota(UPLOADS_PER_USER),
            quota(TRIALS_PER_USER),
            quota(EXPORTS_PER_USER),
            quota(NOTES_PER_USER),
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

    /// Counts a try from an address, and says what is left.
    pub async fn address(&self, limit: Limit, prefix: &str) -> Left {
        self.check(limit.loosened(self.0.factor), prefix).await
    }

    /// Lets a try on an account through, or says when to come back.
    ///
    /// # Errors
    /// 429 with `Retry-After`.
    pub async fn account(&self, limit: Limit, account: &str) -> Result<(), ApiError> {
        self.check(limit, account).await.allow()
    }

    async fn check(&self, limit: Limit, key: &str) -> Left {
        let asked = self.ask_redis_in_time(limit, key).await;
        let (wait_ms, remaining, reset_ms) = asked.unwrap_or_else(|| self.ask_process(limit, key));
        Left { limit: limit.burst.get(), remaining, reset_s: reset_ms.div_ceil(1000), wait_ms }
    }

    /// Redis' word; nothing when it fails, is slow, or did so just now.
    async fn ask_redis_in_time(&self, limit: Limit, key: &str) -> Option<(u64, u64, u64)> {
        let away = || self.0.away.lock().unwrap_or_else(PoisonError::into_inner);
        if away().is_some_and(|until| Instant::now() < until) {
            return None;
        }
        match tokio::time::timeout(PATIENCE, self.ask_redis(limit, key)).await {
            Ok(Ok(left)) => return Some(left),
            Ok(Err(error)) => warn!(%error, "limits are counted in the process: Redis failed"),
            Err(_) => warn!("limits are counted in the process: Redis is slow"),
        }
        *away() = Some(Instant::now() + PAUSE);
        None
    }

    async fn ask_redis(&self, limit: Limit, key: &str) -> Result<(u64, u64, u64), redis::RedisError> {
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

    fn ask_process(&self, limit: Limit, key: &str) -> (u64, u64, u64) {
        let Some((_, local)) = self.0.local.iter().find(|(name, _)| *name == limit.name) else {
            return (0, limit.burst.get().into(), 0);
        };
        let period_ms = limit.period.as_millis() as u64;
        match local.check_key(&key.to_owned()) {
            Ok(state) => {
                let remaining = u64::from(state.remaining_burst_capacity());
                (0, remaining, u64::from(limit.burst.get()).saturating_sub(remaining) * period_ms)
            }
            Err(until) => {
                let wait = until.wait_time_from(DefaultClock::default().now()).as_millis().max(1) as u64;
                (wait, 0, u64::from(limit.burst.get()) * period_ms)
            }
        }
    }
}
