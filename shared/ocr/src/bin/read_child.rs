//! The reading child alone, as the worker serves it under `read-child`.

use domain::reading::ReadPage;

fn main() -> std::io::Result<()> {
    ocr::serve(legibility)
}

/// Characters in words that were read with some confidence.
fn legibility(page: &ReadPage) -> f32 {
    let sure = page.words.iter().filter(|word| word.confidence >= 0.6);
    sure.map(|word| word.confidence * word.text.chars().filter(|c| c.is_alphanumeric()).count() as f32).sum()
}
