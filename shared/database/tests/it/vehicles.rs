//! Vehicles: who reaches which, and how lists are narrowed and ordered.

use chrono::{DateTime, TimeDelta, Utc};
use database::DatabaseError;
use database::order::Column as _;
use database::vehicles::{self, Column, Filter};
use domain::access::{Access, Role};
use domain::ids::{UserId, VehicleId};
use domain::paging::{OrderBy, PageRequest};
use domain::vehicle::{Details, FuelType, VehicleStatus};
use sqlx::PgConnection;
use testkit::TestDatabase;

use crate::people::{share, user};

const NEWEST: OrderBy<Column> = OrderBy { column: Column::CreatedAt, descending: true };

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
}

fn page(number: u32, size: u32) -> PageRequest {
    PageRequest::new(number, size).unwrap()
}

fn details(make: &str, model: &str, year: i32, fuel: FuelType) -> Details {
    Details {
        make: make.to_owned(),
        model: model.to_owned(),
        year,
        fuel_type: Some(fuel),
        ..Details::default()
    }
}

async fn insert(db: &mut PgConnection, owner: UserId, details: Details, minute: i64) -> VehicleId {
    vehicles::insert(db, owner, details, at(minute)).await.unwrap().id
}

/// Alice's Citroën C3 (2012), Renault Clio (2019), RENAULT Zoé (2021), entered in this order.
async fn fleet(db: &mut PgConnection) -> (UserId, [VehicleId; 3]) {
    let alice = user(db, "alice").await;
    let citroen = insert(db, alice, details("Citroën", "C3", 2012, FuelType::Diesel), 1).await;
    let clio = insert(db, alice, details("Renault", "Clio", 2019, FuelType::Gasoline), 2).await;
    let zoe = insert(db, alice, details("RENAULT", "Zoé", 2021, FuelType::Electric), 3).await;
    (alice, [citroen, clio, zoe])
}

async fn found(db: &mut PgConnection, user: UserId, filter: Filter) -> Vec<String> {
    let page = vehicles::list(db, Access::viewer(user), &filter, &[NEWEST], page(1, 10)).await.unwrap();
    assert_eq!(page.count, page.rows.len() as i64);
    page.rows.into_iter().map(|vehicle| vehicle.details.model).collect()
}

#[tokio::test]
async fn everything_known_of_a_vehicle_comes_back_as_it_was_written() {
    let database = TestDatabase::start().await;
    let db = &mut database.connect().await;
    let alice = user(db, "alice").await;
    let date = "2019-08-27".parse().unwrap();
    let whole = Details {
        nickname: Some("La rouge".to_owned()),
        license_plate: Some("AA-123-BB".parse().unwrap()),
        vin: Some("VF1CB05CF25512345".parse().unwrap()),
        first_registration_date: Some(date),
        power_kw: Some("66.55".parse().unwrap()),
        power_weight: Some("0.125".parse().unwrap()),
        euro_norm: Some("6".parse().unwrap()),
        is_collection: true,
        status: VehicleStatus::Archived,
        ..details("Renault", "Clio", 2019, FuelType::PluginHybrid)
    };
    let entered = vehicles::insert(db, alice, whole.clone(), at(1)).await.unwrap();
    let kept = vehicles::get(db, Access::owner(alice), entered.id).await.unwrap();
    assert_eq!(kept, entered);
    assert_eq!((kept.details, kept.version, kept.role), (whole, 1, Role::Owner));
}

#[tokio::test]
async fn saving_makes_the_next_version() {
    let database = TestDatabase::start().await;
    let db = &mut database.connect().await;
    let (alice, [_, clio, _]) = fleet(db).await;
    let mut vehicle = vehicles::get_for_update(db, Access::editor(alice), clio).await.unwrap();
    vehicle.details.color = Some("rouge".to_owned());
    vehicles::save(db, Access::editor(alice), &mut vehicle, at(9)).await.unwrap();
    assert_eq!((vehicle.version, vehicle.updated_at), (2, at(9)));
    assert_eq!(vehicles::get(db, Access::viewer(alice), clio).await.unwrap(), vehicle);
    let bob = user(db, "bob").await;
    let refused = vehicles::save(db, Access::editor(bob), &mut vehicle, at(10)).await;
    assert!(matches!(refused, Err(DatabaseError::NotFound)));
}

