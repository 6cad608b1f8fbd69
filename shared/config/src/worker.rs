//! The job consumer.

use std::{collections::BTreeMap, num::NonZero, thread::available_parallelism, time::Duration};

use domain::job::Queue;

use crate::{Reader, Section};

/// More would run into the limit of the job, which tells nobody what was wrong with the paper.
const LONGEST_PAPER: Duration = Duration::from_mins(9);

/// Which jobs a worker takes, how many at once, and the limits of reading.
#[derive(Debug, Clone)]
pub struct WorkerSettings {
    /// The queues this process serves.
    pub queues: Vec<Queue>,
    /// Jobs at once where it differs from [`WorkerSettings::concurrency`]'s defaults, by queue word.
    concurrency: BTreeMap<&'static str, usize>,
    /// Limits of the process that reads pages.
    pub ocr: OcrLimits,
    /// Longest wait for running jobs at shutdown; longer than the longest job.
    pub drain_grace: Duration,
}

/// Limits of the process that reads pages.
#[derive(Debug, Clone)]
pub struct OcrLimits {
    /// Most processor time for one page.
    pub page_timeout: Duration,
    /// Longest time for one paper; ends before its job's own limit does.
    pub paper_timeout: Duration,
    /// Most memory of a reading process, in bytes.
    pub memory_bytes: u64,
    /// Pages after which a reading process is replaced.
    pub pages_per_child: u32,
}

impl WorkerSettings {
    /// Jobs of `queue` that run at once in this process.
    pub fn concurrency(&self, queue: Queue) -> usize {
        self.concurrency.get(queue.as_str()).copied().unwrap_or_else(|| default_concurrency(queue))
    }

    /// Takes the queues from a list such as `ocr,mail`.
    ///
    /// # Errors
    /// Says which words are allowed.
    pub fn set_queues(&mut self, list: &str) -> Result<(), String> {
        self.queues = list.split(',').map(|word| queue(word.trim())).collect::<Result<_, _>>()?;
        self.queues.sort_by_key(|queue| queue.as_str());
        self.queues.dedup();
        Ok(())
    }

    /// Takes jobs at once from a list such as `ocr=2,mail=8`; queues that are not named keep theirs.
    ///
    /// # Errors
    /// Says what the list should look like.
    pub fn set_concurrency(&mut self, list: &str) -> Result<(), String> {
        for part in list.split(',') {
            let (word, number) = part.split_once('=').ok_or("set queue=number, separated by commas")?;
            let number: NonZero<u16> = number
                .trim()
                .parse()
                .map_err(|_| format!("set a whole number from 1 for {}", word.trim()))?;
            self.concurrency.insert(queue(word.trim())?.as_str(), usize::from(number.get()));
        }
        Ok(())
    }
}

fn queue(word: &str) -> Result<Queue, String> {
    Queue::from_word(word).ok_or_else(|| {
        let words: Vec<_> = Queue::ALL.iter().map(|queue| queue.as_str()).collect();
        format!("knows no such queue; choose from {}", words.join(", "))
    })
}

/// Reading takes a core for itself; everything else mostly waits for others.
fn default_concurrency(queue: Queue) -> usize {
    match queue {
        Queue::Ocr => available_parallelism().map_or(1, NonZero::get),
        Queue::Billing => 2,
        Queue::MailUrgent | Queue::Mail | Queue::Default => 4,
    }
}

impl Section for WorkerSettings {
    fn read(reader: &mut Reader<'_>) -> Self {
        let grace = if reader.is_production() { 660 } else { 10 };
        let ocr = OcrLimits {
            page_timeout: reader.seconds("AUTOTRACK_OCR_PAGE_SECONDS", 10),
            paper_timeout: reader.seconds("AUTOTRACK_OCR_PAPER_SECONDS", 540).min(LONGEST_PAPER),
            memory_bytes: reader.at_least("AUTOTRACK_OCR_MEMORY_MB", 256, 1024) * 1024 * 1024,
            pages_per_child: reader.at_least("AUTOTRACK_OCR_PAGES_PER_CHILD", 1, 300) as u32,
        };
        let drain_grace = reader.seconds("AUTOTRACK_WORKER_DRAIN_SECONDS", grace);
        let mut worker = Self { queues: Queue::ALL.to_vec(), concurrency: BTreeMap::new(), ocr, drain_grace };
        choose(reader, "AUTOTRACK_WORKER_QUEUES", |list| worker.set_queues(list));
        choose(reader, "AUTOTRACK_WORKER_CONCURRENCY", |list| worker.set_concurrency(list));
        worker
    }
}

fn choose(reader: &mut Reader<'_>, name: &'static str, mut set: impl FnMut(&str) -> Result<(), String>) {
    if let Some(list) = reader.text(name)
        && let Err(advice) = set(&list)
    {
        reader.problem(name, advice);
    }
}
