//! Puts drawn values into a page of HTML.
//!
//! Beside the values a template has luck of its own, for what the truth does not depend on:
//! `pick([..])`, `chance(0.3)`, `number(1, 9)`, `text("99 99")`, `euros(100, 900)`, `phone()`, `siret()`, `vat()`, `rcs()`,
//! `scribble(30)`, `bars(40, 8)`, `dots(15)`, `guilloche("#cde")`, `street()`, `town()`, `someone()`.

use std::sync::{Arc, Mutex};

use chrono::{Datelike as _, NaiveDate};
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, Error, ErrorKind};

use super::drawing;
use super::look::Look;
use crate::luck::Luck;
use crate::people;
use crate::people::persons;

const KIT: &str = include_str!("../../layouts/insurance/kit.html");
const CARD: &str = include_str!("../../layouts/insurance/card.html");
const PARTS: &str = include_str!("../../layouts/inspection/parts.html");
const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

type Shared = Arc<Mutex<Luck>>;

/// Renders a template with its values; `look` decides how dates and amounts are written.
pub fn render(template: &str, values: serde_json::Value, look: &Look, luck: &mut Luck) -> String {
    let own: Shared = Arc::new(Mutex::new(Luck::of(
        luck.number(0..=i64::MAX).unsigned_abs(),
        &["what the truth does not say"],
    )));
    let mut pages = Environment::new();
    pages.set_auto_escape_callback(|_| AutoEscape::Html);
    add_choices(&mut pages, &own);
    add_words(&mut pages, &own, look.amounts);
    add_drawings(&mut pages, &own);
    let dates = look.dates;
    pages.add_filter("day", move |day: String| written(&day, dates));
    pages.add_filter("slashes", |day: String| written(&day, "/"));
    pages.add_filter("long", |day: String| written(&day, "long"));
    pages.add_filter("part", |day: String, part: String| part_of(&day, &part));
    for (name, text) in [("kit.html", KIT), ("card.html", CARD), ("parts.html", PARTS)] {
        pages.add_template(name, text).expect("the shared parts are templates");
    }
    pages
        .render_str(template, Serde(values))
        .unwrap_or_else(|error| panic!("a layout is a template: {error:#}"))
}

fn with<T>(luck: &Shared, draw: impl FnOnce(&mut Luck) -> T) -> T {
    draw(&mut luck.lock().expect("one thread prints"))
}

fn add_choices(pages: &mut Environment<'_>, own: &Shared) {
    let luck = own.clone();
    pages.add_function("pick", move |list: Vec<Value>| with(&luck, |luck| luck.pick(&list).clone()));
    let luck = own.clone();
    pages.add_function("chance", move |chance: f64| with(&luck, |luck| luck.chance(chance)));
    let luck = own.clone();
    pages.add_function("number", move |from: i64, to: i64| with(&luck, |luck| luck.number(from..=to)));
    let luck = own.clone();
    pages.add_function("text", move |pattern: String| with(&luck, |luck| luck.text(&pattern)));
}

fn add_words(pages: &mut Environment<'_>, own: &Shared, amounts: i64) {
    let luck = own.clone();
    pages.add_function("euros", move |from: i64, to: i64| {
        with(&luck, |luck| euros(luck.number(from * 100..=to * 100), amounts))
    });
    let luck = own.clone();
    pages.add_function("phone", move || with(&luck, phone));
    let luck = own.clone();
    pages.add_function("siret", move || with(&luck, people::siret));
    let luck = own.clone();
    pages.add_function("vat", move || with(&luck, |luck| people::vat_number(&people::siret(luck))));
    let luck = own.clone();
    pages.add_function("rcs", move || with(&luck, register));
    let luck = own.clone();
    pages.add_function("street", move || with(&luck, persons::street));
    let luck = own.clone();
    pages.add_function("town", move || with(&luck, |luck| persons::place(luck).1));
    let luck = own.clone();
    pages.add_function("postal", move || {
        with(&luck, |luck| {
            let (code, town) = persons::place(luck);
            format!("{code} {town}")
        })
    });
    let luck = own.clone();
    pages.add_function("someone", move || with(&luck, |luck| persons::human(luck).name));
    pages.add_filter("money", move |cents: i64| euros(cents, amounts));
}

fn add_drawings(pages: &mut Environment<'_>, own: &Shared) {
    let luck = own.clone();
    pages.add_function("scribble", move |width: f32| {
        with(&luck, |luck| {
            let ink = *luck.pick(&["#1a2a8a", "#111", "#23349c", "#333", "#0b1a5e"]);
            Value::from_safe_string(drawing::scribble(luck, width, ink))
        })
    });
    let luck = own.clone();
    pages.add_function("bars", move |width: f32, height: f32| {
        with(&luck, |luck| Value::from_safe_string(drawing::bars(luck, width, height)))
    });
    let luck = own.clone();
    pages.add_function("dots", move |side: f32| {
        with(&luck, |luck| Value::from_safe_string(drawing::dots(luck, side)))
    });
    let luck = own.clone();
    pages.add_function("guilloche", move |colour: String| {
        with(&luck, |luck| Value::from_safe_string(drawing::guilloche(luck, &colour)))
    });
}

fn phone(luck: &mut Luck) -> String {
    let digits = format!("0{}", luck.text("9 99 99 99 99"));
    match luck.number(0..=3) {
        0 => digits.replace(' ', "."),
        1 => digits.replace(' ', ""),
        _ => digits,
    }
}

fn register(luck: &mut Luck) -> String {
    let siret = people::siret(luck);
    let town = persons::place(luck).1;
    let spaced = format!("{} {} {}", &siret[..3], &siret[3..6], &siret[6..9]);
    match luck.number(0..=2) {
        0 => format!("RCS {town} {spaced}"),
        1 => format!("{spaced} R.C.S. {town}"),
        _ => format!("RCS {town} B {spaced}"),
    }
}

/// An amount in cents in one of five ways of writing it.
fn euros(cents: i64, way: i64) -> String {
    let (whole, rest) = (cents / 100, cents % 100);
    let grouped = |mark: &str| {
        if whole >= 1000 { format!("{}{mark}{:03}", whole / 1000, whole % 1000) } else { whole.to_string() }
    };
    match way {
        0 => format!("{},{rest:02} €", grouped("\u{202f}")),
        1 => format!("{},{rest:02} €", grouped(" ")),
        2 => format!("{whole},{rest:02} EUR"),
        3 => format!("{},{rest:02} €", grouped(".")),
        _ => format!("{whole},{rest:02}€"),
    }
}

/// An ISO day as people write it.
pub fn written(day: &str, way: &str) -> String {
    let Ok(day) = day.parse::<NaiveDate>() else { return day.to_owned() };
    match way {
        "long" => {
            let number = if day.day() == 1 { "1er".to_owned() } else { day.day().to_string() };
            format!("{number} {} {}", MONTHS[day.month0() as usize], day.year())
        }
        mark => day.format(&format!("%d{mark}%m{mark}%Y")).to_string(),
    }
}

fn part_of(day: &str, part: &str) -> Result<String, Error> {
    let day: NaiveDate =
        day.parse().map_err(|_| Error::new(ErrorKind::InvalidOperation, "a day is written YYYY-MM-DD"))?;
    Ok(match part {
        "d" => day.format("%d").to_string(),
        "m" => day.format("%m").to_string(),
        "y" => day.format("%Y").to_string(),
        "dm" => day.format("%d/%m").to_string(),
        _ => format!("{} {}", MONTHS[day.month0() as usize], day.year()),
    })
}
