//! The warm reading children of this worker, one for each paper that is being read.

use std::sync::{Arc, Mutex, PoisonError};

use ocr::{ChildReader, Limits};

use crate::reading::child_reader;

/// A pool of readers; cheap to clone.
#[derive(Clone)]
pub struct Readers {
    idle: Arc<Mutex<Vec<ChildReader>>>,
    limits: Limits,
}

/// A reader that goes back to its pool when dropped.
pub struct Slot {
    reader: Option<ChildReader>,
    idle: Arc<Mutex<Vec<ChildReader>>>,
}

impl Readers {
    /// An empty pool; children are started when first needed.
    pub fn new(limits: Limits) -> Self {
        Self { idle: Arc::default(), limits }
    }

    /// A warm reader if one is idle, else a new one.
    pub fn take(&self) -> Slot {
        let warm = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let reader = warm.unwrap_or_else(|| {
            child_reader(self.limits.clone()).expect("the path of this program was known when it started")
        });
        Slot { reader: Some(reader), idle: Arc::clone(&self.idle) }
    }

    /// The limits that a reader lives under.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Starts `count` children before the first paper comes.
    pub async fn warm_up(&self, count: usize) {
        let mut slots: Vec<Slot> = (0..count).map(|_| self.take()).collect();
        for slot in &mut slots {
            if let Err(error) = slot.reader().warm_up().await {
                tracing::warn!(%error, "a reading child could not be started yet");
            }
        }
    }
}

impl Slot {
    /// The reader.
    pub fn reader(&mut self) -> &mut ChildReader {
        self.reader.as_mut().expect("the reader leaves only when the slot is dropped")
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if let Some(reader) = self.reader.take() {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(reader);
        }
    }
}
