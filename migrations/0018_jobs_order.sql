-- The order of claims as the index has it, ties included: a claim reads as many rows as it takes, however many are due.
drop index jobs_due;
create index jobs_due on jobs (queue, priority desc, fair_at, id) where state in ('ready', 'retry');
-- Every job is written three times within seconds: what it leaves behind is cleared, and counted, early.
alter table jobs set (
    autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
alter table job_attempts set (
    autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
