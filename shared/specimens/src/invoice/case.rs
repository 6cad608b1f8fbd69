//! Everything an invoice may say, and what is true of it.

use chrono::{Days, NaiveDate};
use serde_json::{Map, Value, json};

use super::bill::{Bill, Line, amount, rounded};
use super::client::{Car, Client, car, client, number_by};
use super::page::{Sheet, set};
use super::style::Style;
use crate::luck::Luck;
use crate::people::trade::{House, ISLANDS, Sort, Trade, house, house_in};
use crate::specimen::Specimen;

/// What the prices of a paper hold.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Prices {
    /// The tax is added at the foot.
    WithoutTax,
    /// The tax is within.
    WithTax,
    /// There is none: art. 293 B.
    Exempt,
}

/// What writes a paper.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Writer {
    /// An office's program.
    Office,
    /// A program that knows capitals only.
    Capitals,
    /// A till.
    Till,
}

/// What a layout wants of luck.
#[derive(Clone, Copy)]
pub struct Wish {
    /// Who writes it.
    pub trade: Trade,
    /// What its prices hold.
    pub prices: Prices,
    /// The chance of a part paid before.
    pub deposit: f64,
    /// The chance of something at another rate.
    pub second_rate: f64,
    /// The chance of a house over the seas, or of a paper from before 2014.
    pub other_rate: f64,
    /// A credit note.
    pub credit: bool,
    /// What writes it.
    pub writer: Writer,
}

impl Wish {
    /// A plain invoice of this trade.
    pub const fn of(trade: Trade) -> Self {
        Self {
            trade,
            prices: Prices::WithoutTax,
            deposit: 0.15,
            second_rate: 0.1,
            other_rate: 0.08,
            credit: false,
            writer: Writer::Office,
        }
    }
}

/// An invoice before it is set.
pub struct Case {
    /// Who writes it.
    pub house: House,
    /// Who pays.
    pub client: Client,
    /// For which car.
    pub car: Car,
    /// Lines and sums.
    pub bill: Bill,
    /// The hand.
    pub style: Style,
    /// Further things the page may print.
    pub more: Map<String, Value>,
    days: Map<String, Value>,
    numbers: Map<String, Value>,
    wish: Wish,
}

impl Case {
    /// An invoice of these lines.
    pub fn of(luck: &mut Luck, wish: Wish, lines: Vec<Line>) -> Self {
        let far = luck.chance(wish.other_rate);
        let old = far && luck.chance(0.5);
        let issued = day_in(luck, if old { 2011..=2013 } else { 2014..=2025 });
        let (house, rate) = match (wish.prices == Prices::Exempt, far, old) {
            (true, ..) => (house(luck, wish.trade), 0),
            (_, true, false) => {
                let town = *luck.pick(ISLANDS);
                (house_in(luck, wish.trade, town), 85)
            }
            (_, true, true) => (house(luck, wish.trade), 196),
            _ => (house(luck, wish.trade), 200),
        };
        let mut bill = billed(luck, &wish, lines, rate);
        let (mut client, mut car) = (client(luck), car(luck, issued));
        if wish.writer == Writer::Capitals {
            shout(&mut client, &mut car, &mut bill);
        }
        Self {
            client,
            car,
            style: if wish.writer == Writer::Till { Style::till(luck) } else { Style::drawn(luck) },
            days: days(luck, issued),
            numbers: numbers(luck, issued),
            more: Map::new(),
            house,
            bill,
            wish,
        }
    }

    /// The day it was written, `2024-03-12`.
    pub fn issued(&self) -> String {
        self.days["issued"].as_str().unwrap_or_default().to_owned()
    }

    /// Gives it another number to print.
    pub fn number(&mut self, key: &str, number: &str) {
        self.numbers.insert(key.to_owned(), json!(number));
    }

