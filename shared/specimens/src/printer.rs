//! HTML becomes a PDF, a PDF becomes pictures.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};

/// Prints a page of HTML as a PDF with a text layer.
pub fn print(html: &str, folder: &Path) -> anyhow::Result<PathBuf> {
    let (page, pdf) = (folder.join("page.html"), folder.join("page.pdf"));
    std::fs::write(&page, html)?;
    let profile = folder.join("profile");
    let status = Command::new("chromium")
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
    ensure!(status.success() && pdf.exists(), "chromium printed nothing");
    Ok(pdf)
}

/// Draws the pages of a PDF as pictures, in order.
pub fn draw(pdf: &Path, dpi: u32, folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let status = Command::new("pdftoppm")
        .args(["-png", "-r", &dpi.to_string()])
        .arg(pdf)
        .arg(folder.join("drawn"))
        .status()
        .context("pdftoppm is needed to draw papers")?;
    ensure!(status.success(), "pdftoppm drew nothing");
    let mut pages: Vec<PathBuf> = std::fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("drawn")))
        .collect();
    pages.sort();
    Ok(pages)
}
