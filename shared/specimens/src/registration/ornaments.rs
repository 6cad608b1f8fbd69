//! Squares of dots, signatures, stamps.

use std::fmt::Write as _;

use crate::luck::Luck;

/// A square of dots with a Data Matrix's edge: 2D-Doc.
pub fn dots(luck: &mut Luck, modules: u16) -> String {
    let last = modules - 1;
    let mut path = String::new();
    for y in 0..modules {
        for x in 0..modules {
            let edge = x == 0 || y == last || (y == 0 && x % 2 == 0) || (x == last && y % 2 == 1);
            let inside = x > 0 && y > 0 && x < last && y < last;
            if edge || (inside && luck.chance(0.5)) {
                let _ = write!(path, "M{x} {y}h1v1h-1z");
            }
        }
    }
    format!(
        "<svg class='dots' xmlns='http://www.w3.org/2000/svg' viewBox='-1 -1 {0} {0}'>\
         <rect x='-1' y='-1' width='{0}' height='{0}' fill='#fff'/><path d='{path}' fill='#111'/></svg>",
        modules + 2
    )
}

/// A QR-like square with its three eyes.
pub fn quick_response(luck: &mut Luck, modules: u16) -> String {
    let far = modules - 7;
    let mut path = String::new();
    for y in 0..modules {
        for x in 0..modules {
            let eye = |ox: u16, oy: u16| {
                let (dx, dy) = (x.wrapping_sub(ox), y.wrapping_sub(oy));
                (dx < 8 && dy < 8).then(|| dx < 7 && dy < 7 && (dx.min(6 - dx).min(dy.min(6 - dy)) != 1))
            };
            let near = |place: u16| place.saturating_sub(1);
            let dark = eye(0, 0).or(eye(far, 0)).or(eye(0, far)).unwrap_or_else(|| {
                let quiet = (x == near(far) && y < 8) || (y == near(far) && x < 8);
                !quiet && luck.chance(0.5)
            });
            if dark {
                let _ = write!(path, "M{x} {y}h1v1h-1z");
            }
        }
    }
    format!(
        "<svg class='dots' xmlns='http://www.w3.org/2000/svg' viewBox='-2 -2 {0} {0}'>\
         <rect x='-2' y='-2' width='{0}' height='{0}' fill='#fff'/><path d='{path}' fill='#111'/></svg>",
        modules + 4
    )
}

/// A signature: a few loops of a pen.
pub fn signature(luck: &mut Luck) -> String {
    let mut path = String::from("M5 25");
    let mut x = 5.0;
    for _ in 0..luck.number(3..=6) {
        let (up, down, step) = (luck.real(2.0..=20.0), luck.real(22.0..=38.0), luck.real(8.0..=20.0));
        let _ = write!(
            path,
            "C{:.0} {up:.0},{:.0} {down:.0},{:.0} {:.0}",
            x + 3.0,
            x + step,
            x + step + 4.0,
            f32::midpoint(up, down)
        );
        x += step;
    }
    let ink = *luck.pick(&["#1b2a6b", "#111", "#222a55"]);
    format!(
        "<svg class='signature' xmlns='http://www.w3.org/2000/svg' viewBox='0 0 110 40' fill='none'>\
         <path d='{path}' stroke='{ink}' stroke-width='1.1' stroke-linecap='round'/></svg>"
    )
}

/// A round stamp of an office, in violet or blue.
pub fn stamp(luck: &mut Luck, around: &str) -> String {
    let ink = *luck.pick(&["#4a3a8c", "#2b3f8f", "#6a2d5b", "#333"]);
    let turn = luck.number(-25..=25);
    format!(
        "<svg class='stamp' xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 100' fill='none' opacity='.6'>\
         <g transform='rotate({turn} 50 50)' stroke='{ink}'><circle cx='50' cy='50' r='46' stroke-width='1.6'/>\
         <circle cx='50' cy='50' r='31' stroke-width='.8'/></g>\
         <defs><path id='ring' d='M50 50m-36 0a36 36 0 1 1 72 0a36 36 0 1 1 -72 0'/></defs>\
         <g transform='rotate({turn} 50 50)' fill='{ink}' font-family='Liberation Sans'>\
         <text font-size='9' letter-spacing='1'><textPath href='#ring'>{around}</textPath></text>\
         <text x='50' y='56' font-size='16' font-weight='700' text-anchor='middle'>RF</text></g></svg>"
    )
}
