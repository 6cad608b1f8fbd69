-- How people want to be told of things, what was handed over on which channel, and the browsers that take pushes.

-- What somebody does not want to see inside the product is kept all the same: its letter and its push need the words,
-- and nobody is told of the same twice.
alter table notifications add column is_shown boolean not null default true;
create index notifications_hidden on notifications (created_at) where not is_shown;

create table notification_preferences (
    user_id bigint primary key references users on delete cascade,
    matrix jsonb not null default '{}'
        constraint notification_preferences_matrix_check check (jsonb_typeof(matrix) = 'object'),
    quiet_start time,
    quiet_end time,
    quiet_timezone text,
    digest text not null default 'off'
        constraint notification_preferences_digest_check check (digest in ('off', 'daily', 'weekly')),
    updated_at timestamptz not null default now(),
    constraint notification_preferences_quiet_check check (
        (quiet_start is null) = (quiet_end is null) and (quiet_timezone is null or quiet_start is not null))
);

create table notification_deliveries (
    id bigint generated always as identity primary key,
    notification_id bigint not null references notifications on delete cascade,
    channel text not null
        constraint notification_deliveries_channel_check check (channel in ('in_app', 'email', 'push')),
    status text not null constraint notification_deliveries_status_check check (
        status in ('pending', 'deferred', 'sending', 'sent', 'delivered', 'failed', 'bounced', 'suppressed')),
    -- Kind and content of a letter that waits for its time.
    letter_kind text,
    letter_context jsonb,
    -- The letter that carried it: from then on its state is the delivery's.
    letter_id bigint references letters on delete set null,
    -- Whether it waits to be bundled with others.
    is_digest boolean not null default false,
    send_after timestamptz not null,
    attempts smallint not null default 0,
    error text,
    sent_at timestamptz,
    created_at timestamptz not null,
    constraint notification_deliveries_channel_key unique (notification_id, channel),
    constraint notification_deliveries_letter_check check ((letter_kind is null) = (letter_context is null))
);
create index notification_deliveries_letter on notification_deliveries (letter_id);
create index notification_deliveries_waiting on notification_deliveries (send_after) where status = 'deferred';

create table push_subscriptions (
    id bigint generated always as identity primary key,
    user_id bigint not null references users on delete cascade,
    -- A browser that changes hands is the new person's: its pushes must not go to the one before.
    endpoint text not null constraint push_subscriptions_endpoint_key unique
        constraint push_subscriptions_endpoint_check check (length(endpoint) <= 1000),
    p256dh bytea not null constraint push_subscriptions_p256dh_check check (length(p256dh) = 65),
    auth bytea not null constraint push_subscriptions_auth_check check (length(auth) = 16),
    -- Which of our keys the browser was given: it takes pushes signed by no other.
    vapid_kid text not null,
    user_agent text,
    failures int not null default 0,
    created_at timestamptz not null,
    last_used_at timestamptz
);
create index push_subscriptions_user on push_subscriptions (user_id);
