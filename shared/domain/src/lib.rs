//! The vocabulary and the rules of the product: newtypes, state machines and date arithmetic.
//!
//! Nothing in here does I/O, knows HTTP or SQL, or looks at the clock: time comes in as an argument.

pub mod access;
pub mod analysis;
pub mod clock;
pub mod consent;
pub mod device;
pub mod document;
pub mod email_address;
pub mod feature_flag;
pub mod ids;
pub mod job;
pub mod letter;
pub mod locale;
pub mod masked;
pub mod money;
pub mod notification;
pub mod paging;
pub mod password;
pub mod phone;
pub mod plate;
pub mod reading;
pub mod settings;
pub mod vehicle;
pub mod vin;
