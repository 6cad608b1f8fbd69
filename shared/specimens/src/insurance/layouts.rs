//! The layouts of insurance papers: which page, who issues it, and what is on it.

use super::case::{Plan, print};
use super::vehicle::Genre;
use crate::luck::Luck;
use crate::people::insurers::House;
use crate::specimen::{Layout, Specimen};

/// Every layout.
pub const LAYOUTS: &[Layout] = &[
    Layout { name: "green_card", make: green_card },
    Layout { name: "green_card_sheet", make: green_card_sheet },
    Layout { name: "green_card_typed", make: green_card_typed },
    Layout { name: "white_card", make: white_card },
    Layout { name: "memo", make: memo },
    Layout { name: "memo_due", make: memo_due },
    Layout { name: "memo_app", make: memo_app },
    Layout { name: "attestation", make: attestation },
    Layout { name: "information", make: information },
    Layout { name: "conditions", make: conditions },
    Layout { name: "notice", make: notice },
    Layout { name: "provisional", make: provisional },
    Layout { name: "fleet", make: fleet },
    Layout { name: "email", make: email },
    Layout { name: "bilingual", make: bilingual },
];

const CORE: [&str; 5] = ["company", "policy_number", "plate", "make", "holder_name"];
const DATED: [&str; 6] = ["company", "policy_number", "plate", "make", "holder_name", "valid_from"];
const TERM: [&str; 7] =
    ["company", "policy_number", "plate", "make", "holder_name", "valid_from", "expiry_date"];
/// What every international card says.
const CARD: [&str; 10] = [
    "company",
    "policy_number",
    "plate",
    "make",
    "holder_name",
    "valid_from",
    "expiry_date",
    "insurer_code",
    "country_code",
    "category",
];
const AGENTS: &[House] = &[House::Mutual, House::Company, House::Bank];
const DIRECT: &[House] = &[House::Direct, House::Bank];
const CARRIERS: &[House] = &[House::Carrier, House::Company];
const ALL: &[House] = &[];

/// What most papers have in common.
const PLAN: Plan = Plan {
    template: "",
    width_mm: 210.0,
    years: (2015, 2026),
    houses: ALL,
    broker: 0.0,
    genre: None,
    firm: false,
    months: 12,
    late: 0.0,
    always: &CORE,
    sometimes: &[],
};

fn green_card(luck: &mut Luck) -> Specimen {
    let plan = Plan {
        template: include_str!("../../layouts/insurance/green_card.html"),
        years: (2014, 2021),
        broker: 0.2,
        always: &CARD,
        sometimes: &[("model", 0.6), ("vin", 0.1)],
        ..PLAN
    };
    print(luck, &plan)
}

fn green_card_sheet(luck: &mut Luck) -> Specimen {
    let plan = Plan {
        template: include_str!("../../layouts/insurance/green_card_sheet.html"),
        years: (2015, 2021),
        houses: AGENTS,
        always: &CARD,
        sometimes: &[("model", 0.6), ("issue_date", 0.6)],
        ..PLAN
    };
    print(luck, &plan)
}

fn green_card_typed(luck: &mut Luck) -> Specimen {
    let plan = Plan {
        template: include_str!("../../layouts/insurance/green_card_typed.html"),
        width_mm: 148.0,
        years: (2010, 2019),
        broker: 0.3,
        always: &CARD,
        sometimes: &[("model", 0.7), ("vin", 0.2)],
        ..PLAN
    };
    print(luck, &plan)
}

fn white_card(luck: &mut Luck) -> Specimen {
    let plan = Plan {
        template: include_str!("../../layouts/insurance/white_card.html"),
        years: (2020, 2026),
        broker: 0.35,
        always: &CARD,
        sometimes: &[("model", 0.7), ("issue_date", 0.5), ("vin", 0.08)],
        ..PLAN
    };
    print(luck, &plan)
}

fn memo(luck: &mut Luck) -> Specimen {
    let plan = Plan {
        template: include_str!("../../layouts/insurance/memo.html"),
        years: (2024, 2026),
        broker: 0.25,
        always: &DATED,
        sometimes: &[("model", 0.92), ("issue_date", 0.9), ("vin", 0.15)],
        ..PLAN
    };
    print(luck, &plan)
}

