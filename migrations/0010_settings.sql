-- What people set for themselves, and features that are switched on for some of them first. The language is in users.
create table user_settings (
    user_id bigint primary key references users on delete cascade,
    theme text not null default 'auto' constraint user_settings_theme_check check (theme in ('light', 'dark', 'auto')),
    timezone text not null default 'Europe/Paris',
    distance_unit text not null default 'km'
        constraint user_settings_distance_unit_check check (distance_unit in ('km', 'mi')),
    volume_unit text not null default 'l'
        constraint user_settings_volume_unit_check check (volume_unit in ('l', 'gal_uk', 'gal_us')),
    consumption_unit text not null default 'l_100km'
        constraint user_settings_consumption_unit_check check (consumption_unit in ('l_100km', 'mpg', 'km_l')),
    currency text not null default 'EUR' constraint user_settings_currency_check check (currency ~ '^[A-Z]{3}$'),
    inspection_lead_days int[] not null default '{60,30,7}',
    maintenance_lead_days int[] not null default '{3}',
    insurance_lead_days int[] not null default '{30,7}',
    email_notifications boolean not null default true,
    push_notifications boolean not null default true,
    maintenance_reminders boolean not null default true,
    subscription_alerts boolean not null default true,
    profile_public boolean not null default false,
    anonymous_reviews boolean not null default true,
    usage_statistics boolean not null default false,
    custom_settings jsonb not null default '{}'
        constraint user_settings_custom_check check (jsonb_typeof(custom_settings) = 'object'),
    updated_at timestamptz not null default now()
);

create table feature_flags (
    key text primary key constraint feature_flags_key_check check (key ~ '^[a-z][a-z0-9_]{0,62}$'),
    description text,
    enabled boolean not null default false,
    rollout_percent smallint not null default 0
        constraint feature_flags_rollout_check check (rollout_percent between 0 and 100),
    rules jsonb not null default '{}',
    updated_by bigint references users on delete set null,
    updated_at timestamptz not null default now()
);
create index feature_flags_updated_by on feature_flags (updated_by);