#[tokio::test]
async fn a_stranger_finds_nothing_and_a_viewer_may_not_change() {
    let database = TestDatabase::start().await;
    let db = &mut database.connect().await;
    let (_, [_, clio, _]) = fleet(db).await;
    let (bob, carol) = (user(db, "bob").await, user(db, "carol").await);
    share(db, clio, bob, "bob@exemple.fr", "viewer").await;
    assert!(matches!(vehicles::get(db, Access::viewer(carol), clio).await, Err(DatabaseError::NotFound)));
    assert_eq!(vehicles::get(db, Access::viewer(bob), clio).await.unwrap().role, Role::Viewer);
    let refused = vehicles::get_for_update(db, Access::editor(bob), clio).await;
    assert!(matches!(refused, Err(DatabaseError::Forbidden)));
    assert!(matches!(
        vehicles::delete(db, Access::owner(bob), clio, at(9)).await,
        Err(DatabaseError::Forbidden)
    ));
    assert!(matches!(
        vehicles::delete(db, Access::owner(carol), clio, at(9)).await,
        Err(DatabaseError::NotFound)
    ));
}

#[tokio::test]
async fn who_was_invited_twice_has_the_better_role_and_sees_the_vehicle_once() {
    let database = TestDatabase::start().await;
    let db = &mut database.connect().await;
    let (_, [_, clio, _]) = fleet(db).await;
    let bob = user(db, "bob").await;
    share(db, clio, bob, "bob@exemple.fr", "viewer").await;
    share(db, clio, bob, "bob@travail.fr", "manager").await;
    assert_eq!(vehicles::get(db, Access::viewer(bob), clio).await.unwrap().role, Role::Manager);
    assert_eq!(found(db, bob, Filter::default()).await, ["Clio"]);
}

#[tokio::test]
async fn a_deleted_vehicle_is_out_of_everybodys_reach_and_frees_its_plate() {
    let database = TestDatabase::start().await;
    let db = &mut database.connect().await;
    let alice = user(db, "alice").await;
    let bob = user(db, "bob").await;
    let plated = Details {
        license_plate: Some("AA-123-BB".parse().unwrap()),
        ..details("Renault", "Clio", 2019, FuelType::Diesel)
    };
    let first = insert(db, alice, plated.clone(), 1).await;
    share(db, first, bob, "bob@exemple.fr", "manager").await;
    let twice = vehicles::insert(db, alice, plated.clone(), at(2)).await.unwrap_err();
    assert_eq!(twice.constraint(), Some("vehicles_owner_plate_key"));
    vehicles::delete(db, Access::owner(alice), first, at(3)).await.unwrap();
    for (user, access) in [(alice, Access::owner(alice)), (bob, Access::viewer(bob))] {
        assert!(matches!(vehicles::get(db, access, first).await, Err(DatabaseError::NotFound)));
        assert!(found(db, user, Filter::default()).await.is_empty());
    }
    insert(db, alice, plated, 4).await;
}

#[tokio::test]
async fn two_people_may_enter_the_same_plate() {
    let database = TestDatabase::start().await;
    let db = &mut database.connect().await;
    let plated = Details {
        license_plate: Some("AA-123-BB".parse().unwrap()),
        vin: Some("VF1CB05CF25512345".parse().unwrap()),
        ..details("Renault", "Clio", 2019, FuelType::Diesel)
    };
    for name in ["alice", "bob"] {
        let owner = user(db, name).await;
        insert(db, owner, plated.clone(), 1).await;
    }
}

