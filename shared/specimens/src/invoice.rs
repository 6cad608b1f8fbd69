//! Invoices of those who repair, sell, wash, inspect and let pass.

pub mod basket;
pub mod bill;
pub mod case;
pub mod client;
mod look;
mod offices;
pub mod page;
mod shops;
pub mod style;
mod workshops;

use crate::specimen::{Kind, Layout};

/// The kind with its layouts.
pub const KIND: Kind = Kind {
    name: "invoice",
    layouts: &[
        Layout { name: "band", make: workshops::band },
        Layout { name: "dms", make: workshops::dms },
        Layout { name: "saas", make: workshops::saas },
        Layout { name: "tyre", make: workshops::tyre },
        Layout { name: "fastfit", make: workshops::fastfit },
        Layout { name: "body", make: workshops::body },
        Layout { name: "glass", make: workshops::glass },
        Layout { name: "carbon", make: workshops::carbon },
        Layout { name: "landscape", make: workshops::landscape },
        Layout { name: "dealer", make: offices::dealer },
        Layout { name: "twopage", make: offices::twopage },
        Layout { name: "micro", make: offices::micro },
        Layout { name: "rail", make: offices::rail },
        Layout { name: "sheet", make: offices::sheet },
        Layout { name: "typed", make: offices::typed },
        Layout { name: "inspection", make: shops::inspection },
        Layout { name: "counter", make: shops::shop_counter },
        Layout { name: "web", make: shops::web },
        Layout { name: "toll", make: shops::toll },
        Layout { name: "wash", make: shops::wash },
        Layout { name: "credit", make: shops::credit },
        Layout { name: "sale", make: shops::sale },
    ],
};
