//! What a vehicle runs on, how strong and how clean it is.

use chrono::{Datelike as _, NaiveDate};

use super::Sort;
use super::table::{Body, Frame, Model};
use crate::luck::Luck;

/// Rubrics P, Q, U and V.
pub struct Engine {
    /// P.1; electric ones have none.
    pub cm3: Option<u32>,
    /// P.2.
    pub kw: u32,
    /// P.3: `ES`, `GO`, `EL`, `EE`...
    pub energy: &'static str,
    /// P.6.
    pub fiscal: u32,
    /// Q in hundredths of kW/kg; motorcycles only.
    pub ratio_hundredths: Option<u32>,
    /// U.1 in dB(A) and U.2 in turns a minute.
    pub noise: Option<(u32, u32)>,
    /// V.7 in g/km.
    pub co2: Option<u32>,
    /// V.9.
    pub class: Option<String>,
}

/// The engine of a vehicle of that build and day; none for what is drawn.
pub fn draw(luck: &mut Luck, model: &Model, first: NaiveDate, running: u32) -> Option<Engine> {
    let body = model.body;
    let frame = body.frame();
    let sort = body.sort();
    if *frame.kw.end() == 0 {
        return None;
    }
    let (cm3, kw) = if sort == Sort::Motorcycle && !frame.cm3.is_empty() {
        let cm3 = named_displacement(luck, &model.name).unwrap_or_else(|| *luck.pick(frame.cm3));
        (Some(cm3), motorcycle_power(luck, body, cm3))
    } else {
        let kw = luck.number(frame.kw.clone()) as u32;
        (displacement(luck, &frame, kw), kw)
    };
    let energy = energy(luck, sort, cm3, first.year());
    let co2 = co2(luck, sort, energy, running, kw, first.year());
    Some(Engine {
        fiscal: fiscal(sort, cm3, kw, co2, first),
        ratio_hundredths: (sort == Sort::Motorcycle).then(|| kw * 100 / running.max(1)),
        noise: noise(luck, sort, cm3, first.year()),
        class: class(luck, sort, energy, first),
        co2,
        cm3,
        kw,
        energy,
    })
}

/// Motorcycles are named by their displacement, near enough.
fn named_displacement(luck: &mut Luck, name: &str) -> Option<u32> {
    let number = name.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse::<u32>().ok());
    let rounded = number.max().filter(|number| (100..2000).contains(number))?;
    Some(rounded - luck.number(0..=if rounded < 200 { 1 } else { 6 }) as u32)
}

fn motorcycle_power(luck: &mut Luck, body: Body, cm3: u32) -> u32 {
    let a_litre = match body {
        Body::Sport => 112..=158,
        Body::Scooter | Body::LightMoto => 60..=88,
        _ => 52..=96,
    };
    let kw = (luck.number(a_litre) as u32 * cm3 / 1000).max(5);
    if cm3 <= 125 { kw.min(11) } else { kw }
}

/// Strong engines are large, more or less.
fn displacement(luck: &mut Luck, frame: &Frame, kw: u32) -> Option<u32> {
    let sizes = frame.cm3.len() as i64;
    if sizes == 0 {
        return None;
    }
    let (weakest, strongest) = (*frame.kw.start(), *frame.kw.end());
    let fair = (i64::from(kw) - weakest) * (sizes - 1) / (strongest - weakest).max(1);
    let place = (fair + luck.number(-1..=1)).clamp(0, sizes - 1);
    Some(frame.cm3[place as usize])
}

fn energy(luck: &mut Luck, sort: Sort, cm3: Option<u32>, year: i32) -> &'static str {
    const VANS: &[&str] = &["GO", "GO", "GO", "GO", "GO", "GO", "ES"];
    const SMALL: &[&str] = &["ES", "ES", "ES", "ES", "ES", "EH", "EG", "FE"];
    const SMALL_OLD: &[&str] = &["ES", "ES", "ES", "ES", "EG"];
    const RECENT: &[&str] = &["ES", "ES", "GO", "GO", "GO", "EE", "EH", "EH", "GH", "FE", "EG"];
    const OLD: &[&str] = &["GO", "GO", "GO", "ES", "ES", "EG"];
    let list = match (sort, cm3) {
        (_, None) => return "EL",
        (Sort::Motorcycle, _) => return "ES",
        (Sort::Van, _) => VANS,
        (_, Some(cm3)) if cm3 < 1240 => {
            if year >= 2012 {
                SMALL
            } else {
                SMALL_OLD
            }
        }
        _ => {
            if year >= 2017 {
                RECENT
            } else {
                OLD
            }
        }
    };
    luck.pick::<&str>(list)
}

