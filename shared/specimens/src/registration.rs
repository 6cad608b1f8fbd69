//! Certificats d'immatriculation, in the shapes that drivers keep in the glove compartment.

mod arrangement;
mod certificate;
mod faces;
mod fni;
mod ground;
mod holder;
mod legend;
mod mrz;
mod opened;
mod ornaments;
mod panel;
mod plates;
mod press;
mod provisional;
mod rubrics;
mod siv;
mod taxes;

use crate::specimen::{Kind, Layout};

/// The kind with its layouts.
pub const KIND: Kind = Kind {
    name: "registration",
    layouts: &[
        Layout { name: "siv_2009", make: siv::first },
        Layout { name: "siv_2014", make: siv::second },
        Layout { name: "siv_2020", make: siv::third },
        Layout { name: "siv_motorcycle", make: siv::motorcycle },
        Layout { name: "siv_van", make: siv::van },
        Layout { name: "siv_trailer", make: siv::trailer },
        Layout { name: "siv_electric", make: siv::electric },
        Layout { name: "siv_leased", make: siv::leased },
        Layout { name: "siv_mentioned", make: siv::mentioned },
        Layout { name: "siv_beside", make: opened::beside },
        Layout { name: "siv_above", make: opened::above },
        Layout { name: "fni_coded", make: fni::coded },
        Layout { name: "fni_worded", make: fni::worded },
        Layout { name: "cpi_agency", make: provisional::agency },
        Layout { name: "cpi_garage", make: provisional::garage },
        Layout { name: "cpi_ww", make: provisional::provisional_number },
        Layout { name: "fiche", make: provisional::record },
    ],
};
