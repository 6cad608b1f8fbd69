//! How good a photograph is: most people's are decent, some are bad, few are hopeless.

use serde_json::{Map, Value, json};

use super::bend::Sheet;
use crate::luck::Luck;

/// Everything that is drawn about one photograph, so that it can be written down.
pub struct Mood {
    /// 0 careful, 1 careless: the scale of all that follows.
    pub careless: f32,
    /// Turned in the picture, in degrees.
    pub rot: f32,
    /// Seen from the side, in degrees.
    pub tilt: f32,
    /// The side to which the camera leans, in degrees; 90 is the lower edge.
    pub azimuth: f32,
    /// Out of focus on the worst part of the page: deviation in millimetres of paper.
    pub blur: f32,
    /// How much sharper the best part is, 0 to 1.
    pub uneven: f32,
    /// Moved while it was taken: millimetres of paper, degrees.
    pub motion: (f32, f32),
    /// Deviation in levels of 255.
    pub noise: f32,
    /// How dark the shadow of the hand is.
    pub shadow: f32,
    /// How dark the shadow of something else is.
    pub bar: f32,
    /// How bright the patch that shines is.
    pub glare: f32,
    /// How bright a plastic sleeve's streaks are.
    pub sleeve: f32,
    /// How much darker the far side is.
    pub fading: f32,
    /// Darker corners of the lens.
    pub vignette: f32,
    /// How white the paper comes out, 0 to 1 as written.
    pub white: f32,
    /// Sharpening by the telephone.
    pub sharpen: f32,
    /// The paper is held up in the hand.
    pub in_hand: bool,
    /// A thumb lies over its edge.
    pub thumb: bool,
}

impl Mood {
    /// Draws one; small papers are held in the hand more often.
    pub fn draw(small: bool, luck: &mut Luck) -> Self {
        let careless = carelessness(luck);
        // Not everything goes wrong at once: each fault is taken by its own chance.
        let some = |chance: f64, most: f32, luck: &mut Luck| -> f32 {
            if luck.chance(chance) { most * luck.real(0.25..=1.0) } else { most * luck.real(0.0..=0.15) }
        };
        let none_or = |chance: f64, least: f32, most: f32, luck: &mut Luck| -> f32 {
            if luck.chance(chance) { luck.real(least..=most.max(least)) } else { 0.0 }
        };
        let in_hand = luck.chance(if small { 0.22 } else { 0.06 });
        let sign = if luck.chance(0.5) { 1.0 } else { -1.0 };
        Self {
            careless,
            rot: sign * some(0.5, 3.0 + 12.0 * careless, luck),
            tilt: some(0.6, 7.0 + 18.0 * careless, luck),
            azimuth: if luck.chance(0.7) { luck.real(60.0..=120.0) } else { luck.real(0.0..=360.0) },
            blur: 0.015 + some(0.35, 0.05 + 0.14 * careless, luck),
            uneven: luck.real(0.0..=1.0),
            motion: (none_or(0.2, 0.03, 0.08 + 0.28 * careless, luck), luck.real(0.0..=180.0)),
            noise: 1.2 + some(0.35, 3.0 + 8.0 * careless, luck),
            shadow: none_or(0.32, 0.08, 0.25 + 0.35 * careless, luck),
            bar: none_or(0.12, 0.08, 0.2 + 0.3 * careless, luck),
            glare: none_or(0.10, 0.05, 0.12 + 0.25 * careless, luck),
            sleeve: none_or(0.06, 0.08, 0.15 + 0.25 * careless, luck),
            fading: some(0.5, 0.35 + 0.9 * careless, luck),
            vignette: luck.real(0.0..=0.25),
            white: luck.real(0.84..=0.97) - 0.2 * careless * luck.real(0.0..=1.0),
            sharpen: luck.real(0.1..=1.0),
            in_hand,
            thumb: in_hand || luck.chance(0.12),
        }
    }

    /// What is left of it where an application finds the paper's corners.
    pub fn straightened(self) -> Self {
        Self {
            rot: self.rot * 0.08,
            tilt: self.tilt * 0.06,
            in_hand: false,
            thumb: self.thumb && !self.in_hand,
            ..self
        }
    }

    /// How the paper lies.
    pub fn sheet(&self, size: (f32, f32), luck: &mut Luck) -> Sheet {
        let (small, long) = (size.0 < 120.0, size.0.max(size.1));
        let rise = long * (0.02 + 0.11 * self.careless) * luck.real(0.25..=1.0);
        let sheet = match luck.number(0..=99) {
            0..30 => Sheet::flat(),
            30..50 => Sheet::wave(size, rise * 0.5, luck),
            50..80 if !small => Sheet::folded(size, *luck.pick(&[2, 3, 3, 3, 4]), rise * 0.7, luck),
            _ => Sheet::cylinder(size, rise * if small { 1.2 } else { 1.0 }, luck),
        };
        let crumpled = luck.chance(if small { 0.5 } else { 0.12 });
        let strength = luck.real(0.03..=0.12 + 0.15 * self.careless);
        if crumpled { sheet.crumpled(size, strength, luck) } else { sheet }
    }

    /// For the truth file: what went how wrong.
    pub fn tell(&self, sheet: &Sheet) -> Map<String, Value> {
        let mut done = Map::new();
        let mut put = |key: &str, value: f32| {
            if value.abs() > 0.0005 {
                done.insert(key.to_owned(), json!((f64::from(value) * 1000.0).round() / 1000.0));
            }
        };
        put("careless", self.careless);
        put("rot", self.rot);
        put("persp", self.tilt);
        put("persp_side", self.azimuth);
        put("curl", sheet.rise);
        put("blur", self.blur);
        put("motion", self.motion.0);
        put("noise", self.noise);
        put("shadow", self.shadow);
        put("bar", self.bar);
        put("glare", self.glare);
        put("sleeve", self.sleeve);
        put("fading", self.fading);
        put("white", self.white);
        put("sharpen", self.sharpen);
        done.insert("shape".to_owned(), json!(sheet.name));
        if self.thumb {
            done.insert("thumb".to_owned(), json!(true));
        }
        done
    }
}

/// Three quarters are decent, one in twenty is bad.
fn carelessness(luck: &mut Luck) -> f32 {
    match luck.number(0..=99) {
        0..70 => luck.real(0.0..=0.35),
        70..95 => luck.real(0.35..=0.65),
        _ => luck.real(0.65..=1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moods_stay_within_what_people_do() {
        let mut luck = Luck::of(5, &["moods"]);
        let moods: Vec<Mood> = (0..2000).map(|i| Mood::draw(i % 3 == 0, &mut luck)).collect();
        for mood in &moods {
            assert!(mood.rot.abs() <= 15.0 && (0.0..=25.0).contains(&mood.tilt));
            assert!((0.55..=0.97).contains(&mood.white) && mood.blur < 0.21 && mood.motion.0 < 0.37);
        }
        let bad = moods.iter().filter(|mood| mood.careless > 0.65).count();
        assert!((40..180).contains(&bad), "{bad}");
    }
}