    /// With something more for the page to print.
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.more.insert(key.to_owned(), value.into());
        self
    }

    /// Sets it on a page.
    pub fn set(self, luck: &mut Luck, template: &'static str, width_mm: f32) -> Specimen {
        let sheet =
            Sheet { template, data: self.data(luck), facts: self.facts(), style: self.style, width_mm };
        set(luck, sheet)
    }

    fn data(&self, luck: &mut Luck) -> Value {
        let bill = &self.bill;
        let mut data = json!({
            "house": self.house,
            "client": self.client,
            "car": self.car,
            "bill": bill,
            "sums": {
                "labour": bill.sum(&[Sort::Labour]),
                "parts": bill.sum(&[Sort::Part, Sort::Tyre]),
                "fluids": bill.sum(&[Sort::Fluid]),
                "others": bill.sum(&[Sort::Fee, Sort::Other]),
            },
            "days": self.days,
            "no": self.numbers,
            "credit": self.wish.credit,
            "exempt": self.wish.prices == Prices::Exempt,
            "paid": luck.pick(&["CB", "Carte bancaire", "Chèque", "Espèces", "Virement", "CARTE BLEUE"]),
            "time": format!("{:02}:{:02}", luck.number(7..=20), luck.number(0..=59)),
        });
        if let Value::Object(data) = &mut data {
            data.extend(self.more.clone());
        }
        data
    }

    fn facts(&self) -> Map<String, Value> {
        let (bill, house, car) = (&self.bill, &self.house, &self.car);
        let mut facts = Map::new();
        let mut say = |key: &str, value: Value| facts.insert(key.to_owned(), value);
        say("garage_name", json!(house.name));
        say("invoice_number", self.numbers["invoice"].clone());
        say("date", self.days["issued"].clone());
        say("due_date", self.days["due"].clone());
        say("total_ht", json!(amount(bill.ht)));
        say("total_tva", json!(amount(bill.tva)));
        say("total_ttc", json!(amount(bill.ttc)));
        if let [tax] = &bill.rates[..] {
            say("tva_rate", json!(rate_text(tax.rate)));
        }
        say("siret", json!(house.siret));
        say("tva_intra", json!(house.vat));
        say("plate", json!(car.plate_true));
        say("mileage", json!(car.mileage.to_string()));
        say("make", json!(car.make));
        say("model", json!(car.model));
        say("vin", json!(car.vin));
        say("client_name", json!(self.client.name));
        say("line_items", bill.truth());
        if bill.left != bill.ttc {
            say("amount_due", json!(amount(bill.left)));
        }
        for (key, is) in
            [("credit_note", self.wish.credit), ("vat_exempt", self.wish.prices == Prices::Exempt)]
        {
            if is {
                facts.insert(key.to_owned(), json!(true));
            }
        }
        facts
    }
}

/// A day in these years.
pub fn day_in(luck: &mut Luck, years: std::ops::RangeInclusive<i64>) -> NaiveDate {
    let day = NaiveDate::from_yo_opt(luck.number(years) as i32, luck.number(1..=365) as u32);
    day.expect("a year has 365 days")
}

fn billed(luck: &mut Luck, wish: &Wish, mut lines: Vec<Line>, rate: i64) -> Bill {
    let minus = wish.credit && luck.chance(0.5);
    for line in &mut lines {
        line.rate = if line.rate == 200 { rate } else { line.rate };
        if minus {
            (line.qty, line.total) = (-line.qty, -line.total);
        }
    }
    if wish.prices != Prices::Exempt && !wish.credit && luck.chance(wish.second_rate) {
        lines.push(other_rate(luck));
    }
    let bill = if wish.prices == Prices::WithTax { Bill::with_tax(lines) } else { Bill::of(lines) };
    if wish.credit || bill.ttc < 12_000 || !luck.chance(wish.deposit) {
        return bill;
    }
    let part = *luck.pick(&[20, 30, 50]);
    let deposit = rounded(bill.ttc * part, 100_000) * 1000;
    bill.after_deposit(deposit.max(1000))
}