fn memo_due(luck: &mut Luck) -> Specimen {
    let plan = Plan {
        template: include_str!("../../layouts/insurance/memo_due.html"),
        years: (2024, 2026),
        houses: AGENTS,
        always: &TERM,
        sometimes: &[("model", 0.85), ("issue_date", 0.7)],
        ..PLAN
    };
    print(luck, &plan)
}

fn memo_app(luck: &mut Luck) -> Specimen {
    let plan = Plan {
        template: include_str!("../../layouts/insurance/memo_app.html"),
        width_mm: 92.0,
        years: (2024, 2026),
        houses: DIRECT,
        always: &DATED,
        sometimes: &[("model", 0.85), ("issue_date", 0.6), ("expiry_date", 0.25)],
        ..PLAN
    };
    print(luck, &plan)
}

fn attestation(luck: &mut Luck) -> Specimen {
    let plan = Plan {
        template: include_str!("../../layouts/insurance/attestation.html"),
        late: 0.45,
        broker: 0.35,
        always: &DATED,
        sometimes: &[("model", 0.85), ("issue_date", 0.95), ("expiry_date", 0.75), ("vin", 0.25)],
        ..PLAN
    };
    print(luck, &plan)
}

fn information(luck: &mut Luck) -> Specimen {
    let plan = Plan {
        template: include_str!("../../layouts/insurance/information.html"),
        late: 0.45,
        broker: 0.2,
        always: &DATED,
        sometimes: &[("model", 0.8), ("issue_date", 0.95), ("expiry_date", 0.2), ("vin", 0.2)],
        ..PLAN
    };
    print(luck, &plan)
}

fn conditions(luck: &mut Luck) -> Specimen {
    let plan = Plan {
        template: include_str!("../../layouts/insurance/conditions.html"),
        broker: 0.3,
        always: &DATED,
        sometimes: &[("model", 0.9), ("issue_date", 0.85), ("expiry_date", 0.45), ("vin", 0.4)],
        ..PLAN
    };
    print(luck, &plan)
}

fn notice(luck: &mut Luck) -> Specimen {
    let plan = Plan {
        template: include_str!("../../layouts/insurance/notice.html"),
        broker: 0.2,
        always: &TERM,
        sometimes: &[("model", 0.8), ("issue_date", 0.9)],
        ..PLAN
    };
    print(luck, &plan)
}

fn provisional(luck: &mut Luck) -> Specimen {
    let plan = Plan {
        template: include_str!("../../layouts/insurance/provisional.html"),
        broker: 0.45,
        months: 1,
        always: &TERM,
        sometimes: &[("model", 0.8), ("issue_date", 0.95), ("vin", 0.3)],
        ..PLAN
    };
    print(luck, &plan)
}

fn fleet(luck: &mut Luck) -> Specimen {
    let plan = Plan {
        template: include_str!("../../layouts/insurance/fleet.html"),
        late: 0.45,
        houses: CARRIERS,
        broker: 0.4,
        firm: true,
        always: &TERM,
        sometimes: &[("model", 0.9), ("issue_date", 0.6), ("vin", 0.5)],
        ..PLAN
    };
    print(luck, &plan)
}

fn email(luck: &mut Luck) -> Specimen {
    let plan = Plan {
        template: include_str!("../../layouts/insurance/email.html"),
        years: (2019, 2026),
        houses: DIRECT,
        // The day the message was sent is the day it was issued.
        always: &["company", "policy_number", "plate", "make", "holder_name", "valid_from", "issue_date"],
        sometimes: &[("model", 0.9), ("expiry_date", 0.4)],
        ..PLAN
    };
    print(luck, &plan)
}

fn bilingual(luck: &mut Luck) -> Specimen {
    let genre = if luck.chance(0.7) { Genre::Motorcycle } else { Genre::Car };
    let plan = Plan {
        template: include_str!("../../layouts/insurance/bilingual.html"),
        late: 0.45,
        houses: CARRIERS,
        broker: 1.0,
        genre: Some(genre),
        always: &TERM,
        sometimes: &[("model", 0.9), ("issue_date", 0.9), ("vin", 0.5)],
        ..PLAN
    };
    print(luck, &plan)
}
