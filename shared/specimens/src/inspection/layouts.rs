//! The layouts of inspection reports.

use super::case::{Plan, print};
use super::defects::List;
use crate::luck::Luck;
use crate::specimen::{Layout, Specimen};

/// Every layout.
pub const LAYOUTS: &[Layout] = &[
    Layout { name: "two_columns", make: two_columns },
    Layout { name: "banded", make: banded },
    Layout { name: "two_pages", make: two_pages },
    Layout { name: "old_form", make: old_form },
    Layout { name: "second_visit", make: second_visit },
    Layout { name: "ticket", make: ticket },
    Layout { name: "moto", make: moto },
    Layout { name: "independent", make: independent },
    Layout { name: "certificate", make: certificate },
    Layout { name: "message", make: message },
];

/// What the regulatory form always says.
const FORM: &[&str] = &[
    "mileage",
    "vin",
    "make",
    "model",
    "first_registration",
    "number",
    "center_name",
    "approval",
    "nature",
    "defects",
];

/// What most reports have in common.
const PLAN: Plan = Plan {
    template: "",
    width_mm: 210.0,
    years: (2018, 2026),
    list: List::Cars,
    second: false,
    alone: false,
    most: 6,
    shown: FORM,
    sometimes: &[],
};

fn two_columns(luck: &mut Luck) -> Specimen {
    let second = luck.chance(0.15);
    let template = include_str!("../../layouts/inspection/two_columns.html");
    print(luck, &Plan { template, second, ..PLAN })
}

fn banded(luck: &mut Luck) -> Specimen {
    let second = luck.chance(0.1);
    let template = include_str!("../../layouts/inspection/banded.html");
    print(luck, &Plan { template, second, ..PLAN })
}

fn two_pages(luck: &mut Luck) -> Specimen {
    let template = include_str!("../../layouts/inspection/two_pages.html");
    print(luck, &Plan { template, most: 9, ..PLAN })
}

fn old_form(luck: &mut Luck) -> Specimen {
    let second = luck.chance(0.2);
    let template = include_str!("../../layouts/inspection/old_form.html");
    print(luck, &Plan { template, second, years: (2012, 2017), list: List::Old, most: 4, ..PLAN })
}

fn second_visit(luck: &mut Luck) -> Specimen {
    let pages = [
        include_str!("../../layouts/inspection/two_columns.html"),
        include_str!("../../layouts/inspection/banded.html"),
        include_str!("../../layouts/inspection/independent.html"),
    ];
    let page = luck.number(0..=2);
    let template = pages[page as usize];
    print(luck, &Plan { template, second: true, alone: page == 2, most: 3, ..PLAN })
}

fn ticket(luck: &mut Luck) -> Specimen {
    let plan = Plan {
        template: include_str!("../../layouts/inspection/ticket.html"),
        width_mm: 78.0,
        second: true,
        most: 3,
        shown: &["number", "center_name", "nature", "defects"],
        sometimes: &[
            ("make", 0.9),
            ("model", 0.8),
            ("vin", 0.6),
            ("mileage", 0.7),
            ("first_registration", 0.3),
            ("approval", 0.9),
        ],
        ..PLAN
    };
    print(luck, &plan)
}

fn moto(luck: &mut Luck) -> Specimen {
    let template = include_str!("../../layouts/inspection/moto.html");
    print(luck, &Plan { template, years: (2024, 2026), list: List::Motorcycles, most: 4, ..PLAN })
}

fn independent(luck: &mut Luck) -> Specimen {
    let second = luck.chance(0.15);
    let template = include_str!("../../layouts/inspection/independent.html");
    print(luck, &Plan { template, second, alone: true, most: 5, ..PLAN })
}

fn certificate(luck: &mut Luck) -> Specimen {
    let plan = Plan {
        template: include_str!("../../layouts/inspection/certificate.html"),
        shown: &["number", "center_name", "approval", "nature", "make", "vin"],
        sometimes: &[("model", 0.8), ("mileage", 0.7), ("first_registration", 0.5)],
        ..PLAN
    };
    print(luck, &plan)
}

fn message(luck: &mut Luck) -> Specimen {
    let plan = Plan {
        template: include_str!("../../layouts/inspection/message.html"),
        most: 4,
        shown: &["number", "center_name", "nature", "make", "defects"],
        sometimes: &[
            ("model", 0.9),
            ("vin", 0.4),
            ("mileage", 0.8),
            ("first_registration", 0.3),
            ("approval", 0.6),
        ],
        ..PLAN
    };
    print(luck, &plan)
}
