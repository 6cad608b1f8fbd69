-- Every letter is recorded once, and its Message-ID with it; the body is rendered when it is sent.
create table letters (
    id bigint generated always as identity primary key,
    user_id bigint references users on delete set null,
    challenge_id uuid references auth_challenges on delete set null,
    address citext not null,
    kind text not null,
    locale text not null constraint letters_locale_check check (locale in ('fr', 'en')),
    context jsonb not null default '{}',
    state text not null default 'queued' constraint letters_state_check
        check (state in ('queued', 'sending', 'sent', 'failed', 'suppressed', 'unknown')),
    message_id text not null constraint letters_message_id_key unique,
    attempts smallint not null default 0,
    expires_at timestamptz not null,
    last_answer text,
    created_at timestamptz not null default now(),
    sent_at timestamptz
);
create index letters_user on letters (user_id, created_at desc);
create index letters_address on letters (address, created_at desc);

create table suppressions (
    address citext primary key,
    reason text not null,
    created_at timestamptz not null default now()
);

-- A reminder is sent once for each thing and due date, however often the task that looks for it runs.
create table reminders_sent (
    subject text not null,
    due_on date not null,
    kind text not null,
    sent_at timestamptz not null default now(),
    primary key (subject, due_on, kind)
);

-- Our own fault at the mail server (credentials, policy) stops all sending for a while instead of failing letters.
create table mail_pauses (
    transport text primary key,
    until timestamptz not null,
    reason text not null
);
