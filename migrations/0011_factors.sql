-- The second factor of an account, and keys for programs that act for it.
create table totp_devices (
    user_id bigint primary key references users on delete cascade,
    secret bytea not null,
    secret_kid text not null,
    confirmed_at timestamptz,
    last_step bigint not null default 0,
    created_at timestamptz not null default now()
);

create table recovery_codes (
    user_id bigint not null references users on delete cascade,
    code_hash bytea not null,
    used_at timestamptz,
    primary key (user_id, code_hash)
);

create index sessions_user on sessions (user_id, created_at desc);
