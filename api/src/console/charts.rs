//! Small charts of the last hour, drawn here: the page needs no script to show them.

use std::fmt::Write as _;

/// Minutes in a chart.
pub(super) const MINUTES: usize = 60;
/// Height of the drawing in its own units; it is as wide as there are minutes.
const HEIGHT: f64 = 28.0;
/// Room above the peak, so that its line is whole.
const ROOM: f64 = 2.0;

/// A line through the values, the oldest first, from the ground to the peak. `least` is the smallest peak: one job in an
/// hour is no mountain.
pub(super) fn line(values: &[f64; MINUTES], least: f64) -> String {
    let peak = values.iter().copied().fold(least, f64::max);
    let mut path = String::new();
    for (at, value) in values.iter().enumerate() {
        let height = HEIGHT - value / peak * (HEIGHT - ROOM);
        let letter = if at == 0 { 'M' } else { 'L' };
        write!(path, "{letter}{at} {}", (height * 10.0).round() / 10.0).expect("a text takes everything");
    }
    path
}

/// The same, closed along the ground.
pub(super) fn area(line: &str) -> String {
    format!("{line}L{} {HEIGHT}L0 {HEIGHT}Z", MINUTES - 1)
}

/// Values by minutes ago in a row, the oldest first; minutes without one have none.
pub(super) fn row(values: impl IntoIterator<Item = (i32, f64)>) -> [f64; MINUTES] {
    let mut row = [0.0; MINUTES];
    for (minutes_ago, value) in values {
        let place = usize::try_from(minutes_ago).ok().and_then(|ago| (MINUTES - 1).checked_sub(ago));
        if let Some(place) = place {
            row[place] = f64::max(row[place], value);
        }
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_reaches_from_the_ground_to_its_peak() {
        let row = row([(0, 4.0), (59, 2.0), (60, 99.0), (-1, 99.0)]);
        let line = line(&row, 1.0);
        assert!(line.starts_with("M0 15L1 28L2 28"), "{line}");
        assert!(line.ends_with("L58 28L59 2"), "{line}");
        assert!(area(&line).ends_with("L59 2L59 28L0 28Z"));
    }

    #[test]
    fn nothing_is_a_line_on_the_ground() {
        let line = line(&[0.0; MINUTES], 1.0);
        assert!(line.starts_with("M0 28L1 28") && !line.contains("NaN"), "{line}");
    }
}
