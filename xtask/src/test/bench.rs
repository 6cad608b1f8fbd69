//! How fast it is, each figure beside a limit measured in the same run.

use anyhow::Result;

use super::{cargo::Cargo, database, step::Outcome};
use crate::{checkout::Checkout, services::Services};

/// The papers that are read.
const PAPERS: &str = "shared/testkit/specimens";

/// Prints how soon jobs begin, how many go through in a second, how fast papers are read, and whether answers tell who has an account. Builds first, so that nothing else runs beside it.
pub async fn run(checkout: &Checkout, services: &Services) -> Result<Outcome> {
    let url = database::migrated(checkout, services, "bench").await?;
    let cargo = Cargo::new(checkout)
        .with("DATABASE_URL", &url)
        .with("REDIS_URL", &services.redis_url())
        .with("OMP_THREAD_LIMIT", "1");
    let steps: [&[&str]; 8] = [
        &["build", "--locked", "-p", "queue", "--example", "latency"],
        &["build", "--locked", "-p", "worker"],
        &["build", "--locked", "-p", "api", "--example", "timing"],
        &["build", "--locked", "--release", "-p", "queue", "--example", "throughput"],
        &["run", "--locked", "-q", "-p", "queue", "--example", "latency"],
        &["run", "--locked", "-q", "--release", "-p", "queue", "--example", "throughput"],
        &["run", "--locked", "-q", "-p", "worker", "--", "bench", PAPERS],
        &["run", "--locked", "-q", "-p", "api", "--example", "timing"],
    ];
    for step in steps {
        match cargo.run(step).await? {
            Outcome::Good => {}
            bad => return Ok(bad),
        }
    }
    Ok(Outcome::Good)
}
