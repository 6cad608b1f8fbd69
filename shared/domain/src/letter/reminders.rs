//! What letters about subscriptions, due dates and notifications say, and the operators' alert.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::VehicleId;
use crate::money::Cents;

/// A subscription began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SubscriptionConfirmation {
    /// What was subscribed to, as the offer calls it.
    pub plan: String,
    /// What a period costs, taxes included.
    pub price: Cents,
    /// How long a period is.
    pub period: Period,
    /// The day it is renewed, if it is.
    #[serde(default)]
    pub renews_on: Option<NaiveDate>,
}

/// How long a subscription runs before it is renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// A month.
    Month,
    /// A year.
    Year,
}

/// A subscription is about to be renewed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SubscriptionRenewal {
    /// What is subscribed to, as the offer calls it.
    pub plan: String,
    /// What the next period costs, taxes included.
    pub price: Cents,
    /// How long a period is.
    pub period: Period,
    /// The day it is renewed.
    pub renews_on: NaiveDate,
    /// The last day to refuse, when this is the notice that the law asks for: one to three months before that day, in
    /// a mail of its own, the date in a visible box (article L215-1 of the Code de la consommation).
    #[serde(default)]
    pub refuse_until: Option<NaiveDate>,
}

/// A subscription has ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SubscriptionExpired {
    /// What was subscribed to, as the offer calls it.
    pub plan: String,
    /// Its last day.
    pub ended_on: NaiveDate,
}

/// Something is due on a vehicle. No plate and no VIN.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MaintenanceReminder {
    /// The vehicle.
    pub vehicle_id: VehicleId,
    /// What its owner calls it, or make and model.
    pub vehicle: String,
    /// What is due.
    pub what: String,
    /// The day it is due.
    #[serde(default)]
    pub due_on: Option<NaiveDate>,
    /// The mileage it is due at, in kilometres.
    #[serde(default)]
    pub due_at_km: Option<u32>,
    /// Whether the day or the mileage is passed.
    #[serde(default)]
    pub is_overdue: bool,
}

/// Several notifications in one letter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NotificationDigest {
    /// The notifications, as they stand inside the product.
    pub items: Vec<DigestItem>,
    /// How many more there are.
    #[serde(default)]
    pub more: u32,
    /// Whether it tells of something that nobody can decline: safety, money, the law.
    #[serde(default)]
    pub is_mandatory: bool,
}

/// A notification in a digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestItem {
    /// Its title.
    pub title: String,
    /// What it says.
    pub message: String,
    /// Where to go from it, a path of the frontend.
    #[serde(default)]
    pub link: Option<String>,
}

/// Something is not well with the product; for those who run it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OperatorsAlert {
    /// When it was noticed.
    pub at: DateTime<Utc>,
    /// What, one thing a line, without anything personal.
    pub lines: Vec<String>,
}

impl NotificationDigest {
    /// Most notifications that a digest shows: a letter has at most 100 KB.
    pub const MOST: usize = 40;

    /// The digest of these notifications, the first ones first.
    pub fn of(mut items: Vec<DigestItem>) -> Self {
        let more = items.len().saturating_sub(Self::MOST) as u32;
        items.truncate(Self::MOST);
        Self { items, more, is_mandatory: false }
    }

    /// The letter of one notification that nobody can decline.
    pub fn mandatory(item: DigestItem) -> Self {
        Self { is_mandatory: true, ..Self::of(vec![item]) }
    }
}
