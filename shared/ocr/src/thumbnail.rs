//! Small pictures of a paper's first page, drawn by a child process of their own: files of strangers are unpacked there.

mod turning;

use std::fs::File;
use std::io::{self, BufReader, Write as _};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use domain::document::THUMBNAIL_SIZES;
use image::{DynamicImage, ImageFormat};
use tokio::process::Command;
use tokio::time::timeout;

use crate::engine::kind::{self, Kind};
use crate::engine::{Failure, picture, tool};
use crate::limits::{self, Limits};
use crate::native;
use crate::reader::ReadError;

pub use turning::Turning;

/// Longest that drawing may take, on a busy machine too.
const PATIENCE: Duration = Duration::from_mins(1);

/// A small picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// Pixels of its longer side; fewer when the page itself has fewer.
    pub size: i16,
    /// The picture, as WebP.
    pub webp: Vec<u8>,
}

/// The first page of the paper in `file` in every size, turned as its Exif says and then clockwise by `turn` degrees, drawn by
/// `program`, which calls [`serve`] when its first argument is `draw-child`.
///
/// # Errors
/// When the page cannot be drawn, by the paper's fault or by ours; there is no picture then, and no more harm done.
pub async fn draw(program: &Path, file: &Path, turn: u16, limits: &Limits) -> Result<Vec<Drawn>, ReadError> {
    let limits = serde_json::to_string(limits).map_err(crashed)?;
    let child = Command::new(program)
        .args(["draw-child", "--turn", &turn.to_string(), "--limits", &limits])
        .arg(file)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .output();
    let said = timeout(PATIENCE, child).await.map_err(crashed)?.map_err(crashed)?;
    if !said.status.success() {
        let words = String::from_utf8_lossy(&said.stderr);
        return Err(crashed(format!("{}: {}", said.status, words.lines().last().unwrap_or_default())));
    }
    unpack(&said.stdout).ok_or_else(|| crashed("the pictures came in pieces"))
}

fn crashed(error: impl std::fmt::Display) -> ReadError {
    ReadError::Crashed(error.to_string())
}

/// The child's side: draws one file under `limits`, and writes the pictures to standard output, each after its size and its
/// length.
///
/// # Errors
/// Why there is no picture.
pub fn serve(file: &Path, turn: u16, limits: &Limits) -> io::Result<()> {
    limits::confine(limits)?;
    limits::grant_cpu(limits.page_cpu_seconds)?;
    let drawn = pictures(file, turn, limits).map_err(|failure| io::Error::other(format!("{failure:?}")))?;
    let mut out = io::stdout().lock();
    for Drawn { size, webp } in drawn {
        out.write_all(&size.to_le_bytes())?;
        out.write_all(&(webp.len() as u32).to_le_bytes())?;
        out.write_all(&webp)?;
    }
    out.flush()
}

