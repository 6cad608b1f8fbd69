//! Vehicles: what is known of one, and what a certificate says about it.

mod certificate;
mod details;
mod energy;
mod euro_norm;
mod from_papers;
mod rubrics;

pub use certificate::Certificate;
pub use details::Details;
pub use energy::fuel_type;
pub use euro_norm::{EuroNorm, NotAEuroNorm};
pub use rubrics::{RUBRICS, Rubric, Unfit};

use serde::{Deserialize, Serialize};

use crate::document::words;

words! {
    /// What a vehicle runs on.
    FuelType {
        /// Petrol.
        Gasoline = "gasoline",
        /// Diesel, biodiesel included.
        Diesel = "diesel",
        /// A battery alone.
        Electric = "electric",
        /// An engine helped by a battery that is charged while driving.
        Hybrid = "hybrid",
        /// An engine and a battery that is charged at a socket.
        PluginHybrid = "plugin_hybrid",
        /// Liquefied petroleum gas, alone or beside another fuel.
        Lpg = "lpg",
        /// Natural gas, alone or beside another fuel.
        Cng = "cng",
        /// Ethanol, E85.
        Ethanol = "ethanol",
        /// Hydrogen.
        Hydrogen = "hydrogen",
        /// Anything else.
        Other = "other",
    }
}

words! {
    /// How gears are changed.
    Transmission {
        /// By hand.
        Manual = "manual",
        /// By itself.
        Automatic = "automatic",
        /// Without a clutch pedal.
        SemiAutomatic = "semi_automatic",
    }
}

words! {
    /// Where a vehicle is in its life with its owner.
    #[derive(Default)]
    VehicleStatus {
        /// In use.
        #[default]
        Active = "active",
        /// Put away.
        Archived = "archived",
        /// Sold.
        Sold = "sold",
        /// Scrapped or lost.
        Destroyed = "destroyed",
    }
}
