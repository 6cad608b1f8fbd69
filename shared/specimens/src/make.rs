//! Makes the papers that are wanted.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Context as _;
use serde_json::{Map, Value, json};

use crate::light::{self, Drawn};
use crate::luck::Luck;
use crate::printer;
use crate::specimen::{Kind, Layout, Specimen};
use crate::{inspection, insurance, invoice, registration, ticket};

/// Every kind.
const KINDS: &[Kind] = &[
    registration::KIND,
    invoice::KIND,
    ticket::KIND,
    ticket::FUEL,
    ticket::OTHER,
    insurance::KIND,
    inspection::KIND,
];
const LEVELS: [&str; 3] = ["clean", "scan", "photo"];
/// Narrower papers are tickets and cards: held in the hand, crumpled, laid on a corner of the glass.
const SMALL_MM: f32 = 120.0;

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
    /// Papers at the same time.
    pub jobs: usize,
}

/// One paper to make.
struct Order<'a> {
    kind: &'a Kind,
    layout: &'a Layout,
    level: &'static str,
    seed: u64,
    number: u32,
}

/// Makes them, several at a time; what is made does not depend on how many.
///
/// # Errors
/// Every paper that could not be made, after all others were.
pub fn make(folder: &Path, wanted: &Wanted) -> anyhow::Result<()> {
    let orders = orders(wanted);
    let (next, failures) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..wanted.jobs.max(1) {
            scope.spawn(|| {
                while let Some(order) = orders.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(error) = order.attempt(folder) {
                        failures.lock().expect("nobody panics while holding it").push(format!("{error:#}"));
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().expect("nobody panics while holding it");
    anyhow::ensure!(failures.is_empty(), "not made:\n{}", failures.join("\n"));
    Ok(())
}

fn orders(wanted: &Wanted) -> Vec<Order<'_>> {
    let is = |only: &Option<String>, name: &str| only.as_deref().is_none_or(|only| only == name);
    let mut orders = Vec::new();
    for kind in KINDS.iter().filter(|kind| is(&wanted.kind, kind.name)) {
        for layout in kind.layouts.iter().filter(|layout| is(&wanted.layout, layout.name)) {
            for level in LEVELS.into_iter().filter(|level| is(&wanted.level, level)) {
                orders.extend((0..wanted.count).map(|number| Order {
                    kind,
                    layout,
                    level,
                    seed: wanted.seed,
                    number,
                }));
            }
        }
    }
    orders
}

impl Order<'_> {
    fn name(&self) -> String {
        format!("{}_{}_{}_{}_{}", self.kind.name, self.layout.name, self.level, self.seed, self.number)
    }

    fn luck(&self, part: &str) -> Luck {
        Luck::of(self.seed, &[self.kind.name, self.layout.name, self.level, &self.number.to_string(), part])
    }

    /// Carries it out; says which paper it was if a layout or its light panics.
    fn attempt(&self, folder: &Path) -> anyhow::Result<()> {
        std::panic::catch_unwind(|| self.carry_out(folder))
            .unwrap_or_else(|_| Err(anyhow::anyhow!("panicked, as printed above")))
            .with_context(|| self.name())
    }

    fn carry_out(&self, folder: &Path) -> anyhow::Result<()> {
        let specimen = (self.layout.make)(&mut self.luck("paper"));
        let place = folder.join(self.kind.name).join(self.level);
        std::fs::create_dir_all(&place)?;
        let desk = tempfile::tempdir()?;
        let pdf = printer::print(&specimen.html, desk.path())?;
        // Luck of its own: a layout that draws once more keeps its light.
        let (extension, done) = self.finish(&pdf, desk.path(), &place.join(self.name()), &specimen)?;
        let truth = json!({
            "file": format!("{}/{}/{}.{extension}", self.kind.name, self.level, self.name()),
            "kind": self.kind.name,
            "level": self.level,
            "layout": self.layout.name,
            "format": extension,
            "degradation": done,
            "fields": specimen.truth,
        });
        Ok(std::fs::write(place.join(format!("{}.json", self.name())), serde_json::to_vec_pretty(&truth)?)?)
    }

    /// Writes the file beside `stem`; says its extension and what was done to the page.
    fn finish(
        &self,
        pdf: &Path,
        desk: &Path,
        stem: &Path,
        specimen: &Specimen,
    ) -> anyhow::Result<(&'static str, Map<String, Value>)> {
        let luck = &mut self.luck("light");
        if self.level == "clean" && luck.chance(0.4) {
            std::fs::copy(pdf, stem.with_file_name(format!("{}.pdf", self.name())))?;
            return Ok(("pdf", Map::new()));
        }
        let mut pages = drawn(pdf, desk)?;
        let small = specimen.width_mm < SMALL_MM;
        let lit = match self.level {
            "scan" => light::scanned(&pages, small, luck),
            "photo" => {
                if pages.len() > 1 && says_all(&printer::first_page_text(pdf)?, &specimen.truth) {
                    pages.truncate(1);
                }
                light::photographed(&pages, small, luck)
            }
            _ => light::clean(pages),
        };
        Ok((lit.write(stem)?, lit.done))
    }
}

/// The pages, finer where the paper is small.
fn drawn(pdf: &Path, desk: &Path) -> anyhow::Result<Vec<Drawn>> {
    let (width, height) = printer::size_mm(pdf)?;
    let dpi = (3600.0 * 25.4 / width.max(height)).clamp(300.0, 450.0).round();
    let pages = printer::draw(pdf, dpi as u32, desk)?;
    Ok(pages.into_iter().map(|page| Drawn { picture: trimmed(page, width, dpi), dpi }).collect())
}

/// A till cuts its paper where the text ends: what is blank below is taken off a narrow page.
fn trimmed(mut picture: image::RgbImage, width_mm: f32, dpi: f32) -> image::RgbImage {
    const LEFT_MM: f32 = 12.0;
    let ground = *picture.get_pixel(2, picture.height() - 3);
    let is_blank = |y: u32| (0..picture.width()).all(|x| *picture.get_pixel(x, y) == ground);
    let blank = (0..picture.height()).rev().take_while(|y| is_blank(*y)).count() as u32;
    let left = (LEFT_MM / 25.4 * dpi) as u32;
    if width_mm < SMALL_MM && blank > 2 * left && blank < picture.height() {
        let (width, height) = (picture.width(), picture.height() - blank + left);
        picture = image::imageops::crop_imm(&picture, 0, 0, width, height).to_image();
    }
    picture
}

/// Whether every value of the truth can be found in these words. Told the other way when in doubt: dates and amounts
/// are compared by their digits, lists by their parts.
fn says_all(words: &str, truth: &Map<String, Value>) -> bool {
    truth.values().all(|value| says(&Words::of(words), value))
}

/// Words in the forms by which values are looked up.
struct Words {
    signs: String,
    dates: Vec<String>,
}

impl Words {
    fn of(words: &str) -> Self {
        let signs = signs(words);
        let runs: Vec<String> = words
            .split(|c: char| !c.is_alphanumeric())
            .filter(|run| !run.is_empty())
            .map(str::to_lowercase)
            .collect();
        let dates = runs.windows(3).map(|run| run.join("-")).collect();
        Self { signs, dates }
    }
}

fn signs(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

fn says(words: &Words, value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) => true,
        Value::Array(list) => list.iter().all(|value| says(words, value)),
        Value::Object(map) => map.values().all(|value| says(words, value)),
        Value::String(text) => words.signs.contains(&signs(text)) || says_date(words, text),
        Value::Number(number) => {
            let cents = format!("{:.2}", number.as_f64().unwrap_or_default());
            [number.to_string(), cents].iter().any(|digits| words.signs.contains(&signs(digits)))
        }
    }
}

/// Finds `2024-03-12` as 12/03/2024, 12.03.24 or 12 mars 2024.
fn says_date(words: &Words, iso: &str) -> bool {
    const MONTHS: [&str; 12] =
        ["janv", "f", "mar", "avr", "mai", "juin", "juil", "ao", "sept", "oct", "nov", "d"];
    let parts: Vec<&str> = iso.split('-').collect();
    let [year, month, day] = parts[..] else { return false };
    let Some(name) = month.parse::<usize>().ok().and_then(|month| MONTHS.get(month.wrapping_sub(1))) else {
        return false;
    };
    words.dates.iter().any(|date| {
        let mut found = date.split('-');
        let (d, m, y) = (found.next(), found.next().unwrap_or_default(), found.next().unwrap_or_default());
        d.is_some_and(|d| d.trim_start_matches('0') == day.trim_start_matches('0'))
            && (m == month || m.starts_with(name))
            && (y == year || year.ends_with(y) && y.len() == 2)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn truth(value: Value) -> Map<String, Value> {
        match value {
            Value::Object(map) => map,
            _ => Map::new(),
        }
    }

    #[test]
    fn a_first_page_that_says_all_is_recognised() {
        let words = "Facture F-2024/118 du 12 mars 2024\nTotal TTC 1 234,50 €\nAB-123-CD échéance 31.12.24";
        let all =
            json!({"number": "F2024/118", "date": "2024-03-12", "total_ttc": 1234.5, "plate": "AB-123-CD"});
        assert!(says_all(words, &truth(all)));
        assert!(says_all(words, &truth(json!({"due_date": "2024-12-31", "lines": []}))));
    }

    #[test]
    fn what_is_on_another_page_is_missed() {
        let words = "Facture F-2024/118 du 12 mars 2024, page 1/2";
        assert!(!says_all(words, &truth(json!({"total_ttc": "1234.50"}))));
        assert!(!says_all(words, &truth(json!({"date": "2024-03-13"}))));
        assert!(!says_all(words, &truth(json!({"lines": [{"label": "Plaquettes"}]}))));
    }

    #[test]
    fn only_the_blank_end_of_a_ticket_is_cut_off() {
        let page = image::RgbImage::from_fn(300, 1000, |x, y| {
            image::Rgb([if y == 300 && x > 9 { 0 } else { 255 }; 3])
        });
        assert_eq!(trimmed(page.clone(), 80.0, 100.0).height(), 301 + 47);
        assert_eq!(trimmed(page, 210.0, 100.0).height(), 1000);
    }
}
