-- Jobs before attempts, as every job locks them.
-- Tickets only wake workers: when one was sent says nothing.
alter table jobs drop column ticketed_at;
-- Attempts are written in the statement that claims their job and pruned in the one that forgets it. Checking and cascading
-- row by row cost as much as the claim itself.
alter table job_attempts drop constraint job_attempts_job_id_fkey;
