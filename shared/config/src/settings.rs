//! All settings together, and the one place that looks into the environment.

use crate::{
    ConfigError, DatabaseSettings, Environment, FilesSettings, HttpSettings, KeySettings, MailSettings,
    OpsSettings, Reader, RedisSettings, Section, StripeSettings, TelemetrySettings, WorkerSettings,
};

/// Everything that can be set, checked.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the product runs.
    pub environment: Environment,
    /// PostgreSQL.
    pub database: DatabaseSettings,
    /// Redis.
    pub redis: RedisSettings,
    /// The public HTTP side.
    pub http: HttpSettings,
    /// The operations port.
    pub ops: OpsSettings,
    /// Keyrings.
    pub keys: KeySettings,
    /// Letters.
    pub mail: MailSettings,
    /// Document storage.
    pub files: FilesSettings,
    /// The job consumer.
    pub worker: WorkerSettings,
    /// Stripe.
    pub stripe: StripeSettings,
    /// Logs, traces and metrics.
    pub telemetry: TelemetrySettings,
}

impl Settings {
    /// All settings from the environment of the process.
    ///
    /// # Errors
    /// Names every missing or unusable setting.
    pub fn from_env() -> Result<Self, ConfigError> {
        load()
    }

    /// All settings from `lookup`, for tests.
    ///
    /// # Errors
    /// Names every missing or unusable setting.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        load_from(&lookup)
    }
}

impl Section for Settings {
    fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            environment: Environment::read(reader),
            database: DatabaseSettings::read(reader),
            redis: RedisSettings::read(reader),
            http: HttpSettings::read(reader),
            ops: OpsSettings::read(reader),
            keys: KeySettings::read(reader),
            mail: MailSettings::read(reader),
            files: FilesSettings::read(reader),
            worker: WorkerSettings::read(reader),
            stripe: StripeSettings::read(reader),
            telemetry: TelemetrySettings::read(reader),
        }
    }
}

/// One section from the environment, for a command that needs no more: `load::<DatabaseSettings>()`.
///
/// # Errors
/// Names every missing or unusable setting of that section.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
pub fn load<T: Section>() -> Result<T, ConfigError> {
    load_from(&|name| std::env::var(name).ok())
}

/// One section from `lookup`, for tests.
///
/// # Errors
/// Names every missing or unusable setting of that section.
pub fn load_from<T: Section>(lookup: &dyn Fn(&str) -> Option<String>) -> Result<T, ConfigError> {
    let mut reader = Reader::new(lookup);
    let value = T::read(&mut reader);
    reader.finish(value)
}
