//! A reminder, and the click that ends such reminders.

use domain::email_address::EmailAddress;
use domain::ids::{UserId, VehicleId};
use domain::letter::MaintenanceReminder;
use domain::locale::Locale;
use mailsink::Message;
use operations::letters::{self, To};
use queue::{Tickets, Work};

use crate::house::{House, PATIENCE, Visitor};
use crate::smtp::now;

const SUPPRESSED: &str = "select count(*) from letters where state = 'suppressed'";

async fn remind(house: &House, visitor: &Visitor) {
    let user = UserId(house.count("select id from users").await);
    let tickets = Tickets::connect(&house.redis.url()).unwrap();
    let mut work = Work::begin(house.database.pool(), &tickets).await.unwrap();
    let address: EmailAddress = visitor.email.parse().unwrap();
    let to = To { user: Some(user), address: &address, locale: Locale::Fr };
    let due = MaintenanceReminder {
        vehicle_id: VehicleId(1),
        vehicle: "La 308".to_owned(),
        what: "Vidange".to_owned(),
        due_on: None,
        due_at_km: Some(120_000),
        is_overdue: false,
    };
    letters::send_maintenance_reminder_email(&mut work, to, due, now()).await.unwrap();
    work.commit().await.unwrap();
}

fn is_reminder(letter: &Message) -> bool {
    letter.header("X-AutoTrack-Letter") == Some("maintenance-reminder")
}

#[tokio::test]
async fn one_click_in_a_reminder_ends_reminders_of_its_kind() {
    let mut house = House::open().await;
    let _worker = house.worker().await;
    let camille = house.visitor("camille").await;
    remind(&house, &camille).await;
    let letter = house.post.wait_for(is_reminder, PATIENCE).await.expect("a reminder");
    assert_eq!(letter.header("List-Unsubscribe-Post"), Some("List-Unsubscribe=One-Click"));
    let address = letter.header("List-Unsubscribe").unwrap().trim_matches(['<', '>']);
    let path = &address[address.find("/api/").unwrap()..];
    house.keep_secret(path.trim_end_matches('/').rsplit_once('/').unwrap().1);
    camille.post_empty(path).await.ok();

    remind(&house, &camille).await;
    house.until(1, SUPPRESSED).await;
    house.until_idle().await;
    assert_eq!(house.post.messages().iter().filter(|letter| is_reminder(letter)).count(), 1);
    house.assert_logs_keep_quiet();
}
