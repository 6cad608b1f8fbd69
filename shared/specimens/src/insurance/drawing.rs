//! Small drawings as SVG: signatures, bars, squares of dots, guilloches.

use std::fmt::Write as _;

use crate::luck::Luck;

/// A scribble like a signature.
pub fn scribble(luck: &mut Luck, width: f32, ink: &str) -> String {
    let (mut x, mut y) = (luck.real(2.0..=12.0), luck.real(18.0..=32.0));
    let mut path = format!("M{x:.1} {y:.1}");
    for _ in 0..luck.number(4..=9) {
        let (ax, ay) = (x + luck.real(-6.0..=14.0), y + luck.real(-26.0..=8.0));
        let (bx, by) = (x + luck.real(2.0..=20.0), y + luck.real(-10.0..=24.0));
        x += luck.real(4.0..=16.0);
        y = luck.real(12.0..=34.0);
        let _ = write!(path, " C{ax:.1} {ay:.1} {bx:.1} {by:.1} {x:.1} {y:.1}");
    }
    if luck.chance(0.5) {
        let _ = write!(path, " M4 {:.1} L{:.1} {:.1}", y + 6.0, x + 8.0, y + luck.real(0.0..=6.0));
    }
    let stroke = luck.real(0.8..=1.9);
    format!(
        "<svg viewBox='0 0 110 46' style='width:{width}mm;display:block'><path d='{path}' fill='none' \
         stroke='{ink}' stroke-width='{stroke:.1}' stroke-linecap='round'/></svg>"
    )
}

/// A bar code of that size in millimetres.
pub fn bars(luck: &mut Luck, width: f32, height: f32) -> String {
    let mut x = 0.0;
    let mut rects = String::new();
    while x < 200.0 {
        let bar = *luck.pick(&[1.0, 1.0, 2.0, 3.0]);
        let _ = write!(rects, "<rect x='{x}' y='0' width='{bar}' height='40'/>");
        x += bar + *luck.pick(&[1.0, 1.0, 2.0, 3.0]);
    }
    format!(
        "<svg viewBox='0 0 200 40' preserveAspectRatio='none' \
         style='width:{width}mm;height:{height}mm;display:block'>{rects}</svg>"
    )
}

/// A square of dots like a two-dimensional code.
pub fn dots(luck: &mut Luck, side: f32) -> String {
    let cells = luck.number(21..=33);
    let mut rects = String::new();
    for row in 0..cells {
        for column in 0..cells {
            if corner(row, column, cells).unwrap_or_else(|| luck.chance(0.5)) {
                let _ = write!(rects, "<rect x='{column}' y='{row}' width='1.02' height='1.02'/>");
            }
        }
    }
    format!("<svg viewBox='0 0 {cells} {cells}' style='width:{side}mm;display:block'>{rects}</svg>")
}

/// The three eyes of such a code: dark, light, or not in an eye.
fn corner(row: i64, column: i64, cells: i64) -> Option<bool> {
    let fold = |at: i64| if at < 8 { Some(at) } else { (at >= cells - 8).then(|| at - (cells - 7)) };
    let (r, c) = (fold(row)?, fold(column)?);
    if row >= cells - 8 && column >= cells - 8 {
        return None;
    }
    let far = (r - 3).abs().max((c - 3).abs());
    Some(far != 2 && far != 4)
}

/// Wavy lines of a security print, as a background layer that fills its box.
pub fn guilloche(luck: &mut Luck, colour: &str) -> String {
    let (height, step) = (luck.real(1.0..=4.0), luck.real(1.6..=3.6));
    let mut lines = String::new();
    let mut y = 0.0;
    while y < 100.0 {
        let _ = write!(lines, "<path d='M0 {y:.1} ");
        for turn in 0..10 {
            let sign = if turn % 2 == 0 { height } else { -height };
            let _ = write!(lines, "q10 {sign:.1} 20 0 ");
        }
        lines.push_str("'/>");
        y += step;
    }
    format!(
        "<svg viewBox='0 0 200 100' preserveAspectRatio='none' style='position:absolute;inset:0;width:100%;\
         height:100%'><g fill='none' stroke='{colour}' stroke-width='.12'>{lines}</g></svg>"
    )
}
