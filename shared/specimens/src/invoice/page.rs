//! A page is set from a template: what the template prints is the truth, and nothing else.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard};

use minijinja::value::Serde;
use minijinja::{Environment, Value, context};
use serde_json::{Map, Value as Json};

use super::look::Look;
use super::style::Style;
use crate::luck::Luck;
use crate::specimen::Specimen;

type Shared<T> = Arc<Mutex<T>>;
type WriteNumber = fn(&Style, i64) -> String;
type WriteText = fn(&Style, &str) -> String;

/// What is to be set.
pub struct Sheet {
    /// The page.
    pub template: &'static str,
    /// What the page may print.
    pub data: Json,
    /// The truth, if the page prints it: the filter `told("key")` says so. Keys of the lines are told as
    /// `line.<key>` for all of them, or with the line's place for one.
    pub facts: Map<String, Json>,
    /// How it writes numbers and days.
    pub style: Style,
    /// The paper's width in millimetres.
    pub width_mm: f32,
}

/// Sets the page and keeps of the facts what it printed.
pub fn set(luck: &mut Luck, sheet: Sheet) -> Specimen {
    let told: Shared<BTreeSet<String>> = Arc::default();
    let inner = Luck::of(luck.number(0..=i64::MAX).unsigned_abs(), &["page"]);
    let environment = environment(&sheet, &Arc::new(Mutex::new(inner)), Arc::clone(&told));
    let look = Value::from(Serde(Look::drawn(luck)));
    let html = environment
        .get_template("page.html")
        .and_then(|template| template.render(context! { look, ..Value::from(Serde(&sheet.data)) }))
        .unwrap_or_else(|error| panic!("a template is part of the program: {error:#}"));
    let told = hold(&told);
    Specimen { html, truth: kept(sheet.facts, &told), width_mm: sheet.width_mm }
}

fn environment(sheet: &Sheet, luck: &Shared<Luck>, told: Shared<BTreeSet<String>>) -> Environment<'static> {
    let mut environment = Environment::new();
    for (name, source) in [
        ("page.html", sheet.template),
        ("kit.html", include_str!("../../layouts/invoice/kit.html")),
        ("till.html", include_str!("../../layouts/ticket/till.html")),
    ] {
        environment.add_template(name, source).unwrap_or_else(|error| panic!("template {name}: {error:#}"));
    }
    environment.add_filter("told", move |value: Value, key: String, line: Option<usize>| {
        hold(&told).insert(line.map_or(key.clone(), |line| format!("{key}#{line}")));
        value
    });
    environment.add_filter("pad", |text: String, width: usize| format!("{text:<width$}"));
    environment.add_filter("lead", |text: String, width: usize| format!("{text:>width$}"));
    add_style(&mut environment, &sheet.style);
    add_luck(&mut environment, luck);
    environment
}

fn add_style(environment: &mut Environment<'static>, style: &Style) {
    let numbers: [(_, WriteNumber); 6] = [
        ("money", Style::money),
        ("bare", Style::bare),
        ("qty", Style::quantity),
        ("milli", Style::thousandths),
        ("pct", Style::percent),
        ("count", Style::count),
    ];
    for (name, write) in numbers {
        let style = style.clone();
        environment.add_filter(name, move |number: i64| write(&style, number));
    }
    let texts: [(_, WriteText); 5] = [
        ("day", Style::day),
        ("long", Style::long),
        ("figures", Style::figures),
        ("register", Style::register),
        ("vat", Style::vat),
    ];
    for (name, write) in texts {
        let style = style.clone();
        environment.add_filter(name, move |text: String| write(&style, &text));
    }
}

fn add_luck(environment: &mut Environment<'static>, luck: &Shared<Luck>) {
    let one = Arc::clone(luck);
    environment.add_function("pick", move |list: Vec<Value>| hold(&one).pick(&list).clone());
    let one = Arc::clone(luck);
    environment.add_function("chance", move |chance: f64| hold(&one).chance(chance));
    let one = Arc::clone(luck);
    environment.add_function("number", move |low: i64, high: i64| hold(&one).number(low..=high));
    let one = Arc::clone(luck);
    environment.add_function("text", move |pattern: String| hold(&one).text(&pattern).replace('Á', "A"));
}

fn hold<T>(shared: &Shared<T>) -> MutexGuard<'_, T> {
    shared.lock().expect("a page is set by one thread")
}

/// The facts that were told; of lines, the keys that were told.
fn kept(facts: Map<String, Json>, told: &BTreeSet<String>) -> Map<String, Json> {
    facts
        .into_iter()
        .filter_map(|(key, value)| match (key.as_str(), value) {
            ("line_items", Json::Array(lines)) => {
                let lines = lines.into_iter().enumerate();
                let lines: Vec<Json> = lines.map(|(place, line)| kept_line(place, line, told)).collect();
                told.contains("line.description").then_some((key, Json::Array(lines)))
            }
            ("credit_note" | "vat_exempt", value) => Some((key, value)),
            (_, value) => told.contains(&key).then_some((key, value)),
        })
        .collect()
}

fn kept_line(place: usize, line: Json, told: &BTreeSet<String>) -> Json {
    let Json::Object(line) = line else { return line };
    let is_told =
        |key: &str| told.contains(&format!("line.{key}")) || told.contains(&format!("line.{key}#{place}"));
    line.into_iter().filter(|(key, _)| key == "kind" || is_told(key)).collect()
}
