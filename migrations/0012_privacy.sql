-- What a person may ask about their account: consents, a copy of everything, erasure; and accounts that nobody uses.
alter table users
    add column deletion_requested_at timestamptz,
    add column deletion_due_at timestamptz,
    add column deletion_reason text,
    add column inactivity_warned_at timestamptz,
    add column erased_at timestamptz,
    add constraint users_deletion_check check ((deletion_requested_at is null) = (deletion_due_at is null)),
    add constraint users_erased_check check (erased_at is null or not is_active);
create index users_deletion_due on users (deletion_due_at) where deletion_due_at is not null;
create index users_unused on users (coalesce(last_seen_at, created_at)) where erased_at is null and not is_staff;
create index users_created on users (created_at desc);

-- The last row of a kind counts; those before show what was agreed to, and when.
create table consents (
    id bigint generated always as identity primary key,
    user_id bigint not null references users on delete cascade,
    kind text not null constraint consents_kind_check check (kind in ('marketing', 'analytics', 'ai_processing', 'location')),
    granted boolean not null,
    version text not null,
    at timestamptz not null default now()
);
create index consents_user on consents (user_id, kind, id desc);
-- Rows go with their account, but none is ever changed.
create trigger consents_append_only before update on consents
    for each row execute function refuse_change();

-- storage_key is written before the file, so that no file is without a row.
create table exports (
    id bigint generated always as identity primary key,
    user_id bigint not null references users on delete cascade,
    include_files boolean not null,
    status text not null default 'queued' constraint exports_status_check
        check (status in ('queued', 'ready', 'failed', 'expired')),
    storage_key text constraint exports_storage_key_key unique,
    file_size bigint,
    created_at timestamptz not null default now(),
    ready_at timestamptz,
    expires_at timestamptz,
    constraint exports_ready_check check (status <> 'ready'
        or (storage_key is not null and file_size is not null and expires_at is not null))
);
-- One at a time.
create unique index exports_one_queued on exports (user_id) where status = 'queued';
create index exports_user on exports (user_id, created_at desc);
create index exports_expires on exports (expires_at) where storage_key is not null;

-- Removes everything that is a person's alone and leaves an account without a person, for what refers to it by number.
-- What is theirs is told by the schema: each table that says `on delete cascade` to users. So a table that comes later
-- is erased too, and one that the law keeps says something else. Columns of users go back to their defaults likewise.
create function erase_account(gone bigint, erased timestamptz) returns void language plpgsql as $$
declare
    owned record;
    emptied text;
begin
    for owned in
        select c.conrelid::regclass as name, a.attname as holder
        from pg_constraint c
        join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
        where c.contype = 'f' and c.confrelid = 'users'::regclass and c.confdeltype = 'c'
        order by c.conrelid
    loop
        execute format('delete from %s where %I = $1', owned.name, owned.holder) using gone;
    end loop;
    select string_agg(format('%I = default', attname), ', ') into emptied
    from pg_attribute
    where attrelid = 'users'::regclass and attnum > 0 and not attisdropped and attgenerated = ''
        and attname not in ('id', 'email', 'password_hash', 'email_verified', 'is_active', 'created_at', 'updated_at', 'erased_at');
    execute format(
        'update users set %s, email = $2, password_hash = ''!'', email_verified = true, is_active = false,
            updated_at = $3, erased_at = $3 where id = $1', emptied)
        using gone, format('erased-%s@erased.invalid', gone)::citext, erased;
end
$$;
