//! The reading child on real papers and on hostile ones.

mod hostile;
mod limits;
mod made;
mod specimens;

use std::path::PathBuf;

use ocr::{ChildReader, Limits, Paper, ReadError, Reader as _};

/// A reader with the crate's own child.
fn reader(limits: Limits) -> ChildReader {
    ChildReader::new(env!("CARGO_BIN_EXE_ocr-read-child"), &[], limits)
}

/// What happens to these bytes.
async fn read(bytes: &[u8]) -> Result<domain::reading::Reading, ReadError> {
    reader(Limits::default()).read(Paper::Bytes(bytes), &mut |_| {}).await
}

/// A specimen of the repository.
fn specimen(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../testkit/specimens").join(name)
}

/// All words of a reading, apart by blanks.
fn text(reading: &domain::reading::Reading) -> String {
    let words = reading.pages.iter().flat_map(|page| &page.words);
    words.map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
}