#[tokio::test]
async fn a_list_is_narrowed_whatever_case_and_accents_are() {
    let database = TestDatabase::start().await;
    let db = &mut database.connect().await;
    let (alice, _) = fleet(db).await;
    let words = |words: &[&str]| words.iter().map(|word| format!("%{word}%")).collect();
    for (filter, models) in [
        (Filter { make: Some("citroen".to_owned()), ..Filter::default() }, vec!["C3"]),
        (Filter { make: Some("renault".to_owned()), ..Filter::default() }, vec!["Zoé", "Clio"]),
        (Filter { search: words(&["ZOE"]), ..Filter::default() }, vec!["Zoé"]),
        (Filter { search: words(&["renault", "2019"]), ..Filter::default() }, vec!["Clio"]),
        (Filter { search: words(&["renault", "c3"]), ..Filter::default() }, vec![]),
        (Filter { years: Some(vec![2012, 2021]), ..Filter::default() }, vec!["Zoé", "C3"]),
        (Filter { years: Some(vec![]), ..Filter::default() }, vec![]),
        (Filter { year_from: Some(2013), year_to: Some(2020), ..Filter::default() }, vec!["Clio"]),
        (
            Filter { fuel_types: Some(vec![FuelType::Electric, FuelType::Diesel]), ..Filter::default() },
            vec!["Zoé", "C3"],
        ),
        (Filter { statuses: Some(vec![VehicleStatus::Sold]), ..Filter::default() }, vec![]),
        (Filter { is_shared: Some(true), ..Filter::default() }, vec![]),
        (Filter { is_shared: Some(false), ..Filter::default() }, vec!["Zoé", "Clio", "C3"]),
    ] {
        assert_eq!(found(db, alice, filter.clone()).await, models, "{filter:?}");
    }
}

#[tokio::test]
async fn a_list_is_ordered_by_every_column_both_ways_and_by_two() {
    let database = TestDatabase::start().await;
    let db = &mut database.connect().await;
    let (alice, _) = fleet(db).await;
    let (up, down) = (vec!["C3", "Clio", "Zoé"], vec!["Zoé", "Clio", "C3"]);
    for column in Column::ALL {
        // All were changed when they were entered; none has a date of first registration: the newest stands first.
        let unknown = *column == Column::FirstRegistrationDate;
        for (descending, models) in [(false, if unknown { &down } else { &up }), (true, &down)] {
            let order = [OrderBy { column: *column, descending }];
            let page =
                vehicles::list(db, Access::viewer(alice), &Filter::default(), &order, page(1, 10)).await;
            let found: Vec<_> = page.unwrap().rows.into_iter().map(|vehicle| vehicle.details.model).collect();
            if *column == Column::Make {
                assert_eq!(found[usize::from(descending) * 2], "C3", "{}", column.word());
            } else {
                assert_eq!(&found, models, "{} {descending}", column.word());
            }
        }
    }
    let order = [
        OrderBy { column: Column::Make, descending: true },
        OrderBy { column: Column::Year, descending: false },
    ];
    let page =
        vehicles::list(db, Access::viewer(alice), &Filter::default(), &order, page(1, 10)).await.unwrap();
    let found: Vec<_> = page.rows.into_iter().map(|vehicle| vehicle.details.model).collect();
    assert_eq!(found, ["Clio", "Zoé", "C3"]);
}

#[tokio::test]
async fn a_page_knows_how_long_the_list_is() {
    let database = TestDatabase::start().await;
    let db = &mut database.connect().await;
    let (alice, _) = fleet(db).await;
    let second =
        vehicles::list(db, Access::viewer(alice), &Filter::default(), &[NEWEST], page(2, 2)).await.unwrap();
    assert_eq!((second.count, second.rows.len()), (3, 1));
    let beyond =
        vehicles::list(db, Access::viewer(alice), &Filter::default(), &[NEWEST], page(9, 2)).await.unwrap();
    assert!(beyond.rows.is_empty());
}

#[tokio::test]
async fn stats_count_makes_in_their_most_usual_spelling() {
    let database = TestDatabase::start().await;
    let db = &mut database.connect().await;
    let (alice, _) = fleet(db).await;
    insert(db, alice, Details { fuel_type: None, ..details("Renault", "R5", 2019, FuelType::Other) }, 4)
        .await;
    let stats = vehicles::stats(db, Access::viewer(alice)).await.unwrap();
    assert_eq!(stats.total, 4);
    let makes: Vec<_> = stats.by_make.iter().map(|sort| (sort.of.as_str(), sort.count)).collect();
    assert_eq!(makes, [("Renault", 3), ("Citroën", 1)]);
    assert_eq!(stats.by_year.iter().map(|sort| (sort.of, sort.count)).next(), Some((2019, 2)));
    assert_eq!(stats.by_fuel_type.len(), 4);
    assert!(stats.by_fuel_type.iter().any(|sort| sort.of.is_none() && sort.count == 1));
    let nobody = user(db, "nobody").await;
    assert_eq!(vehicles::stats(db, Access::viewer(nobody)).await.unwrap(), vehicles::Stats::default());
}
