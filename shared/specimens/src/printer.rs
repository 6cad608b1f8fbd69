//! HTML becomes a PDF, a PDF becomes pictures.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};
use image::RgbImage;

/// Seconds after which Chromium is taken to hang: it then gets one more try.
const PATIENCE_S: &str = "60";

/// Prints a page of HTML as a PDF with a text layer.
///
/// # Errors
/// If Chromium is not there, or printed nothing twice.
pub fn print(html: &str, folder: &Path) -> anyhow::Result<PathBuf> {
    let (page, pdf) = (folder.join("page.html"), folder.join("page.pdf"));
    std::fs::write(&page, html)?;
    for attempt in 0..2 {
        // A profile of its own: browsers that share one wait for each other.
        if chromium(&page, &pdf, &folder.join(format!("profile{attempt}")))? && pdf.exists() {
            forget_the_time(&pdf)?;
            return Ok(pdf);
        }
    }
    anyhow::bail!("chromium printed nothing")
}

fn chromium(page: &Path, pdf: &Path, profile: &Path) -> anyhow::Result<bool> {
    let status = Command::new("timeout")
        .args(["--kill-after=5", PATIENCE_S, "chromium"])
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
        ])
        .args(["--disable-component-update", "--disable-sync", "--disable-quic", "--no-pdf-header-footer"])
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(format!("--print-to-pdf={}", pdf.display()))
        .arg(format!("file://{}", page.display()))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .context("chromium is needed to print papers")?;
    Ok(status.success())
}

/// Writes one date over those of the print, in as many bytes: the same seed makes the same file.
fn forget_the_time(pdf: &Path) -> anyhow::Result<()> {
    let mut bytes = std::fs::read(pdf)?;
    for key in [&b"/CreationDate (D:"[..], b"/ModDate (D:"] {
        let found = bytes.windows(key.len()).rposition(|window| window == key);
        if let Some(date) = found.and_then(|at| bytes.get_mut(at + key.len()..at + key.len() + 14)) {
            date.copy_from_slice(b"20240101120000");
        }
    }
    Ok(std::fs::write(pdf, bytes)?)
}

/// Draws the pages of a PDF as pictures, in order.
///
/// # Errors
/// If poppler is not there or could not read the PDF.
pub fn draw(pdf: &Path, dpi: u32, folder: &Path) -> anyhow::Result<Vec<RgbImage>> {
    // PPM, because packing PNG takes ten times as long as drawing.
    let status = Command::new("pdftoppm")
        .args(["-r", &dpi.to_string()])
        .arg(pdf)
        .arg(folder.join("drawn"))
        // It warns of fonts that it draws all the same.
        .stderr(Stdio::null())
        .status()
        .context("pdftoppm is needed to draw papers")?;
    ensure!(status.success(), "pdftoppm drew nothing");
    let mut pages: Vec<PathBuf> = std::fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "ppm"))
        .collect();
    pages.sort();
    pages.iter().map(|page| unpacked(&std::fs::read(page)?).context("a PPM that poppler spoilt")).collect()
}

/// A picture from a binary PPM with one byte a colour, as poppler writes it: no comments.
fn unpacked(ppm: &[u8]) -> Option<RgbImage> {
    let mut words = ppm.splitn(5, u8::is_ascii_whitespace);
    let mut number = || std::str::from_utf8(words.next()?).ok()?.parse::<u32>().ok();
    if !ppm.starts_with(b"P6") {
        return None;
    }
    let (_, width, height, _) = (number(), number()?, number()?, number()?);
    RgbImage::from_raw(width, height, words.next()?.to_vec())
}

/// The words of the first page.
///
/// # Errors
/// If poppler is not there or could not read the PDF.
pub fn first_page_text(pdf: &Path) -> anyhow::Result<String> {
    let output = Command::new("pdftotext")
        .args(["-l", "1", "-raw"])
        .arg(pdf)
        .arg("-")
        .output()
        .context("pdftotext is needed to know which page says what")?;
    ensure!(output.status.success(), "pdftotext read nothing");
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The first page's width and height in millimetres.
///
/// # Errors
/// If poppler is not there or could not read the PDF.
pub fn size_mm(pdf: &Path) -> anyhow::Result<(f32, f32)> {
    let output = Command::new("pdfinfo").arg(pdf).output().context("pdfinfo is needed to size papers")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line =
        text.lines().find_map(|line| line.strip_prefix("Page size:")).context("a PDF without a size")?;
    let mut points = line.split_whitespace().filter_map(|word| word.parse::<f32>().ok());
    let mut next = || points.next().map(|points| points * 25.4 / 72.0);
    Ok((next().context("a page without a width")?, next().context("a page without a height")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ppm_is_read_even_if_its_pixels_look_like_spaces() {
        let read = unpacked(b"P6\n2 1\n255\n \n\tabc").expect("a picture");
        assert_eq!((read.width(), read.height(), read.get_pixel(0, 0).0), (2, 1, [b' ', b'\n', b'\t']));
        assert!(unpacked(b"P6\n2 2\n255\nabc").is_none());
    }
}
