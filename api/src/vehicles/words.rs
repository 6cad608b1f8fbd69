//! The words of a vehicle on the wire.

use domain::vehicle;
use poem_openapi::Enum;

/// What a vehicle runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case", remote = "vehicle::FuelType")]
pub enum FuelType {
    /// Petrol.
    Gasoline,
    /// Diesel.
    Diesel,
    /// A battery alone.
    Electric,
    /// Not charged at a socket.
    Hybrid,
    /// Charged at a socket.
    PluginHybrid,
    /// Liquefied petroleum gas.
    Lpg,
    /// Natural gas.
    Cng,
    /// Ethanol.
    Ethanol,
    /// Hydrogen.
    Hydrogen,
    /// Anything else.
    Other,
}

/// How gears are changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case", remote = "vehicle::Transmission")]
pub enum Transmission {
    /// By hand.
    Manual,
    /// By itself.
    Automatic,
    /// Without a clutch pedal.
    SemiAutomatic,
}

/// Where a vehicle is in its life with its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case", remote = "vehicle::VehicleStatus")]
pub enum VehicleStatus {
    /// In use.
    Active,
    /// Put away.
    Archived,
    /// Sold.
    Sold,
    /// Scrapped or lost.
    Destroyed,
}
