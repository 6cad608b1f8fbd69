//! A PostgreSQL and a Redis of our own, on unix sockets; nothing of the user's own servers is touched.

mod account;
mod postgres;
mod redis;

use std::{fs, path::PathBuf, time::Duration};

use anyhow::{Context as _, Result, bail};
use tokio::time::{Instant, sleep};

use crate::{
    checkout::{Checkout, private_folder},
    supervisor::Supervisor,
};

pub use account::Account;

/// How long a service may take to answer after its start; recovery after a crash included.
const PATIENCE: Duration = Duration::from_mins(1);

/// What the services are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Kept from one start to the next, and safe against a power cut.
    Development,
    /// Thrown away afterwards, so nothing waits for the disk.
    Test,
}

/// A running PostgreSQL and Redis.
#[derive(Debug)]
pub struct Services {
    supervisor: Supervisor,
    purpose: Purpose,
    folders: [PathBuf; 3],
    postgres: postgres::Postgres,
    redis: redis::Redis,
}

impl Services {
    /// Both, not yet started.
    pub fn new(checkout: &Checkout, purpose: Purpose) -> Result<Self> {
        let (data, run) = match purpose {
            Purpose::Development => (checkout.dev().join("data"), "run"),
            Purpose::Test => (checkout.dev().join("test"), "test-run"),
        };
        if purpose == Purpose::Test {
            remove(&data)?;
        }
        private_folder(&data)?;
        fs::create_dir_all(checkout.log())?;
        let run = checkout.socket_folder(run)?;
        let account = Account::for_postgres();
        let postgres = postgres::Postgres::new(checkout, purpose, account, &data, &run)?;
        let redis = redis::Redis::new(checkout, purpose, &data, &run)?;

        let folders = [data, run, postgres.folder()];
        Ok(Self { supervisor: Supervisor::default(), purpose, folders, postgres, redis })
    }

    /// Starts both and waits until they answer. Whatever comes of it, [`Services::stop`] ends what was started.
    pub async fn start(&mut self) -> Result<()> {
        self.postgres.prepare().await?;
        self.supervisor.keep(self.postgres.recipe()?)?;
        self.supervisor.keep(self.redis.recipe()?)?;
        until_ready("PostgreSQL", &self.postgres.log(), async || self.postgres.is_ready().await).await?;
        until_ready("Redis", &self.redis.log(), async || self.redis.is_ready().await).await
    }

    /// Creates the database when it is not there yet.
    pub async fn create_database(&self, name: &str) -> Result<()> {
        self.postgres.create_database(name).await
    }

    /// The address of a database, for sqlx and psql alike.
    pub fn database_url(&self, name: &str) -> String {
        self.postgres.url(name)
    }

    /// The address of Redis.
    pub fn redis_url(&self) -> String {
        self.redis.url()
    }

    /// Ends both; what was for tests is deleted.
    pub async fn stop(mut self) {
        self.supervisor.stop().await;
        self.postgres.remove_sockets();
        self.redis.remove_socket();
        if self.purpose == Purpose::Test {
            for folder in &self.folders {
                let _ = remove(folder);
            }
        }
    }
}

/// Deletes a folder; one that is not there is fine.
pub fn remove(folder: &PathBuf) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot delete {}", folder.display()))
        }
        _ => Ok(()),
    }
}

async fn until_ready(what: &str, log: &std::path::Path, is_ready: impl AsyncFn() -> bool) -> Result<()> {
    let started = Instant::now();
    while !is_ready().await {
        if started.elapsed() > PATIENCE {
            bail!("{what} does not answer after {} s; log: {}", PATIENCE.as_secs(), log.display());
        }
        sleep(Duration::from_millis(25)).await;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{path::Path, process::Command};

    use super::*;

    fn scratch(name: &str) -> Checkout {
        let root = std::env::temp_dir().join(format!("at-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(&root).unwrap();
        Checkout::at(&root)
    }

    async fn started(checkout: &Checkout, purpose: Purpose) -> Services {
        let mut services = Services::new(checkout, purpose).unwrap();
        services.start().await.unwrap();
        services
    }

    fn ask(url: &str, sql: &str) -> String {
        let psql = crate::process::find("psql").expect("PostgreSQL is installed");
        let output = Command::new(psql).args([url, "-X", "-q", "-A", "-t", "-c", sql]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Where namespaces are forbidden, PostgreSQL's data lies outside.
    fn forget(checkout: &Checkout) {
        remove(&checkout.root().to_path_buf()).unwrap();
        let _ = remove(&checkout.outside_folder("postgres"));
    }

    fn sockets(folder: &Path) -> Vec<PathBuf> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
    }

    #[tokio::test]
    async fn development_data_survives_a_restart_and_no_socket_does() {
        let checkout = scratch("keep");
        let first = started(&checkout, Purpose::Development).await;
        first.create_database("autotrack").await.unwrap();
        let url = first.database_url("autotrack");
        ask(&url, "create table kept as select 'Léon' as name");
        first.stop().await;
        assert_eq!(sockets(&checkout.dev().join("run")), Vec::<PathBuf>::new());

        let second = started(&checkout, Purpose::Development).await;
        second.create_database("autotrack").await.unwrap();
        assert_eq!(ask(&url, "select upper(name) from kept"), "LÉON");
        assert_eq!(ask(&url, "show fsync"), "on");
        second.stop().await;
        forget(&checkout);
    }

    #[tokio::test]
    async fn test_services_run_beside_development_and_leave_nothing() {
        let checkout = scratch("both");
        let dev = started(&checkout, Purpose::Development).await;
        let test = started(&checkout, Purpose::Test).await;
        assert_ne!(dev.redis_url(), test.redis_url());
        assert_eq!(
            ask(&test.database_url("postgres"), "select rolsuper from pg_roles where rolname = current_user"),
            "t"
        );
        assert_eq!(ask(&test.database_url("postgres"), "show fsync"), "off");
        test.stop().await;
        assert!(!checkout.dev().join("test").exists());
        assert_eq!(ask(&dev.database_url("postgres"), "select 1"), "1", "development was left alone");
        dev.stop().await;
        forget(&checkout);
    }
}
