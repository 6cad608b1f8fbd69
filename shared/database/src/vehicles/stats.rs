//! How many vehicles of which sort.

use domain::access::Access;
use domain::vehicle::FuelType;
use sqlx::PgConnection;

use crate::DatabaseError;

/// Counts of the vehicles that somebody reaches.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stats {
    /// All of them.
    pub total: i64,
    /// By what they run on; none for those of which it is not known.
    pub by_fuel_type: Vec<Count<Option<FuelType>>>,
    /// By make, in its most usual spelling.
    pub by_make: Vec<Count<String>>,
    /// By model year.
    pub by_year: Vec<Count<i32>>,
}

/// How many of one sort.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count<T> {
    /// The sort.
    pub of: T,
    /// How many.
    pub count: i64,
}

/// Counts the vehicles that `access` reaches, the most frequent sort first.
pub async fn stats(db: &mut PgConnection, access: Access) -> Result<Stats, DatabaseError> {
    let rows = sqlx::query!(
        r#"select grouping(v.fuel_type, searchable(v.make), v.year) as "dropped!", count(*) as "count!",
            v.fuel_type, mode() within group (order by v.make) as make, v.year as "year?"
        from vehicles v
        join vehicle_access a on a.vehicle_id = v.id
        where a.user_id = $1 and a.rank >= $2
        group by grouping sets ((), (v.fuel_type), (searchable(v.make)), (v.year))
        order by 2 desc, v.fuel_type, 4, v.year desc"#,
        access.principal(),
        access.at_least.rank()
    )
    .fetch_all(db)
    .await?;
    let mut stats = Stats::default();
    for row in rows {
        let count = row.count;
        // One bit for each column that a grouping drops: fuel, make, year.
        match (row.dropped, row.make, row.year) {
            (0b111, ..) => stats.total = count,
            (0b011, ..) => {
                let of = row.fuel_type.as_deref().and_then(FuelType::from_word);
                stats.by_fuel_type.push(Count { of, count });
            }
            (0b101, Some(of), _) => stats.by_make.push(Count { of, count }),
            (0b110, _, Some(of)) => stats.by_year.push(Count { of, count }),
            _ => {}
        }
    }
    Ok(stats)
}
