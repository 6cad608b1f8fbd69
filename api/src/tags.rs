//! The chapters of the API document.

use poem_openapi::Tags;

/// A chapter of the API document.
#[derive(Tags)]
pub enum Tag {
    /// Registering, signing in and out, and one's own profile.
    #[oai(rename = "accounts")]
    Accounts,
    /// Vehicles that one owns or shares.
    #[oai(rename = "vehicles")]
    Vehicles,
    /// Papers, their reading, and what was read.
    #[oai(rename = "documents")]
    Documents,
    /// What the product tells a person inside the product.
    #[oai(rename = "notifications")]
    Notifications,
    /// The letters that were sent, for staff, and what the mail provider tells about them.
    #[oai(rename = "emails")]
    Emails,
    /// What people set for themselves, and which features they have.
    #[oai(rename = "settings")]
    Settings,
    /// What one may ask about one's account as a whole: consents, a copy of everything, erasure, its history.
    #[oai(rename = "privacy")]
    Privacy,
    /// Accounts, the audit log and the whole in numbers, for staff.
    #[oai(rename = "admin")]
    Admin,
    /// Work that goes on in the background.
    #[oai(rename = "tasks")]
    Tasks,
    /// The job queues, for staff.
    #[oai(rename = "jobs")]
    Jobs,
    /// Whether the parts are well.
    #[oai(rename = "health")]
    Health,
}
