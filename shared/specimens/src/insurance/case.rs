//! What an insurance paper says, whatever its layout.

use chrono::{Datelike as _, Days, Months, NaiveDate};
use serde_json::{Map, Value as Json, json};

use super::look::Look;
use super::page;
use super::vehicle::{self, Genre, Vehicle};
use crate::luck::Luck;
use crate::people::insurers::{self, Broker, House, Insurer};
use crate::people::persons::{self, Person};
use crate::specimen::Specimen;

/// What a layout asks for.
pub struct Plan {
    /// The page.
    pub template: &'static str,
    /// Width of the paper in millimetres.
    pub width_mm: f32,
    /// The years in which such papers were issued.
    pub years: (i32, i32),
    /// The houses that issue them; none means all.
    pub houses: &'static [House],
    /// Whether a broker issues it: never, always, or with this chance.
    pub broker: f64,
    /// The genre of vehicle, if it is not free.
    pub genre: Option<Genre>,
    /// Whether the holder is always a firm.
    pub firm: bool,
    /// How long it is valid, in months.
    pub months: u32,
    /// How often it is issued long after it took effect.
    pub late: f64,
    /// The keys that are always on it.
    pub always: &'static [&'static str],
    /// The keys that are on it with a chance.
    pub sometimes: &'static [(&'static str, f64)],
}

/// What the paper says.
pub struct Case {
    insurer: &'static Insurer,
    broker: Option<&'static Broker>,
    number: String,
    code: String,
    from: NaiveDate,
    until: NaiveDate,
    issue: NaiveDate,
    holder: Person,
    vehicle: Vehicle,
    shown: Vec<&'static str>,
}

/// Draws a case and prints it.
pub fn print(luck: &mut Luck, plan: &Plan) -> Specimen {
    let case = draw(luck, plan);
    let (accent, dark) =
        case.broker.map_or((case.insurer.accent, case.insurer.dark), |b| (b.accent, "#222222"));
    let look = Look::draw(luck, accent, dark);
    let html = page::render(plan.template, case.values(&look, luck), &look, luck);
    Specimen { html, truth: case.truth(), width_mm: plan.width_mm }
}

fn draw(luck: &mut Luck, plan: &Plan) -> Case {
    let insurer = if plan.houses.is_empty() {
        insurers::insurer(luck)
    } else {
        insurers::insurer_of(luck, plan.houses)
    };
    let broker = luck.chance(plan.broker).then(|| insurers::broker(luck));
    let patterns = match broker {
        Some(broker) if luck.chance(0.7) => broker.policies,
        _ => insurer.policies,
    };
    let issue = issued(luck, plan.years);
    let from = if luck.chance(plan.late) {
        issue - Days::new(luck.number(1..=300) as u64)
    } else {
        issue + Days::new(luck.number(0..=45) as u64)
    };
    let end = from + Months::new(plan.months);
    let until = if luck.chance(0.7) { end - Days::new(1) } else { end };
    let genre = plan.genre.unwrap_or_else(|| vehicle::genre(luck));
    Case {
        insurer,
        broker,
        number: insurers::policy_number(luck, patterns),
        code: format!("{:03}", luck.number(1..=899)),
        from,
        until,
        issue,
        holder: if plan.firm { persons::firm(luck) } else { persons::person(luck) },
        vehicle: vehicle::vehicle(luck, genre, issue),
        shown: shown(luck, plan),
    }
}

fn issued(luck: &mut Luck, (first, last): (i32, i32)) -> NaiveDate {
    let start = NaiveDate::from_ymd_opt(first, 1, 1).expect("a day of the calendar");
    let day = start + Days::new(luck.number(0..=i64::from(last - first + 1) * 365 - 1) as u64);
    // Contracts begin on a first of the month more often than on another day.
    if luck.chance(0.25) { day.with_day(1).expect("every month has a first") } else { day }
}

fn shown(luck: &mut Luck, plan: &Plan) -> Vec<&'static str> {
    let mut shown = plan.always.to_vec();
    for (key, chance) in plan.sometimes {
        if luck.chance(*chance) {
            shown.push(key);
        }
    }
    shown
}

impl Case {
    fn says(&self) -> [(&'static str, Json); 13] {
        let day = |day: NaiveDate| Json::from(day.to_string());
        [
            ("company", self.insurer.name.into()),
            ("policy_number", self.number.as_str().into()),
            ("valid_from", day(self.from)),
            ("expiry_date", day(self.until)),
            ("issue_date", day(self.issue)),
            ("plate", self.vehicle.plate.as_str().into()),
            ("make", self.vehicle.make.as_str().into()),
            ("model", self.vehicle.model.as_str().into()),
            ("holder_name", self.holder.name.as_str().into()),
            ("vin", self.vehicle.vin.as_str().into()),
            ("insurer_code", self.code.as_str().into()),
            ("country_code", "F".into()),
            ("category", self.vehicle.genre.category().into()),
        ]
    }

    fn truth(&self) -> Map<String, Json> {
        let shown = |key: &str| self.shown.contains(&key);
        self.says()
            .into_iter()
            .filter(|(key, _)| shown(key))
            .map(|(key, value)| (key.into(), value))
            .collect()
    }

    fn values(&self, look: &Look, luck: &mut Luck) -> Json {
        let shows: Map<String, Json> = self.shown.iter().map(|key| ((*key).into(), true.into())).collect();
        let values = json!({
            "look": look,
            "show": shows,
            "insurer": { "name": self.insurer.name, "brand": self.insurer.brand, "house": self.insurer.house },
            "broker": self.broker.map(|b| json!({ "name": b.name, "trade": b.trade })),
            "seller": self.broker.map_or(self.insurer.brand, |b| b.name),
            "policy": self.number,
            "code": self.code,
            "from": self.from.to_string(),
            "until": self.until.to_string(),
            "issue": self.issue.to_string(),
            "anniversary": self.from.format("%d/%m").to_string(),
            "holder": self.holder,
            "vehicle": self.vehicle.values(luck),
            "premium": luck.number(18_000..=145_000),
        });
        let mut whole = values.clone();
        // Macros see only what they are handed, so everything is also one value.
        whole["d"] = values;
        whole
    }
}
