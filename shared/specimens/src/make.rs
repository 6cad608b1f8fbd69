//! Makes the papers that are wanted.

use std::path::Path;

use anyhow::Context as _;
use image::RgbImage;
use serde_json::{Map, Value, json};

use crate::light::{self, Lit};
use crate::luck::Luck;
use crate::printer;
use crate::specimen::{Kind, Layout, Specimen};
use crate::{inspection, insurance, invoice, registration, ticket};

/// Every kind.
const KINDS: &[Kind] =
    &[registration::KIND, invoice::KIND, ticket::KIND, ticket::FUEL, insurance::KIND, inspection::KIND];
const LEVELS: [&str; 3] = ["clean", "scan", "photo"];

/// Which papers to make.
pub struct Wanted {
    /// Papers of each layout and level.
    pub count: u32,
    /// Where luck begins.
    pub seed: u64,
    /// Only this kind.
    pub kind: Option<String>,
    /// Only this layout.
    pub layout: Option<String>,
    /// Only this level.
    pub level: Option<String>,
}

/// Makes them.
pub fn make(folder: &Path, wanted: &Wanted) -> anyhow::Result<()> {
    let is = |only: &Option<String>, name: &str| only.as_deref().is_none_or(|only| only == name);
    for kind in KINDS.iter().filter(|kind| is(&wanted.kind, kind.name)) {
        for layout in kind.layouts.iter().filter(|layout| is(&wanted.layout, layout.name)) {
            for level in LEVELS.into_iter().filter(|level| is(&wanted.level, level)) {
                for number in 0..wanted.count {
                    one(folder, kind, layout, level, wanted.seed, number)
                        .with_context(|| format!("{} {} {level} {number}", kind.name, layout.name))?;
                }
            }
        }
    }
    Ok(())
}

fn one(
    folder: &Path,
    kind: &Kind,
    layout: &Layout,
    level: &str,
    seed: u64,
    number: u32,
) -> anyhow::Result<()> {
    let mut luck = Luck::of(seed, &[kind.name, layout.name, level, &number.to_string()]);
    let specimen = (layout.make)(&mut luck);
    let name = format!("{}_{}_{level}_{seed}_{number}", kind.name, layout.name);
    let place = folder.join(kind.name).join(level);
    std::fs::create_dir_all(&place)?;
    let desk = tempfile::tempdir()?;
    let pdf = printer::print(&specimen.html, desk.path())?;
    let (extension, done) = finish(&pdf, desk.path(), &place.join(&name), level, &specimen, &mut luck)?;
    let truth = json!({
        "file": format!("{}/{level}/{name}.{extension}", kind.name),
        "kind": kind.name,
        "level": level,
        "layout": layout.name,
        "format": extension,
        "degradation": done,
        "fields": specimen.truth,
    });
    std::fs::write(place.join(format!("{name}.json")), serde_json::to_vec_pretty(&truth)?)?;
    Ok(())
}

/// Writes the file beside `stem`; says its extension and what was done to the page.
fn finish(
    pdf: &Path,
    desk: &Path,
    stem: &Path,
    level: &str,
    _specimen: &Specimen,
    luck: &mut Luck,
) -> anyhow::Result<(&'static str, Map<String, Value>)> {
    if level == "clean" && luck.chance(0.4) {
        std::fs::copy(pdf, stem.with_extension("pdf"))?;
        return Ok(("pdf", Map::new()));
    }
    let dpi = *luck.pick(&[200_u32, 250, 300]);
    let pages = printer::draw(pdf, dpi, desk)?;
    let first = pages.first().context("a paper without a page")?;
    let page: RgbImage = image::open(first)?.into_rgb8();
    let lit = match level {
        "scan" => light::scanned(page, luck),
        "photo" => light::photographed(page, luck),
        _ => Lit { picture: page, done: Map::new() },
    };
    let extension = if level == "clean" { "png" } else { "jpg" };
    lit.picture.save(stem.with_extension(extension))?;
    Ok((extension, lit.done))
}