fn co2(luck: &mut Luck, sort: Sort, energy: &str, running: u32, kw: u32, year: i32) -> Option<u32> {
    if energy == "EL" {
        return luck.chance(0.3).then_some(0);
    }
    let stated = match sort {
        Sort::Motorcycle if year < 2016 => return None,
        Sort::Van if year < 2008 => 0.1,
        _ if year < 1999 => 0.1,
        _ => 0.97,
    };
    let size = if sort == Sort::Motorcycle { 30 + kw } else { running / 16 + kw / 3 };
    let years = if year < 2007 { 32 } else { 8 };
    let share = match energy {
        "EE" => 4,
        "EH" | "GH" => 1,
        _ => 0,
    };
    let grams = size + years + luck.number(0..=18) as u32;
    let grams = if share == 4 { grams / 4 } else { grams * (10 - share) / 10 };
    luck.chance(stated).then_some(grams)
}

/// Code général des impôts: CO2/45 + (kW/40)^1.6 until June 2020, 1.8 x (kW/100)^2 + 3.87 x kW/100 + 1.34 since.
fn fiscal(sort: Sort, cm3: Option<u32>, kw: u32, co2: Option<u32>, first: NaiveDate) -> u32 {
    let kw = f64::from(kw);
    let power = match (sort, cm3) {
        (Sort::Motorcycle, Some(cm3)) => f64::from(cm3.div_ceil(125)),
        (_, None) => kw / 28.0,
        _ if first.year() > 2020 => 1.8 * (kw / 100.0).powi(2) + 3.87 * kw / 100.0 + 1.34,
        _ => f64::from(co2.unwrap_or(165)) / 45.0 + (kw / 40.0).powf(1.6),
    };
    (power.round() as u32).max(1)
}

fn noise(luck: &mut Luck, sort: Sort, cm3: Option<u32>, year: i32) -> Option<(u32, u32)> {
    let (decibels, turns) = match (sort, cm3) {
        (_, None) if luck.chance(0.4) => (luck.number(60..=69), luck.number(0..=1) * 2500),
        (_, None) => return None,
        (Sort::Motorcycle, _) => (luck.number(78..=96), luck.number(14..=28) * 250),
        _ => (luck.number(67..=86), luck.number(40..=92) * 50),
    };
    let stated = if year < 1998 { 0.6 } else { 0.97 };
    luck.chance(stated).then_some((decibels as u32, turns.max(2000) as u32))
}

fn class(luck: &mut Luck, sort: Sort, energy: &str, first: NaiveDate) -> Option<String> {
    let electric = energy == "EL";
    let (stated, words): (f64, &[&str]) = match (sort, first.year()) {
        (Sort::Motorcycle, _) if electric => (0.2, &["168/2013*2018/295"]),
        (Sort::Motorcycle, ..2007) => (0.2, &["97/24EURO2", "EURO2"]),
        (Sort::Motorcycle, ..2017) => (0.8, &["2002/51B/EURO3", "EURO3", "97/24*2009/108EURO3"]),
        (Sort::Motorcycle, ..2021) => (0.9, &["168/2013*2016/1824EURO4", "EURO4", "168/2013 EURO 4"]),
        (Sort::Motorcycle, _) => (0.95, &["168/2013*2018/295EURO5", "EURO5", "168/2013 EURO 5"]),
        (_, ..2000) => (0.2, &["70/220*96/69EURO2", "94/12EURO2"]),
        _ if electric => (0.5, &["EURO 6 AX", "715/2007*2018/1832AX", "EURO6AX", "715/2007*2017/1347AX"]),
        (_, ..2006) => (0.9, &["70/220*1998/69EURO3", "70/220*2001/100EURO3", "98/69/CE EURO3", "EURO3"]),
        (_, ..2011) => {
            (0.95, &["70/220*2003/76EURO4", "70/220*2006/96EURO4", "EURO4", "70/220*2002/80EURO4"])
        }
        (_, ..2016) => {
            (0.97, &["715/2007*692/2008EURO5", "715/2007*566/2011EURO5", "EURO5", "715/2007*630/2012EURO5"])
        }
        (_, ..2019) => {
            (0.98, &["715/2007*2015/45WEURO6", "715/2007*136/2014EURO6", "EURO6", "EURO 6 W", "EURO6B"])
        }
        _ => (
            0.98,
            &[
                "EURO 6 AG",
                "EURO 6 AP",
                "EURO6",
                "715/2007*2018/1832AP EURO6",
                "EURO 6 DG",
                "EURO6D-TEMP",
                "715/2007*2018/1832DG",
            ],
        ),
    };
    luck.chance(stated).then(|| (*luck.pick(words)).to_owned())
}
