//! Cells of the grid to read once more, each on its own: short values drown in a page.

use domain::analysis::Analysis;
use domain::reading::{BBox, Zone};

use super::codes::{Content, RUBRICS};
use super::grid::{self, Grid, Located};
use super::zones::{DIGITS, VIN_SIGNS};
use crate::layout::{Row, Sheet};

/// From here a rubric is read well enough.
const SURE: f32 = 0.88;
/// Widest cell that no next code ends.
const WIDEST: f32 = 0.5;
/// Height in pixels that capitals are read at.
const CAPITAL: u32 = 30;

/// The cells of rubrics that were not read, or not surely.
pub(super) fn doubtful(sheet: &Sheet, analysis: &Analysis) -> Vec<Zone> {
    let grid = Grid::find(sheet, &grid::anchors(sheet));
    let Some(page) = grid.located.first().map(|located| sheet.rows[located.row].page) else {
        return Vec::new();
    };
    let bands = bands(sheet, &grid);
    let mut zones = Vec::new();
    for (printed, band) in bands {
        for (code, left, next) in grid.cells(printed) {
            if analysis.field(code).is_some_and(|field| field.confidence >= SURE) {
                continue;
            }
            zones.extend(zone(code, page, &band, grid.end_of(code, left), next));
        }
    }
    zones
}

/// Where a printed row stands: the box of one of its words at the left and at the right, and its height.
struct Band {
    left: (f32, f32),
    right: (f32, f32),
    /// In heights of the page.
    height: f32,
    /// In widths of the page.
    sign: f32,
}

impl Band {
    fn of(row: &Row) -> Option<Self> {
        let (first, last) = (row.tokens.first()?.bbox, row.tokens.last()?.bbox);
        let middle = |bbox: BBox| (bbox.x + bbox.w / 2.0, bbox.y + bbox.h / 2.0);
        let mut heights: Vec<(f32, f32)> =
            row.tokens.iter().map(|token| (token.bbox.h, token.rect.height())).collect();
        heights.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (height, sign) = heights[heights.len() / 2];
        Some(Self { left: middle(first), right: middle(last), height, sign })
    }

    /// Height of the row's middle at a place.
    fn at(&self, x: f32) -> f32 {
        let run = self.right.0 - self.left.0;
        if run < 0.1 {
            return self.left.1;
        }
        self.left.1 + (self.right.1 - self.left.1) * (x - self.left.0) / run
    }

    /// A share of the way from one row to another.
    fn between(a: &Self, b: &Self, share: f32) -> Self {
        let mix = |a: f32, b: f32| a + (b - a) * share;
        Self {
            left: (0.0, mix(a.at(0.0), b.at(0.0))),
            right: (1.0, mix(a.at(1.0), b.at(1.0))),
            height: mix(a.height, b.height),
            sign: mix(a.sign, b.sign),
        }
    }
}

/// The rows that were found, and those between them by their order.
fn bands(sheet: &Sheet, grid: &Grid) -> Vec<(usize, Band)> {
    let band = |located: &Located| Band::of(&sheet.rows[located.row]);
    let mut bands: Vec<(usize, Band)> =
        grid.located.iter().filter_map(|located| Some((located.printed, band(located)?))).collect();
    for pair in grid.located.windows(2) {
        let missing = pair[1].printed - pair[0].printed;
        let (Some(above), Some(below)) = (band(&pair[0]), band(&pair[1])) else { continue };
        for nth in 1..missing {
            let share = nth as f32 / missing as f32;
            bands.push((pair[0].printed + nth, Band::between(&above, &below, share)));
        }
    }
    bands
}

fn zone(code: &'static str, page: u32, band: &Band, left: f32, next: Option<f32>) -> Option<Zone> {
    let (_, content) = RUBRICS.iter().find(|(known, _)| *known == code)?;
    let height = band.height.max(0.004);
    let right = next.unwrap_or(left + WIDEST).min(1.0);
    let bbox = BBox { x: left, y: band.at(left) - 0.8 * height, w: right - left, h: 1.6 * height };
    (bbox.w > band.sign).then(|| Zone {
        label: code.to_owned(),
        page,
        bbox,
        charset: signs(*content).map(str::to_owned),
        capital_px: CAPITAL,
        single_line: true,
    })
}

/// The signs that can stand in a rubric.
fn signs(content: Content) -> Option<&'static str> {
    Some(match content {
        Content::Number(..) => "0123456789",
        Content::Decimal | Content::Amount => "0123456789,.",
        Content::Date => DIGITS,
        Content::Vin => VIN_SIGNS,
        Content::OneOf(_) | Content::TypeCode => "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
        Content::Approval => "e0123456789*/",
        Content::Emission => "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/*-",
        _ => return None,
    })
}
