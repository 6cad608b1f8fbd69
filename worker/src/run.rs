//! Taking jobs from the queues.

use anyhow::bail;
use clap::Args;

/// Which jobs this worker takes.
#[derive(Debug, Args)]
pub struct RunArguments {
    /// Queues to take jobs from; all when not given.
    #[arg(long, value_delimiter = ',')]
    queues: Vec<String>,
    /// Jobs at once for a queue, such as `ocr=2`.
    #[arg(long, value_delimiter = ',')]
    concurrency: Vec<String>,
}

/// Takes jobs until asked to stop.
pub async fn run(arguments: RunArguments) -> anyhow::Result<()> {
    bail!("DATABASE_URL and REDIS_URL are not configured: no queue to take jobs from ({arguments:?})")
}
