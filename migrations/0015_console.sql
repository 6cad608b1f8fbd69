-- What operators see over time, and what they ask for out of turn: samples of the queues, and runs of the timetable by hand.
-- A run by hand is no tick: it must not count as the tick that somebody missed.
create table queue_samples (
    minute timestamptz not null,
    queue text not null,
    depth bigint not null,
    oldest_s double precision not null,
    primary key (minute, queue)
);

create table schedule_runs (
    job_id uuid primary key,
    task text not null,
    asked_at timestamptz not null default now()
);
create index schedule_runs_task on schedule_runs (task, asked_at desc);
