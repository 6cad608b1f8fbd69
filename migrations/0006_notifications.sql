-- What the product tells a person inside the product.
create table notifications (
    id bigint generated always as identity primary key,
    user_id bigint not null references users on delete cascade,
    vehicle_id bigint references vehicles on delete cascade,
    document_id bigint references documents on delete cascade,
    notification_type varchar(40) not null default 'info',
    title varchar(255) not null,
    message text not null,
    link varchar(500),
    metadata jsonb not null default '{}',
    dedup_key text,
    is_read boolean not null default false,
    read_at timestamptz,
    created_at timestamptz not null default now(),
    constraint notifications_read_check check (is_read = (read_at is not null))
);
create unique index notifications_dedup on notifications (user_id, dedup_key) where dedup_key is not null;
create index notifications_user on notifications (user_id, created_at desc);
create index notifications_unread on notifications (user_id, created_at desc) where not is_read;
create index notifications_read_at on notifications (read_at) where is_read;
create index notifications_vehicle on notifications (vehicle_id);
create index notifications_document on notifications (document_id);
