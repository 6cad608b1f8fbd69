-- The job ledger: PostgreSQL owns the truth about work, Redis only carries tickets that point here.
-- fair_at is the place in the line: run_at, or ten seconds behind the user's last waiting job of the same queue if that
-- is later, so that ten thousand jobs of one user do not stand before one job of another. refused_at is the first time
-- that a build which does not know the kind or version gave the job back.
create table jobs (
    id uuid primary key,
    kind text not null,
    payload_version smallint not null,
    payload jsonb not null,
    queue text not null constraint jobs_queue_check check (queue in ('ocr', 'mail_urgent', 'mail', 'billing', 'default')),
    priority smallint not null default 0,
    user_id bigint references users on delete set null,
    state text not null default 'ready' constraint jobs_state_check
        check (state in ('ready', 'running', 'retry', 'done', 'dead', 'cancelled')),
    run_at timestamptz not null default now(),
    fair_at timestamptz not null default now(),
    ticketed_at timestamptz,
    refused_at timestamptz,
    attempt smallint not null default 0,
    max_attempts smallint not null default 5,
    crash_count smallint not null default 0,
    fence bigint not null default 0,
    lease_until timestamptz,
    worker text,
    unique_key text,
    progress smallint not null default 0 constraint jobs_progress_check check (progress between 0 and 100),
    trace_context text,
    last_error text,
    dead_reason text constraint jobs_dead_reason_check check (dead_reason in ('failed', 'undecodable', 'poison')),
    created_at timestamptz not null default now(),
    started_at timestamptz,
    finished_at timestamptz,
    constraint jobs_lease_check check ((state = 'running') = (lease_until is not null)),
    constraint jobs_dead_check check ((state = 'dead') = (dead_reason is not null))
);
create unique index jobs_unique_key on jobs (kind, unique_key)
    where unique_key is not null and state in ('ready', 'running', 'retry');
create index jobs_due on jobs (queue, priority desc, fair_at) where state in ('ready', 'retry');
create index jobs_fair on jobs (user_id, queue, fair_at) where state in ('ready', 'retry') and user_id is not null;
create index jobs_leases on jobs (lease_until) where state = 'running';
create index jobs_finished on jobs (finished_at) where state in ('done', 'dead', 'cancelled');
create index jobs_last_done on jobs (kind, finished_at) where state = 'done';
create index jobs_user on jobs (user_id, created_at desc) where user_id is not null;
create index jobs_dead on jobs (created_at desc) where state = 'dead';

create table job_attempts (
    job_id uuid not null references jobs on delete cascade,
    attempt smallint not null,
    fence bigint not null,
    worker text not null,
    started_at timestamptz not null default now(),
    ended_at timestamptz,
    outcome text constraint job_attempts_outcome_check
        check (outcome in ('done', 'retry', 'dead', 'handed_back', 'snoozed', 'crashed', 'cancelled')),
    error text,
    primary key (job_id, fence)
);

-- One row for each tick that became a job, whoever saw it: the primary key makes any number of schedulers safe.
create table cron_ticks (
    task text not null,
    tick_at timestamptz not null,
    job_id uuid,
    created_at timestamptz not null default now(),
    primary key (task, tick_at)
);

-- The cron lines live in the code; only whether a task runs at all can be changed while running. since is when the
-- task was first seen: what never ran starts from there.
create table schedules (
    task text primary key,
    enabled boolean not null default true,
    since timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

-- Who works now, so that operators see it; rows of the dead are removed after a while.
create table workers (
    name text primary key,
    host text not null,
    queues jsonb not null,
    started_at timestamptz not null default now(),
    seen_at timestamptz not null default now(),
    is_draining boolean not null default false
);
create index workers_seen on workers (seen_at);
