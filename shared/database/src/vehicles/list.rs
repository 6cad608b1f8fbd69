//! A page of vehicles.

use domain::access::Access;
use domain::paging::{OrderBy, Page, PageRequest};
use domain::vehicle::{FuelType, Transmission, VehicleStatus};
use sqlx::PgConnection;

use super::Vehicle;
use super::row::Row;
use crate::{DatabaseError, order};

/// What a list is narrowed to; what is not given does not narrow.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// This make, whatever its case and accents.
    pub make: Option<String>,
    /// This model, whatever its case and accents.
    pub model: Option<String>,
    /// One of these years.
    pub years: Option<Vec<i32>>,
    /// This year or later.
    pub year_from: Option<i32>,
    /// This year or earlier.
    pub year_to: Option<i32>,
    /// One of these.
    pub fuel_types: Option<Vec<FuelType>>,
    /// One of these.
    pub transmissions: Option<Vec<Transmission>>,
    /// This European category.
    pub category_eu: Option<String>,
    /// One of these.
    pub statuses: Option<Vec<VehicleStatus>>,
    /// Shared with the caller (true), or the caller's own (false).
    pub is_shared: Option<bool>,
    /// Patterns that must all be found among its names and numbers.
    pub search: Vec<String>,
}

/// What a list can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// When it was entered.
    CreatedAt,
    /// When it was changed last.
    UpdatedAt,
    /// Make.
    Make,
    /// Model.
    Model,
    /// Model year.
    Year,
    /// B.
    FirstRegistrationDate,
}

impl Column {
    /// All of them.
    pub const ALL: &'static [Self] =
        &[Self::CreatedAt, Self::UpdatedAt, Self::Make, Self::Model, Self::Year, Self::FirstRegistrationDate];
}

impl order::Column for Column {
    fn word(self) -> &'static str {
        match self {
            Self::CreatedAt => "created_at",
            Self::UpdatedAt => "updated_at",
            Self::Make => "make",
            Self::Model => "model",
            Self::Year => "year",
            Self::FirstRegistrationDate => "first_registration_date",
        }
    }
}

/// A page of the vehicles that `access` reaches.
pub async fn list(
    db: &mut PgConnection,
    access: Access,
    filter: &Filter,
    order: &[OrderBy<Column>],
    page: PageRequest,
) -> Result<Page<Vehicle>, DatabaseError> {
    let (first, second) = order::keys(order);
    let fuel_types = filter.fuel_types.as_ref().map(|all| words(all, FuelType::as_str));
    let transmissions = filter.transmissions.as_ref().map(|all| words(all, Transmission::as_str));
    let statuses = filter.statuses.as_ref().map(|all| words(all, VehicleStatus::as_str));
    let rows = sqlx::query_as!(
        Row,
        r#"select v.id, v.owner_id, a.rank as "rank!", v.version, v.created_at, v.updated_at,
            (select count(*) from documents d where d.vehicle_id = v.id and d.deleted_at is null)
                as "documents_count!",
            count(*) over () as total,
            v.make, v.model, v.year, v.nickname, v.license_plate, v.vin, v.color, v.fuel_type, v.transmission,
            v.first_registration_date, v.certificate_date, v.formula_number, v.type_variant_version, v.cnit,
            v.max_mass_kg, v.ptac_kg, v.ptra_kg, v.kerb_kg, v.empty_kg, v.category_eu, v.genre_national, v.body_eu,
            v.body_fr, v.approval_number, v.displacement_cc, v.power_kw, v.energy_code, v.fiscal_power,
            v.power_weight, v.seats, v.standing_places, v.noise_db, v.noise_rpm, v.co2_gkm, v.euro_class_raw,
            v.euro_norm, v.inspection_due_date, v.is_collection, v.purchase_date, v.status
        from vehicles v
        join vehicle_access a on a.vehicle_id = v.id
        cross join lateral (select
            case ltrim($4, '-') when 'make' then searchable(v.make) when 'model' then searchable(v.model) end as text_1,
            case ltrim($5, '-') when 'make' then searchable(v.make) when 'model' then searchable(v.model) end as text_2,
            case ltrim($4, '-')
                when 'created_at' then v.created_at when 'updated_at' then v.updated_at
                when 'year' then make_timestamptz(v.year, 1, 1, 0, 0, 0)
                when 'first_registration_date' then v.first_registration_date::timestamptz end as time_1,
            case ltrim($5, '-')
                when 'created_at' then v.created_at when 'updated_at' then v.updated_at
                when 'year' then make_timestamptz(v.year, 1, 1, 0, 0, 0)
                when 'first_registration_date' then v.first_registration_date::timestamptz end as time_2
        ) o
        where a.user_id = $1 and a.rank >= $2
            and ($3::bool is null or (v.owner_id <> $18) = $3)
            and ($8::text is null or searchable(v.make) = searchable($8))
            and ($9::text is null or searchable(v.model) = searchable($9))
            and ($10::int[] is null or v.year = any ($10))
            and ($11::int is null or v.year >= $11)
            and ($12::int is null or v.year <= $12)
            and ($13::text[] is null or v.fuel_type = any ($13))
            and ($14::text[] is null or v.transmission = any ($14))
            and ($15::text is null or v.category_eu = upper($15))
            and ($16::text[] is null or v.status = any ($16))
            and v.search like all (select searchable(pattern) from unnest($17::text[]) pattern)
        order by
            case when $4 like '-%' then o.text_1 end desc nulls last,
            case when $4 not like '-%' then o.text_1 end nulls last,
            case when $4 like '-%' then o.time_1 end desc nulls last,
            case when $4 not like '-%' then o.time_1 end nulls last,
            case when $5 like '-%' then o.text_2 end desc nulls last,
            case when $5 not like '-%' then o.text_2 end nulls last,
            case when $5 like '-%' then o.time_2 end desc nulls last,
            case when $5 not like '-%' then o.time_2 end nulls last,
            v.id desc
        limit $6 offset $7"#,
        access.principal(),
        access.at_least.rank(),
        filter.is_shared,
        first,
        second,
        page.limit(),
        page.offset(),
        filter.make,
        filter.model,
        filter.years.as_deref(),
        filter.year_from,
        filter.year_to,
        fuel_types.as_deref(),
        transmissions.as_deref(),
        filter.category_eu,
        statuses.as_deref(),
        &filter.search,
        access.user.0
    )
    .fetch_all(db)
    .await?;
    // No row, no count: right for an empty list, and a page beyond the end is answered by its being empty.
    let count = rows.first().and_then(|row| row.total).unwrap_or_default();
    Ok(Page { count, rows: rows.into_iter().map(Vehicle::from).collect() })
}

fn words<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> Vec<String> {
    all.iter().map(|one| word(*one).to_owned()).collect()
}
