//! What an inspection's report says, whatever its layout.

use chrono::{Days, Months, NaiveDate};
use serde_json::{Map, Value as Json, json};

use super::center::{self, Center};
use super::defects::{self, Defect, Level, List};
use crate::insurance::look::Look;
use crate::insurance::page;
use crate::insurance::vehicle::{self, Genre, Vehicle};
use crate::luck::Luck;
use crate::people::persons::{self, Person};
use crate::specimen::Specimen;

/// What a layout asks for.
pub struct Plan {
    /// The page.
    pub template: &'static str,
    /// Width of the paper in millimetres.
    pub width_mm: f32,
    /// The years in which such reports were issued.
    pub years: (i32, i32),
    /// Which list of defects applies.
    pub list: List,
    /// Whether it reports a second visit.
    pub second: bool,
    /// Whether the centre belongs to no network.
    pub alone: bool,
    /// How many defects there are at most of each level.
    pub most: i64,
    /// The keys that are on it beside the plate, the date, the result and the limit.
    pub shown: &'static [&'static str],
    /// The keys that are on it with a chance.
    pub sometimes: &'static [(&'static str, f64)],
}

/// What the report says.
struct Case {
    vehicle: Vehicle,
    holder: Person,
    center: Center,
    date: NaiveDate,
    until: NaiveDate,
    first_visit: NaiveDate,
    mileage: i64,
    number: String,
    form: String,
    nature: &'static str,
    result: &'static str,
    defects: Vec<Defect>,
    shown: Vec<&'static str>,
}

/// Draws a report and prints it.
pub fn print(luck: &mut Luck, plan: &Plan) -> Specimen {
    let case = draw(luck, plan);
    let mut look = Look::draw(luck, case.center.accent, case.center.dark);
    if look.dates == "long" && luck.chance(0.8) {
        look.dates = "/";
    }
    let html = page::render(plan.template, case.values(&look, luck, plan.list), &look, luck);
    Specimen { html, truth: case.truth(), width_mm: plan.width_mm }
}

fn draw(luck: &mut Luck, plan: &Plan) -> Case {
    let (first, last) = plan.years;
    let start = NaiveDate::from_ymd_opt(first, 6, 1).expect("a day of the calendar");
    let date = start + Days::new(luck.number(0..=i64::from(last - first) * 365) as u64);
    let genre = match plan.list {
        List::Motorcycles => Genre::Motorcycle,
        _ if luck.chance(0.12) => Genre::Van,
        _ => Genre::Car,
    };
    // A vehicle is first shown at four years, a two-wheeler at five.
    let before = date - Days::new(if genre == Genre::Motorcycle { 1780 } else { 1400 });
    let result = outcome(luck, plan);
    let first_visit = if plan.second { date - Days::new(luck.number(1..=58) as u64) } else { date };
    let mut shown = plan.shown.to_vec();
    shown.extend(plan.sometimes.iter().filter(|(_, chance)| luck.chance(*chance)).map(|(key, _)| key));
    Case {
        vehicle: vehicle::vehicle(luck, genre, before),
        holder: persons::person(luck),
        center: center::center(luck, plan.alone),
        date,
        until: if result == "R" { date } else { limit(luck, plan, result, first_visit) },
        first_visit,
        mileage: luck.number(9_500..=248_900),
        number: format!("{}{}", date.format("%y"), luck.text("999999")),
        form: luck.text("99999999"),
        nature: nature(luck, plan),
        result,
        defects: found(luck, plan, result),
        shown,
    }
}

fn outcome(luck: &mut Luck, plan: &Plan) -> &'static str {
    match (plan.second, luck.number(0..=99)) {
        (true, 0..=84) | (false, 0..=54) => "A",
        (_, 94..) if plan.list != List::Old => "R",
        _ => "S",
    }
}

/// Two years, three for a two-wheeler, two months for the second visit, all from the first one.
fn limit(luck: &mut Luck, plan: &Plan, result: &str, first_visit: NaiveDate) -> NaiveDate {
    let months = match (result, plan.list) {
        ("A", List::Motorcycles) => 36,
        ("A", _) => 24,
        _ => 2,
    };
    let end = first_visit + Months::new(months);
    if luck.chance(0.6) { end - Days::new(1) } else { end }
}

