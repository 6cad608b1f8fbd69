//! The tables that the bench prints.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use extraction::compare::Mark;

use super::plain::Plain;
use super::score::{Outcome, Share, percentile};

/// A confidence from which a value must hardly ever be wrong.
const SURE: f32 = 0.9;

/// By kind and level: core fields, all fields, kind found, processor time.
pub fn accuracy(out: &mut impl Write, outcomes: &[Outcome]) -> io::Result<()> {
    let mut groups: BTreeMap<(&str, &str, &str), Vec<&Outcome>> = BTreeMap::new();
    for outcome in outcomes {
        let truth = &outcome.specimen.truth;
        let source = if outcome.text_layer { "text" } else { "ocr" };
        groups.entry((truth.kind.as_str(), &truth.level, source)).or_default().push(outcome);
    }
    writeln!(
        out,
        "{:<13}{:<7}{:<6}{:>6}  {:<18}{:<20}{:<16}{:>8}{:>8}",
        "kind", "level", "from", "papers", "core", "all", "kind found", "cpu p50", "p95"
    )?;
    for ((kind, level, source), group) in &groups {
        let core = Share::of(group.iter().flat_map(|outcome| outcome.core())).to_string();
        let all = Share::of(group.iter().flat_map(|outcome| &outcome.marks)).to_string();
        let found =
            group.iter().fold(Share::default(), |share, outcome| share.with(is_found(outcome))).to_string();
        let mut cpu: Vec<f64> = group.iter().map(|outcome| outcome.cpu_per_page()).collect();
        let (p50, p95) = (percentile(&mut cpu, 0.5), percentile(&mut cpu, 0.95));
        writeln!(
            out,
            "{kind:<13}{level:<7}{source:<6}{:>6}  {core:<18}{all:<20}{found:<16}{p50:>7.2}s{p95:>7.2}s",
            group.len()
        )?;
    }
    Ok(())
}

/// By field and level, in the order of the fields on the paper.
pub fn fields(out: &mut impl Write, outcomes: &[Outcome]) -> io::Result<()> {
    let levels: BTreeSet<&str> =
        outcomes.iter().map(|outcome| outcome.specimen.truth.level.as_str()).collect();
    let kinds: BTreeSet<&str> = outcomes.iter().map(|outcome| outcome.specimen.truth.kind.as_str()).collect();
    for kind in kinds {
        let group: Vec<_> =
            outcomes.iter().filter(|outcome| outcome.specimen.truth.kind.as_str() == kind).collect();
        write!(out, "\n{kind:<16}")?;
        levels.iter().try_for_each(|level| write!(out, "{level:<18}"))?;
        let mut keys: Vec<&str> = Vec::new();
        for mark in group.iter().flat_map(|outcome| &outcome.marks) {
            if !keys.contains(&mark.key.as_str()) {
                keys.push(&mark.key);
            }
        }
        for key in keys {
            write!(out, "\n{key:<16}")?;
            for level in &levels {
                let at_level = group.iter().filter(|outcome| outcome.specimen.truth.level == *level);
                let marks = at_level.flat_map(|outcome| &outcome.marks).filter(|mark| mark.key == key);
                write!(out, "{:<18}", Share::of(marks).to_string())?;
            }
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Each field that is not right.
pub fn misses(out: &mut impl Write, outcomes: &[Outcome]) -> io::Result<()> {
    writeln!(out)?;
    for outcome in outcomes {
        let name = outcome.specimen.file.file_name().unwrap_or_default().to_string_lossy();
        if let Some(error) = &outcome.error {
            writeln!(out, "{name}: {error}")?;
        }
        for mark in outcome.marks.iter().filter(|mark| mark.mark != Mark::Right) {
            let text = |value: &Option<serde_json::Value>| {
                value.as_ref().map_or("-".to_owned(), ToString::to_string)
            };
            let (expected, read) = (text(&mark.expected), text(&mark.read));
            writeln!(
                out,
                "{name} {} {:?} {:.2}: {expected} read as {read}",
                mark.key, mark.mark, mark.confidence
            )?;
        }
    }
    Ok(())
}

/// Confidence, time and memory over all papers.
pub fn speed(out: &mut impl Write, outcomes: &[Outcome]) -> io::Result<()> {
    let read = || outcomes.iter().flat_map(|outcome| &outcome.marks).filter(|mark| mark.read.is_some());
    let sure = Share::of(read().filter(|mark| mark.confidence >= SURE));
    let mut cpu: Vec<f64> = outcomes.iter().map(Outcome::cpu_per_page).collect();
    let peak = outcomes.iter().map(|outcome| outcome.usage.peak_kib).max().unwrap_or(0);
    writeln!(out, "\nright where confidence >= {SURE}: {sure}, of {} values read", read().count())?;
    writeln!(
        out,
        "cpu seconds a page: p50 {:.2}, p95 {:.2}; peak memory of the child: {} MiB",
        percentile(&mut cpu, 0.5),
        percentile(&mut cpu, 0.95),
        peak / 1024
    )
}

/// Pages for each second of one core, ours and the plain command's, on the same pictures.
pub fn ratio(out: &mut impl Write, plain: &Plain) -> io::Result<()> {
    let Plain { pages, ours_seconds, command_seconds } = plain;
    let pace = |seconds: f64| f64::from(*pages) / seconds.max(f64::EPSILON);
    let (ours, theirs) = (pace(*ours_seconds), pace(*command_seconds));
    writeln!(
        out,
        "pages a second and core on {pages} pictures: {ours:.3}, plain tesseract {theirs:.3}: {:.2} times as fast",
        ours / theirs.max(f64::EPSILON)
    )
}

fn is_found(outcome: &Outcome) -> bool {
    outcome.detected == Some(outcome.specimen.truth.kind)
}