/// Old printers know capitals only.
fn shout(client: &mut Client, car: &mut Car, bill: &mut Bill) {
    let texts = [&mut client.name, &mut client.street, &mut client.town, &mut car.make, &mut car.model];
    for text in texts.into_iter().chain(bill.texts()) {
        *text = text.to_uppercase();
    }
}

/// Something that bears another tax: a book, a tax paid for the client.
fn other_rate(luck: &mut Luck) -> Line {
    let (name, rate, low, high) = *luck.pick(&[
        ("Carte grise (débours)", 0, 9900, 38_900),
        ("Revue technique (livre)", 55, 2900, 4900),
        ("Timbre amende / débours", 0, 1100, 3500),
        ("Carte routière de France", 55, 590, 1290),
        ("Redevance OTC (débours)", 0, 30, 62),
    ]);
    let mut line = Line::new(name, Sort::Other, 100, luck.number(low..=high));
    line.rate = rate;
    line
}

fn days(luck: &mut Luck, issued: NaiveDate) -> Map<String, Value> {
    let after =
        |days: i64| json!(issued.checked_add_days(Days::new(days as u64)).expect("a day").to_string());
    let before =
        |days: i64| json!(issued.checked_sub_days(Days::new(days as u64)).expect("a day").to_string());
    let due = *luck.pick(&[0, 8, 15, 30, 30, 30, 45, 60]);
    let mut days = Map::new();
    let mut say = |key: &str, value: Value| days.insert(key.to_owned(), value);
    say("issued", json!(issued.to_string()));
    say("due", after(due));
    say("ordered", before(luck.number(1..=25)));
    say("came", before(luck.number(0..=4)));
    say("delivered", before(luck.number(1..=3)));
    say("next", after(luck.number(300..=730)));
    say("quoted", before(luck.number(5..=40)));
    say("period_from", before(luck.number(28..=31)));
    days
}

fn numbers(luck: &mut Luck, issued: NaiveDate) -> Map<String, Value> {
    let year = issued.to_string()[..4].to_owned();
    let with_year = |text: String| {
        text.replace("yyyy", &year).replace("yy", &year[2..]).replace("mm", &issued.to_string()[5..7])
    };
    let mut numbers = Map::new();
    let mut say = |luck: &mut Luck, key: &str, patterns: &[&str]| {
        let number = with_year(number_by(luck, patterns));
        numbers.insert(key.to_owned(), json!(number));
    };
    say(luck, "invoice", INVOICES);
    say(luck, "order", &["OR 99999", "999999", "OR-yy-9999", "R99999", "OR9999"]);
    say(luck, "quote", &["DEV-yyyy-999", "D99999", "DEyy9999", "9999"]);
    say(luck, "note", &["BL99999", "BLyy-99999", "99999999", "LIV-99999"]);
    say(luck, "purchase", &["PO-99999", "BC yy/999", "CDE 999999", "CMD-XXXX-XXXX"]);
    say(luck, "claim", &["S99999999AA", "yy999999999", "AA9999999", "9999999999"]);
    say(luck, "credited", INVOICES);
    numbers
}

const INVOICES: &[&str] = &[
    "Fyyyy-00999",
    "FÁyymm99",
    "FÁC-999999",
    "yymm-0999",
    "999999",
    "FC/yyyy/0999",
    "Fyy99999",
    "yyyy-999",
    "FÁ99999",
    "yy/99999",
    "FV-yyyy-mm-0999",
    "VO99999",
    "2999999",
    "INV-yyyy-999",
    "FCyy-9999",
    "A99999999",
    "F-99999",
    "F0099999",
    "99999999",
];

fn rate_text(tenths: i64) -> String {
    if tenths % 10 == 0 { (tenths / 10).to_string() } else { format!("{}.{}", tenths / 10, tenths % 10) }
}
