-- Accounts, their sessions, and the one-time secrets that prove an address or a wish.
create extension if not exists citext;
create extension if not exists unaccent;

-- unaccent() is only stable, because its dictionary can be swapped; ours is named, so an index may rely on it.
create function searchable(value text) returns text
    language sql immutable parallel safe strict
    return lower(public.unaccent('public.unaccent'::regdictionary, value));

create table users (
    id bigint generated always as identity primary key,
    email citext not null constraint users_email_key unique,
    password_hash text not null,
    first_name varchar(150) not null default '',
    last_name varchar(150) not null default '',
    phone_number varchar(20),
    postal_code varchar(10),
    department varchar(3),
    locale text not null default 'fr' constraint users_locale_check check (locale in ('fr', 'en')),
    roles text[] not null default '{user}' constraint users_roles_check check (roles <@ array['user', 'garage_owner', 'admin']),
    email_verified boolean not null default false,
    is_active boolean not null default true,
    is_staff boolean not null default false,
    is_superuser boolean not null default false,
    terms_accepted_at timestamptz,
    marketing_opt_in boolean not null default false,
    last_login timestamptz,
    last_seen_at timestamptz,
    password_changed_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create index users_unfinished on users (updated_at) where not email_verified;

-- A session is one family of refresh tokens: each refresh replaces refresh_hash in place.
create table sessions (
    id bigint generated always as identity primary key,
    user_id bigint not null references users on delete cascade,
    family_id uuid not null default gen_random_uuid(),
    refresh_hash bytea not null constraint sessions_refresh_hash_key unique,
    rotated_at timestamptz not null default now(),
    ip_address inet,
    user_agent text,
    auth_method text not null default 'password',
    is_active boolean not null default true,
    revoked_reason text,
    revoked_at timestamptz,
    expires_at timestamptz not null,
    last_seen_at timestamptz not null default now(),
    created_at timestamptz not null default now()
);
create index sessions_user_active on sessions (user_id) where is_active;
create index sessions_expires on sessions (expires_at);

-- Refresh tokens that were rotated away: seeing one again after the grace means that somebody copied it.
-- successor_kid names the key that derives the successor from the token, for those who ask again within the grace.
create table spent_refresh_tokens (
    token_hash bytea primary key,
    session_id bigint not null references sessions on delete cascade,
    successor_kid text not null,
    spent_at timestamptz not null default now()
);
create index spent_refresh_tokens_session on spent_refresh_tokens (session_id);

-- secret_hash stays null until the letter that carries the secret is being sent: no code is ever at rest.
-- secret_kid names the pepper it is hashed with. user_id is null for a decoy: asked for by an address that has no
-- account, or has one that needs no code. payload holds what a registration takes effect with once it is confirmed.
create table auth_challenges (
    id uuid primary key,
    user_id bigint references users on delete cascade,
    email citext not null,
    kind text not null constraint auth_challenges_kind_check
        check (kind in ('email_otp', 'login_otp', 'password_reset', 'email_change', 'delete_account')),
    secret_hash bytea,
    secret_kid text,
    attempts smallint not null default 0,
    max_attempts smallint not null default 5,
    payload jsonb not null default '{}',
    expires_at timestamptz not null,
    consumed_at timestamptz,
    created_at timestamptz not null default now()
);
create index auth_challenges_open on auth_challenges (user_id, kind) where consumed_at is null;
create index auth_challenges_email on auth_challenges (email, kind, created_at desc);
create index auth_challenges_created on auth_challenges (created_at);
create index auth_challenges_expires on auth_challenges (expires_at);

-- Security and staff events. Rows are only ever added; see the trigger.
create table audit_log (
    id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    actor_id bigint,
    actor_kind text not null default 'user' constraint audit_log_actor_kind_check
        check (actor_kind in ('user', 'staff', 'system', 'nobody')),
    action text not null,
    target_type text,
    target_id text,
    ip inet,
    user_agent text,
    request_id uuid,
    diff jsonb
);
create index audit_log_actor on audit_log (actor_id, at desc);
create index audit_log_target on audit_log (target_type, target_id);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end
$$;
create trigger audit_log_append_only before update or delete on audit_log
    for each row execute function refuse_change();
create trigger audit_log_no_truncate before truncate on audit_log
    for each statement execute function refuse_change();

-- Answers of creating requests, so that a repeated key gets the first answer instead of a second thing.
create table idempotency_keys (
    user_id bigint not null references users on delete cascade,
    key text not null,
    operation text not null,
    request_hash bytea not null,
    response jsonb,
    created_at timestamptz not null default now(),
    primary key (user_id, key)
);
create index idempotency_keys_created on idempotency_keys (created_at);