fn unpack(mut said: &[u8]) -> Option<Vec<Drawn>> {
    let mut drawn = Vec::new();
    while let Some((size, rest)) = said.split_first_chunk::<2>() {
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let (webp, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        drawn.push(Drawn { size: i16::from_le_bytes(*size), webp: webp.to_vec() });
        said = rest;
    }
    Some(drawn).filter(|drawn| drawn.len() == THUMBNAIL_SIZES.len() && said.is_empty())
}

fn pictures(file: &Path, turn: u16, limits: &Limits) -> Result<Vec<Drawn>, Failure> {
    let [.., largest] = THUMBNAIL_SIZES;
    let page = match kind::sniff(file)? {
        Kind::Pdf => pdf_page(file, largest, limits)?,
        Kind::Tiff => picture(file, ImageFormat::Tiff, limits)?,
        Kind::Picture(format) => picture(file, format, limits)?,
    };
    let page = match turn {
        90 => page.rotate90(),
        180 => page.rotate180(),
        270 => page.rotate270(),
        _ => page,
    };
    THUMBNAIL_SIZES.into_iter().map(|size| small(&page, size)).collect()
}

fn small(page: &DynamicImage, size: i16) -> Result<Drawn, Failure> {
    let most = u32::from(size.unsigned_abs());
    let small = if page.width().max(page.height()) > most { &page.thumbnail(most, most) } else { page };
    let webp = native::webp(&small.to_rgb8()).ok_or_else(Failure::memory)?;
    Ok(Drawn { size, webp })
}

fn pdf_page(file: &Path, size: i16, limits: &Limits) -> Result<DynamicImage, Failure> {
    let size = size.to_string();
    let arguments = ["-png", "-singlefile", "-f", "1", "-l", "1", "-scale-to", &size].map(AsRef::as_ref);
    let arguments = arguments.into_iter().chain([file.as_os_str()]);
    let said = tool::run("pdftoppm", arguments, limits.page_cpu_seconds)?;
    let picture = image::load_from_memory_with_format(&said.output, ImageFormat::Png);
    picture.map_err(|_| Failure::damaged())
}

/// The picture in this file, turned as its Exif says; the first of several. What shows through is white.
fn picture(file: &Path, format: ImageFormat, limits: &Limits) -> Result<DynamicImage, Failure> {
    let file = BufReader::new(File::open(file)?);
    let (mut image, orientation) = picture::unpack(file, format, limits.max_pixels)?;
    image.apply_orientation(orientation);
    // Made small before colours are mixed: that is quicker, and nothing larger is asked for.
    let [.., largest] = THUMBNAIL_SIZES;
    let most = u32::from(largest.unsigned_abs());
    if image.width().max(image.height()) > most {
        image = image.thumbnail(most, most);
    }
    Ok(picture::on_white(image))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::RgbImage;

    use super::*;

    fn draw_here(bytes: &[u8], turn: u16) -> Result<Vec<Drawn>, Failure> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        pictures(file.path(), turn, &Limits::default())
    }

    fn wide(format: ImageFormat) -> Vec<u8> {
        let pixels = RgbImage::from_fn(1024, 512, |x, _| image::Rgb([if x < 512 { 255 } else { 0 }, 0, 0]));
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::from(pixels).write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn every_size_is_drawn_upright_from_every_kind_of_picture() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Tiff, ImageFormat::WebP] {
            let drawn = draw_here(&wide(format), 90).unwrap();
            for (Drawn { size, webp }, wanted) in drawn.iter().zip(THUMBNAIL_SIZES) {
                let picture = image::load_from_memory_with_format(webp, ImageFormat::WebP).unwrap().to_rgb8();
                let (width, height) = (picture.width(), picture.height());
                assert_eq!(
                    (*size, height, width),
                    (wanted, u32::from(wanted as u16), height / 2),
                    "{format:?}"
                );
                // The left half was red; turned clockwise by a quarter it is the upper one.
                assert!(picture.get_pixel(width / 2, height / 8).0[0] > 200, "{format:?}");
                assert!(picture.get_pixel(width / 2, height - height / 8).0[0] < 60, "{format:?}");
            }
        }
    }

    #[test]
    fn what_shows_through_is_white_and_nothing_is_made_larger() {
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::new_rgba8(40, 20).write_to(&mut bytes, ImageFormat::Png).unwrap();
        for Drawn { webp, .. } in draw_here(&bytes.into_inner(), 0).unwrap() {
            let picture = image::load_from_memory_with_format(&webp, ImageFormat::WebP).unwrap().to_rgb8();
            assert_eq!((picture.width(), picture.height()), (40, 20));
            assert!(picture.get_pixel(10, 10).0.iter().all(|channel| *channel > 250));
        }
    }

    #[test]
    fn what_is_no_picture_is_not_drawn() {
        for bytes in [&b"just text"[..], b"%PDF-1.7 and nothing", b"\x89PNG\r\n\x1a\n", b""] {
            assert!(draw_here(bytes, 0).is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn pictures_that_were_cut_off_are_none() {
        let one = |size: i16| [&size.to_le_bytes()[..], &3_u32.to_le_bytes(), b"abc"].concat();
        let all: Vec<u8> = THUMBNAIL_SIZES.into_iter().flat_map(one).collect();
        assert_eq!(unpack(&all).map(|drawn| drawn.len()), Some(THUMBNAIL_SIZES.len()));
        assert_eq!(unpack(&all[..all.len() - 1]), None);
        assert_eq!(unpack(&one(128)), None);
    }
}
