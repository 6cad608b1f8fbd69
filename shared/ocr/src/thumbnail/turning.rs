//! How the first page was turned to be read, for drawing it the same way.

use async_trait::async_trait;
use domain::reading::{BBox, Reading, Zone, ZoneReading};

use crate::reader::{Paper, Progress, ReadError, Reader, Usage};

/// A reader that remembers how the first page was turned to be read.
pub struct Turning<'a> {
    reader: &'a mut dyn Reader,
    /// Degrees clockwise.
    pub turn: u16,
}

impl<'a> Turning<'a> {
    /// `reader`, which has read nothing yet.
    pub fn new(reader: &'a mut dyn Reader) -> Self {
        Self { reader, turn: 0 }
    }
}

#[async_trait]
impl Reader for Turning<'_> {
    async fn read(
        &mut self,
        paper: Paper<'_>,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Reading, ReadError> {
        let reading = self.reader.read(paper, progress).await?;
        self.turn = reading.pages.first().map_or(0, |page| page.rotation);
        Ok(reading)
    }

    async fn read_zones(&mut self, zones: &[Zone]) -> Result<Vec<ZoneReading>, ReadError> {
        self.reader.read_zones(zones).await
    }

    async fn read_again(&mut self) -> Result<Option<Reading>, ReadError> {
        self.reader.read_again().await
    }

    fn place(&self, page: u32, bbox: BBox) -> BBox {
        self.reader.place(page, bbox)
    }

    fn usage(&self) -> Usage {
        self.reader.usage()
    }
}