fn nature(luck: &mut Luck, plan: &Plan) -> &'static str {
    let names: &[&'static str] = match (plan.list, plan.second) {
        (List::Old, false) => &["Visite technique périodique", "VISITE TECHNIQUE PERIODIQUE", "VTP"],
        (List::Old, true) => &["Contre-visite", "CONTRE-VISITE", "CV"],
        (_, false) => &[
            "Contrôle technique périodique",
            "CONTRÔLE TECHNIQUE PÉRIODIQUE",
            "Contrôle technique périodique",
        ],
        (_, true) => &["Contre-visite", "CONTRE-VISITE", "Contre-visite"],
    };
    luck.pick::<&'static str>(names)
}

fn found(luck: &mut Luck, plan: &Plan, result: &str) -> Vec<Defect> {
    let mut found = Vec::new();
    if result == "R" {
        let count = luck.number(1..=2);
        found.extend(defects::draw(luck, plan.list, Level::Critical, count));
    }
    if result != "A" {
        let count = luck.number(i64::from(result == "S")..=plan.most);
        found.extend(defects::draw(luck, plan.list, Level::Major, count));
    }
    let count = luck.number(0..=plan.most);
    found.extend(defects::draw(luck, plan.list, Level::Minor, if plan.second { 0 } else { count }));
    found
}

impl Case {
    fn truth(&self) -> Map<String, Json> {
        let day = |day: NaiveDate| Json::from(day.to_string());
        let all: [(&str, Json); 14] = [
            ("plate", self.vehicle.plate.as_str().into()),
            ("date", day(self.date)),
            ("result", self.result.into()),
            ("next_due", day(self.until)),
            ("mileage", self.mileage.to_string().into()),
            ("vin", self.vehicle.vin.as_str().into()),
            ("make", self.vehicle.make.as_str().into()),
            ("model", self.vehicle.model.as_str().into()),
            ("first_registration", day(self.vehicle.first)),
            ("number", self.number.as_str().into()),
            ("center_name", self.center.name.as_str().into()),
            ("approval", self.center.approval.as_str().into()),
            ("nature", self.nature.into()),
            ("defects", json!(self.defects)),
        ];
        let core = ["plate", "date", "result", "next_due"];
        let printed = |key: &str| core.contains(&key) || self.shown.contains(&key);
        all.into_iter().filter(|(key, _)| printed(key)).map(|(key, value)| (key.to_owned(), value)).collect()
    }

    fn of_level(&self, level: Level) -> Vec<&Defect> {
        self.defects.iter().filter(|defect| defect.level == level).collect()
    }

    /// Earlier readings; since 2018 only those after 20 May 2018 are printed.
    fn history(&self, luck: &mut Luck, list: List) -> Vec<Json> {
        let since = NaiveDate::from_ymd_opt(2018, 5, 20).expect("a day of the calendar");
        (1..=luck.number(0..=3))
            .map(|turn| {
                let day = self.date - Days::new((turn * luck.number(690..=740)) as u64);
                (day, self.mileage * (10 - turn * 2) / 10 + luck.number(0..=300))
            })
            .filter(|(day, _)| list == List::Old || *day > since)
            .map(|(day, km)| json!({ "day": day.to_string(), "km": km }))
            .collect()
    }

    fn values(&self, look: &Look, luck: &mut Luck, list: List) -> Json {
        let shows: Map<String, Json> = self.shown.iter().map(|key| ((*key).into(), true.into())).collect();
        let history = self.history(luck, list);
        let values = json!({
            "look": look,
            "show": shows,
            "nature": self.nature,
            "second": self.first_visit != self.date,
            "old": list == List::Old,
            "moto": list == List::Motorcycles,
            "result": self.result,
            "date": self.date.to_string(),
            "until": self.until.to_string(),
            "first_visit": self.first_visit.to_string(),
            "pv": self.number,
            "pv_before": format!("{}{}", self.first_visit.format("%y"), luck.text("999999")),
            "form": format!("{}{}", self.center.letter, self.form),
            "mileage": kilometres(luck, self.mileage),
            "history": history,
            "critical": self.of_level(Level::Critical),
            "major": self.of_level(Level::Major),
            "minor": self.of_level(Level::Minor),
            "center": self.center,
            "holder": self.holder,
            "vehicle": self.vehicle.values(luck),
        });
        let mut whole = values.clone();
        whole["d"] = values;
        whole
    }
}

fn kilometres(luck: &mut Luck, km: i64) -> String {
    let spaced = format!("{} {:03}", km / 1000, km % 1000);
    match luck.number(0..=3) {
        0 => km.to_string(),
        1 => format!("{km} km"),
        2 => format!("{spaced} km"),
        _ => spaced,
    }
}
