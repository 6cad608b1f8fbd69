-- What operators ask of the ledger, found without reading what has ended well: dead jobs of one key, and failed attempts of
-- the last hour.
create index jobs_dead_keys on jobs (kind, unique_key, id) where state = 'dead' and unique_key is not null;
create index job_attempts_failed on job_attempts (ended_at) where outcome in ('retry', 'dead', 'crashed');
