-- Keys with which programs act for a person: with a role of their own, on certain vehicles or on all.
create table api_keys (
    id bigint generated always as identity primary key,
    user_id bigint not null references users on delete cascade,
    name text not null constraint api_keys_name_check check (length(name) between 1 and 100),
    prefix varchar(12) not null,
    key_hash bytea not null constraint api_keys_hash_key unique,
    scopes text[] not null constraint api_keys_scopes_check
        check (scopes <> '{}' and scopes <@ array['viewer', 'editor', 'manager']),
    -- None: all that the person reaches. An empty list reaches nothing.
    vehicle_ids bigint[],
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz,
    created_at timestamptz not null default now()
);
create index api_keys_user on api_keys (user_id, id desc) where revoked_at is null;
-- A key is a principal of the access views under its negated number, so that no owned query can forget what it reaches.
create unique index api_keys_principal on api_keys ((-id));

create view live_api_keys as
    select id, -id as principal, user_id, vehicle_ids,
        (case when 'manager' = any (scopes) then 3 when 'editor' = any (scopes) then 2 else 1 end)::smallint as rank
    from api_keys
    where revoked_at is null and (expires_at is null or expires_at > now());

-- In how many ways somebody comes to a vehicle. Ungrouped, so that a key's own search goes through indexes.
create view vehicle_reach as
    select v.id as vehicle_id, v.owner_id as user_id, 4::smallint as rank
    from vehicles v
    where v.deleted_at is null
    union all
    select s.vehicle_id, s.user_id,
        (case s.role when 'manager' then 3 when 'editor' then 2 else 1 end)::smallint
    from vehicle_shares s
    join vehicles v on v.id = s.vehicle_id
    where s.status = 'accepted' and s.user_id is not null and (s.expires_at is null or s.expires_at > now())
        and v.deleted_at is null;

create or replace view vehicle_access as
    select vehicle_id, user_id, max(rank) as rank
    from (
        select vehicle_id, user_id, rank from vehicle_reach
        union all
        select r.vehicle_id, k.principal, least(r.rank, k.rank)
        from live_api_keys k
        join vehicle_reach r on r.user_id = k.user_id and (k.vehicle_ids is null or r.vehicle_id = any (k.vehicle_ids))
    ) reached
    group by vehicle_id, user_id;

create or replace view document_access as
    select document_id, user_id, max(rank) as rank
    from (
        select d.id as document_id, d.user_id, 4::smallint as rank
        from documents d
        union all
        select d.id, a.user_id, a.rank
        from documents d
        join vehicle_access a on a.vehicle_id = d.vehicle_id
        union all
        select d.id, k.principal, k.rank
        from live_api_keys k
        join documents d on d.user_id = k.user_id and (k.vehicle_ids is null or d.vehicle_id = any (k.vehicle_ids))
    ) reached
    group by document_id, user_id;
