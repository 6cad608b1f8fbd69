-- What becomes of a letter after it was handed over, who wants no more reminders, and when operators were told.
alter table letters
    drop constraint letters_state_check,
    add constraint letters_state_check check (state in
        ('queued', 'sending', 'sent', 'delivered', 'bounced', 'complained', 'failed', 'suppressed', 'unknown')),
    -- A sample that staff sent to themselves: what it carries opens nothing.
    add column is_sample boolean not null default false,
    add column resend_of bigint references letters on delete set null,
    -- When its content was forgotten; the row stays.
    add column blanked_at timestamptz;
create index letters_created on letters (created_at desc);
create index letters_to_blank on letters (created_at) where blanked_at is null;
create index letters_resend_of on letters (resend_of) where resend_of is not null;

create table letter_events (
    id bigint generated always as identity primary key,
    letter_id bigint not null references letters on delete cascade,
    at timestamptz not null default now(),
    kind text not null constraint letter_events_kind_check check (kind in
        ('deferred', 'sent', 'delivered', 'bounced', 'complained', 'failed', 'suppressed', 'unknown', 'resent')),
    detail text
);
create index letter_events_letter on letter_events (letter_id, id);
-- Providers tell the same thing more than once.
create unique index letter_events_told on letter_events (letter_id, kind, at)
    where kind in ('delivered', 'bounced', 'complained');

-- Staff name a suppressed address by its number: addresses do not belong into paths and logs.
alter table suppressions
    add column id bigint generated always as identity constraint suppressions_id_key unique;
create index suppressions_created on suppressions (created_at desc);

-- Kinds of reminders that somebody declined by one click.
create table letter_optouts (
    user_id bigint not null references users on delete cascade,
    kind text not null,
    at timestamptz not null default now(),
    primary key (user_id, kind)
);

-- Operators are told at most once in an hour of the clock, however many processes notice something: the key decides.
-- Jobs that were given up until told_until have been told about.
create table operator_alerts (
    hour timestamptz primary key,
    told_until timestamptz not null,
    lines jsonb not null,
    created_at timestamptz not null default now()
);
