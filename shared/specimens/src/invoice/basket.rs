//! What a client takes away: work, parts, tyres, washes.

use std::ops::RangeInclusive;

use super::bill::Line;
use super::client::number_by;
use crate::luck::Luck;
use crate::people::trade::{Article, Job, PARTS, Sort, Task, WHEEL_WORK, tyre};

/// So many jobs of the list, each with its lines.
pub fn jobs(luck: &mut Luck, list: &[Job], count: RangeInclusive<i64>) -> Vec<Line> {
    let rate = luck.number(42..=128) * 100 + *luck.pick(&[0, 0, 50, 83, 17, 33]);
    let count = luck.number(count);
    let mut taken: Vec<&str> = Vec::new();
    let mut lines = Vec::new();
    while taken.len() < count.min(list.len() as i64) as usize {
        let job = luck.pick(list);
        if taken.contains(&job.title) {
            continue;
        }
        taken.push(job.title);
        lines.extend(job.tasks.iter().filter_map(|task| line(luck, job.title, task, rate)));
    }
    lines
}

/// So many articles over the counter.
pub fn counter(luck: &mut Luck, count: RangeInclusive<i64>) -> Vec<Line> {
    let count = luck.number(count) as usize;
    let mut lines: Vec<Line> = Vec::new();
    while lines.len() < count {
        let article = luck.pick(PARTS);
        if lines.iter().all(|line| line.name != article.name) {
            lines.push(sold(luck, article));
        }
    }
    lines
}

/// Two or four tyres with the work that goes with them.
pub fn tyres(luck: &mut Luck) -> Vec<Line> {
    let count = *luck.pick(&[2, 2, 4, 1]) * 100;
    let (name, price) = tyre(luck);
    let mut lines = vec![Line::new(name, Sort::Tyre, count, price).numbered(luck.text("999999"))];
    for article in WHEEL_WORK {
        if luck.chance(0.6) {
            let price = luck.number(article.low..=article.high);
            lines.push(Line::new(article.name, article.sort, count, price).numbered(luck.text("AA999")));
        }
    }
    if luck.chance(0.4) {
        let price = luck.number(4900..=8900);
        lines.push(Line::new("Géométrie 2 trains", Sort::Labour, 100, price).numbered("GEO02".to_owned()));
    }
    lines
}

/// Some lines get some percent off.
pub fn discounted(luck: &mut Luck, lines: Vec<Line>, chance: f64) -> Vec<Line> {
    lines
        .into_iter()
        .map(|line| {
            let may = matches!(line.sort, Sort::Part | Sort::Tyre | Sort::Fluid) && luck.chance(chance);
            if may { line.less(*luck.pick(&[5, 10, 15, 20, 25, 30])) } else { line }
        })
        .collect()
}

/// The names without the words that do not fit.
pub fn shortened(mut lines: Vec<Line>, width: usize) -> Vec<Line> {
    for line in &mut lines {
        while line.name.chars().count() > width {
            let end = line.name.rfind(' ').unwrap_or(0);
            line.name.truncate(end);
        }
        line.name = line.name.trim_end_matches([' ', '/', '+', '-', '(', ',']).to_owned();
    }
    lines
}

/// The names cut where the column ends.
pub fn cut(mut lines: Vec<Line>, width: usize) -> Vec<Line> {
    for line in &mut lines {
        let kept: String = line.name.chars().take(width).collect();
        kept.trim_end().clone_into(&mut line.name);
    }
    lines
}

/// The lines by what they are: parts, work, the rest.
pub fn by_sort(mut lines: Vec<Line>) -> Vec<Line> {
    let place = |sort: Sort| match sort {
        Sort::Part | Sort::Tyre => 0,
        Sort::Labour => 1,
        _ => 2,
    };
    lines.sort_by_key(|line| place(line.sort));
    for line in &mut lines {
        ["PIÈCES", "MAIN D'OEUVRE", "INGRÉDIENTS ET FOURNITURES"][place(line.sort)]
            .clone_into(&mut line.section);
    }
    lines
}

/// A number as a maker or a house writes it.
pub fn reference(luck: &mut Luck, sort: Sort) -> String {
    let patterns: &[&str] = match sort {
        Sort::Labour => &["MO999", "T1", "T2", "MOT999", "99 99 999", "MO-A9"],
        Sort::Tyre => &["999999", "PN99999"],
        Sort::Fee => &["DIV9", "ECO99", "PF99", "DCH"],
        _ => &[
            "OC 999",
            "999999XXX",
            "0 986 999 999",
            "GDB9999",
            "1987 A99 999",
            "77 01 999 999",
            "9809 99 99 99",
            "LS 9999",
            "XX9999",
            "VKBÁ 9999",
        ],
    };
    number_by(luck, patterns)
}

fn line(luck: &mut Luck, title: &str, task: &Task, rate: i64) -> Option<Line> {
    if task.sort == Sort::Fee && luck.chance(0.3) {
        return None;
    }
    let unit = if task.high == 0 { rate } else { priced(luck, task.low, task.high) };
    let qty = match task.sort {
        Sort::Labour if task.high == 0 => (task.quantity + luck.number(-3..=6) * 10).max(20),
        Sort::Fluid if task.quantity > 100 => (task.quantity + luck.number(-2..=2) * 50).max(50),
        _ => task.quantity,
    };
    let mut line = Line::new(task.name, task.sort, qty, unit).numbered(reference(luck, task.sort));
    title.clone_into(&mut line.section);
    Some(line)
}

fn sold(luck: &mut Luck, article: &Article) -> Line {
    let qty = luck.number(1..=article.most) * 100;
    let unit = priced(luck, article.low, article.high);
    Line::new(article.name, article.sort, qty, unit).numbered(reference(luck, article.sort))
}

fn priced(luck: &mut Luck, low: i64, high: i64) -> i64 {
    let price = luck.number(low..=high);
    if luck.chance(0.4) { price / 100 * 100 + 90 } else { price }
}
