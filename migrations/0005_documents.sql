-- Papers, what was read on them, and what people corrected (kept apart, so that no new reading overwrites it).
create table documents (
    id bigint generated always as identity primary key,
    user_id bigint not null references users on delete cascade,
    vehicle_id bigint references vehicles on delete set null,
    title varchar(255) not null,
    description text,
    document_type text constraint documents_type_check check (document_type in
        ('registration', 'invoice', 'insurance', 'inspection', 'fuel_receipt', 'maintenance', 'sale', 'fine', 'warranty',
         'photo', 'other')),
    -- What a person said wins over what is read, and is kept apart, so that another reading may replace the one before.
    said_type text constraint documents_said_type_check check (said_type in
        ('registration', 'invoice', 'insurance', 'inspection', 'fuel_receipt', 'maintenance', 'sale', 'fine', 'warranty',
         'photo', 'other')),
    storage_key text not null constraint documents_storage_key_key unique,
    original_name varchar(255),
    file_size bigint not null,
    mime_type varchar(100) not null,
    sha256 bytea not null,
    pages int,
    status text not null default 'uploaded' constraint documents_status_check
        check (status in ('uploaded', 'queued', 'processing', 'analyzed', 'needs_review', 'failed')),
    is_analyzed boolean not null generated always as (status in ('analyzed', 'needs_review')) stored,
    failure_reason text,
    job_id uuid,
    analysis_data jsonb not null default '{}',
    extracted_text text,
    issued_on date,
    expires_on date,
    said_issued_on date,
    said_expires_on date,
    deleted_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    search text generated always as (searchable(
        title || ' ' || coalesce(description, '') || ' ' || coalesce(original_name, '') || ' '
        || left(coalesce(extracted_text, ''), 20000))) stored,
    constraint documents_failure_check check ((status = 'failed') = (failure_reason is not null))
);
create unique index documents_user_sha256_key on documents (user_id, sha256) where deleted_at is null;
create index documents_user on documents (user_id, created_at desc) where deleted_at is null;
create index documents_vehicle on documents (vehicle_id) where deleted_at is null;
create index documents_expiry on documents (expires_on) where deleted_at is null;
create index documents_job on documents (job_id) where job_id is not null;
create index documents_purge on documents (deleted_at) where deleted_at is not null;

create table document_analyses (
    id bigint generated always as identity primary key,
    document_id bigint not null references documents on delete cascade,
    engine text not null,
    engine_version text not null,
    document_type text not null,
    status text not null constraint document_analyses_status_check check (status in ('analyzed', 'needs_review')),
    mean_confidence real not null,
    pages int not null,
    fields jsonb not null,
    warnings jsonb not null default '[]',
    duration_ms int not null,
    created_at timestamptz not null default now()
);
create index document_analyses_document on document_analyses (document_id, created_at desc);

create table document_corrections (
    document_id bigint not null references documents on delete cascade,
    field text not null,
    value jsonb,
    corrected_by bigint references users on delete set null,
    at timestamptz not null default now(),
    primary key (document_id, field)
);
create index document_corrections_corrected_by on document_corrections (corrected_by);

-- A paper is its uploader's; when it hangs on a vehicle, those who share the vehicle reach it with their role.
create view document_access as
    select document_id, user_id, max(rank) as rank
    from (
        select d.id as document_id, d.user_id, 4::smallint as rank
        from documents d
        union all
        select d.id, a.user_id, a.rank
        from documents d
        join vehicle_access a on a.vehicle_id = d.vehicle_id
    ) reached
    group by document_id, user_id;
