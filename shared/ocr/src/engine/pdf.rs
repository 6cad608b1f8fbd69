//! PDF files, through poppler's tools.

use std::ffi::OsStr;
use std::path::Path;

use domain::document::FailureReason;
use domain::reading::ReadPage;

use super::{Failure, text_layer, tool};
use crate::limits::Limits;
use crate::native::Gray;

/// What scanners and Tesseract call a good resolution.
const DPI: f32 = 300.0;
/// Points in an inch.
const POINTS: f32 = 72.0;
/// A page that would need less than this to stay under the pixel limit is no paper.
const MIN_DPI: f32 = 72.0;
/// Most bytes of an attached invoice.
const MAX_XML: usize = 4 << 20;

/// What a PDF says about itself.
pub(super) struct Info {
    pub(super) pages: u32,
}

/// Looks at the file without reading pages.
pub(super) fn inspect(path: &Path, limits: &Limits) -> Result<Info, Failure> {
    let said = tool::run("pdfinfo", [path.as_os_str()], limits.page_cpu_seconds)?;
    if !said.success {
        let locked = said.errors.contains("Incorrect password");
        let reason = if locked { FailureReason::PasswordProtected } else { FailureReason::Damaged };
        return Err(Failure::Verdict(reason));
    }
    let text = String::from_utf8_lossy(&said.output);
    let pages = text.lines().find_map(|line| line.strip_prefix("Pages:")?.trim().parse().ok());
    match pages {
        None | Some(0) => Err(Failure::damaged()),
        Some(pages) if pages > limits.max_pages => Err(Failure::Verdict(FailureReason::TooManyPages)),
        Some(pages) => Ok(Info { pages }),
    }
}

/// The words that the file carries, page by page.
pub(super) fn text_layers(path: &Path, pages: u32, limits: &Limits) -> Result<Vec<ReadPage>, Failure> {
    let last = pages.to_string();
    let arguments = ["-bbox-layout", "-l", &last].map(OsStr::new).into_iter();
    let said =
        tool::run("pdftotext", arguments.chain([path.as_os_str(), "-".as_ref()]), limits.page_cpu_seconds)?;
    if !said.success {
        return Err(Failure::damaged());
    }
    Ok(text_layer::parse(&String::from_utf8_lossy(&said.output)))
}

/// One page as a picture, at 300 dpi or as near as the pixel limit allows.
pub(super) fn rasterise(path: &Path, number: u32, limits: &Limits) -> Result<Gray, Failure> {
    let dpi = resolution(page_size(path, number, limits)?, limits.max_pixels)?.to_string();
    let number = number.to_string();
    let arguments = ["-gray", "-r", &dpi, "-f", &number, "-l", &number].map(OsStr::new).into_iter();
    let said = tool::run("pdftoppm", arguments.chain([path.as_os_str()]), limits.page_cpu_seconds)?;
    from_pgm(&said.output).ok_or_else(Failure::damaged)
}

/// The invoice in XML that travels inside (Factur-X, ZUGFeRD, XRechnung).
pub(super) fn attached_xml(path: &Path, limits: &Limits) -> Result<Option<String>, Failure> {
    let list = tool::run("pdfdetach", ["-list".as_ref(), path.as_os_str()], limits.page_cpu_seconds)?;
    let list = String::from_utf8_lossy(&list.output).into_owned();
    let Some(number) = list.lines().find_map(xml_number) else { return Ok(None) };
    let folder = tempfile::tempdir()?;
    let target = folder.path().join("attached.xml");
    let arguments = ["-save", number, "-o"].map(OsStr::new).into_iter();
    let arguments = arguments.chain([target.as_os_str(), path.as_os_str()]);
    let said = tool::run("pdfdetach", arguments, limits.page_cpu_seconds)?;
    let Ok(bytes) = std::fs::read(&target) else { return Ok(None) };
    let usable = said.success && bytes.len() <= MAX_XML;
    Ok(usable.then(|| String::from_utf8_lossy(&bytes).into_owned()))
}

/// The number in a line such as `1: factur-x.xml`.
fn xml_number(line: &str) -> Option<&str> {
    let (number, name) = line.split_once(": ")?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && name.trim().to_lowercase().ends_with(".xml")).then_some(number)
}

fn page_size(path: &Path, number: u32, limits: &Limits) -> Result<(f32, f32), Failure> {
    let number = number.to_string();
    let arguments = ["-f", &number, "-l", &number].map(OsStr::new).into_iter();
    let said = tool::run("pdfinfo", arguments.chain([path.as_os_str()]), limits.page_cpu_seconds)?;
    let text = String::from_utf8_lossy(&said.output);
    text.lines().find_map(size_in).ok_or_else(Failure::damaged)
}

/// The size in a line such as `Page    1 size:  595.28 x 841.89 pts (A4)`.
fn size_in(line: &str) -> Option<(f32, f32)> {
    let (_, size) = line.strip_prefix("Page")?.split_once("size:")?;
    let mut words = size.split_whitespace();
    let width = words.next()?.parse().ok()?;
    let height = words.nth(1)?.parse().ok()?;
    Some((width, height))
}

fn resolution((width, height): (f32, f32), max_pixels: u64) -> Result<f32, Failure> {
    let square_inches = f64::from(width) * f64::from(height) / f64::from(POINTS * POINTS);
    let most = (max_pixels as f64 / square_inches).sqrt() as f32;
    if most < MIN_DPI {
        return Err(Failure::Verdict(FailureReason::TooLarge));
    }
    Ok(DPI.min(most.floor()))
}

/// A binary grey map: `P5`, width, height and 255 as words, one blank, the pixels.
fn from_pgm(bytes: &[u8]) -> Option<Gray> {
    let mut rest = bytes;
    let mut words = [""; 4];
    for word in &mut words {
        let end = rest.iter().position(u8::is_ascii_whitespace)?;
        *word = std::str::from_utf8(&rest[..end]).ok()?;
        rest = &rest[end + 1..];
    }
    let [magic, width, height, depth] = words;
    let (width, height): (u32, u32) = (width.parse().ok()?, height.parse().ok()?);
    let pixels = rest.get(..width as usize * height as usize)?;
    (magic == "P5" && depth == "255").then(|| Gray::from_bytes(width, height, pixels))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_too_wide_for_300_dpi_is_drawn_coarser_and_a_wall_not_at_all() {
        assert!((resolution((595.0, 842.0), 40_000_000).unwrap() - 300.0).abs() < f32::EPSILON);
        let poster = resolution((2384.0, 3370.0), 40_000_000).unwrap();
        assert!(poster > 150.0 && poster < 170.0, "{poster}");
        assert!(resolution((14_400.0, 14_400.0), 40_000_000).is_err());
    }

    #[test]
    fn sizes_and_attachments_are_found_in_what_the_tools_say() {
        assert_eq!(size_in("Page    1 size:  595.28 x 841.89 pts (A4)"), Some((595.28, 841.89)));
        assert_eq!(size_in("Page    1 rot:   0"), None);
        assert_eq!(xml_number("1: factur-x.xml"), Some("1"));
        assert_eq!(xml_number("2: photo.png"), None);
        assert_eq!(xml_number("1 embedded files"), None);
    }
}
