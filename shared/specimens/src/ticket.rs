//! Narrow papers: tills, tolls, car parks, filling stations, chargers; and papers of other kinds.

mod fuel;
mod other;
mod till;

use crate::specimen::{Kind, Layout};

/// Till receipts for work and parts: invoices on narrow paper.
pub const KIND: Kind = Kind {
    name: "invoice",
    layouts: &[
        Layout { name: "till_parts", make: till::parts },
        Layout { name: "till_register", make: till::register },
        Layout { name: "till_garage", make: till::garage },
        Layout { name: "till_wash", make: till::wash },
        Layout { name: "till_toll", make: till::toll },
        Layout { name: "till_parking", make: till::parking },
    ],
};
/// Receipts of filling stations.
pub const FUEL: Kind = Kind {
    name: "fuel_receipt",
    layouts: &[
        Layout { name: "brand", make: fuel::brand },
        Layout { name: "supermarket", make: fuel::supermarket },
        Layout { name: "motorway", make: fuel::motorway },
        Layout { name: "card", make: fuel::card },
        Layout { name: "old", make: fuel::old },
        Layout { name: "hand", make: fuel::hand },
        Layout { name: "fleet", make: fuel::fleet },
        Layout { name: "charge_till", make: fuel::charge_till },
        Layout { name: "charge_app", make: fuel::charge_app },
    ],
};
/// Papers that are none of the kinds: what they are taken for matters.
pub const OTHER: Kind = Kind {
    name: "other",
    layouts: &[
        Layout { name: "fine", make: other::fine },
        Layout { name: "certificate_of_sale", make: other::certificate_of_sale },
        Layout { name: "letter", make: other::letter },
        Layout { name: "meal", make: other::meal },
    ],
};
