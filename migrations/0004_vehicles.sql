-- Vehicles with the rubrics of their certificate as columns, and who else may see them.
create table vehicles (
    id bigint generated always as identity primary key,
    owner_id bigint not null references users on delete cascade,
    make varchar(100) not null,
    model varchar(100) not null,
    year int not null constraint vehicles_year_check check (year between 1885 and 2100),
    nickname varchar(80),
    license_plate varchar(20),
    plate_normalized varchar(12),
    plate_format text constraint vehicles_plate_format_check
        check (plate_format in ('siv', 'fni', 'ww', 'w', 'moped_old', 'diplomatic')),
    vin varchar(17) constraint vehicles_vin_check check (vin ~ '^[A-HJ-NPR-Z0-9]{1,17}$'),
    color varchar(50),
    fuel_type text constraint vehicles_fuel_type_check check (fuel_type in
        ('gasoline', 'diesel', 'electric', 'hybrid', 'plugin_hybrid', 'lpg', 'cng', 'ethanol', 'hydrogen', 'other')),
    transmission text constraint vehicles_transmission_check check (transmission in ('manual', 'automatic', 'semi_automatic')),
    first_registration_date date,       -- B
    certificate_date date,              -- I
    formula_number varchar(15),
    type_variant_version varchar(100),  -- D.2
    cnit varchar(20),                   -- D.2.1
    max_mass_kg int,                    -- F.1
    ptac_kg int,                        -- F.2
    ptra_kg int,                        -- F.3
    kerb_kg int,                        -- G
    empty_kg int,                       -- G.1
    category_eu varchar(6),             -- J
    genre_national varchar(6),          -- J.1
    body_eu varchar(10),                -- J.2
    body_fr varchar(20),                -- J.3
    approval_number varchar(50),        -- K
    displacement_cc int,                -- P.1
    power_kw numeric(7, 2),             -- P.2
    energy_code varchar(3),             -- P.3
    fiscal_power int,                   -- P.6
    power_weight numeric(6, 3),         -- Q
    seats int,                          -- S.1
    standing_places int,                -- S.2
    noise_db int,                       -- U.1
    noise_rpm int,                      -- U.2
    co2_gkm int,                        -- V.7
    euro_class_raw varchar(40),         -- V.9
    euro_norm varchar(8),
    inspection_due_date date,           -- X.1
    is_collection boolean not null default false,
    purchase_date date,
    status text not null default 'active' constraint vehicles_status_check
        check (status in ('active', 'archived', 'sold', 'destroyed')),
    version int not null default 1,
    deleted_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    search text generated always as (searchable(
        make || ' ' || model || ' ' || coalesce(nickname, '') || ' ' || coalesce(license_plate, '') || ' '
        || coalesce(plate_normalized, '') || ' ' || coalesce(vin, '') || ' ' || year::text)) stored
);
-- Unique for one owner, not for all: else one person could block, and probe for, another's car.
create unique index vehicles_owner_vin_key on vehicles (owner_id, vin) where vin is not null and deleted_at is null;
create unique index vehicles_owner_plate_key on vehicles (owner_id, plate_normalized)
    where plate_normalized is not null and deleted_at is null and status = 'active';
create index vehicles_owner on vehicles (owner_id, created_at desc) where deleted_at is null;
create index vehicles_deleted on vehicles (deleted_at) where deleted_at is not null;

create table vehicle_shares (
    id bigint generated always as identity primary key,
    vehicle_id bigint not null references vehicles on delete cascade,
    user_id bigint references users on delete cascade,
    invited_email citext not null,
    role text not null constraint vehicle_shares_role_check check (role in ('viewer', 'editor', 'manager')),
    status text not null default 'pending' constraint vehicle_shares_status_check
        check (status in ('pending', 'accepted', 'declined', 'revoked', 'expired')),
    expires_at timestamptz,
    accepted_at timestamptz,
    created_by bigint references users on delete set null,
    created_at timestamptz not null default now()
);
create unique index vehicle_shares_one on vehicle_shares (vehicle_id, invited_email) where status in ('pending', 'accepted');
create index vehicle_shares_user on vehicle_shares (user_id) where status = 'accepted';
create index vehicle_shares_created_by on vehicle_shares (created_by);

-- Who may do what with a vehicle: 1 viewer, 2 editor, 3 manager, 4 owner. Every owned query joins this, so a deleted
-- vehicle is out of everybody's reach, and who came to it in two ways has the better one.
create view vehicle_access as
    select vehicle_id, user_id, max(rank) as rank
    from (
        select v.id as vehicle_id, v.owner_id as user_id, 4::smallint as rank
        from vehicles v
        where v.deleted_at is null
        union all
        select s.vehicle_id, s.user_id,
            (case s.role when 'manager' then 3 when 'editor' then 2 else 1 end)::smallint
        from vehicle_shares s
        join vehicles v on v.id = s.vehicle_id
        where s.status = 'accepted' and s.user_id is not null and (s.expires_at is null or s.expires_at > now())
            and v.deleted_at is null
    ) reached
    group by vehicle_id, user_id;
