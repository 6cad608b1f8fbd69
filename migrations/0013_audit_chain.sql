-- Makes the audit log's rows hang together: each one's hash takes in the one before, so that none can be changed, removed
-- or slipped in unseen, not even by who may switch triggers off.
create table audit_chain (
    seq bigint primary key,
    audit_id bigint not null constraint audit_chain_audit_id_key unique references audit_log,
    prev_hash bytea not null,
    hash bytea not null
);

-- The same text for the same row whatever the session's settings are.
create function audit_text(entry audit_log) returns text language sql stable
    return jsonb_build_array(
        'v1', entry.id, (extract(epoch from entry.at) * 1000000)::bigint, entry.actor_id, entry.actor_kind, entry.action,
        entry.target_type, entry.target_id, host(entry.ip), entry.user_agent, entry.request_id, entry.diff)::text;

create function audit_hash(seq bigint, prev_hash bytea, entry audit_log) returns bytea language sql stable
    return sha256(prev_hash || int8send(seq) || convert_to(audit_text(entry), 'UTF8'));

-- Links of a chain are made one after the other. The lock is taken when a transaction commits, with nothing left to wait
-- for, so nobody holds it for long and nobody waits in a circle.
create function chain_audit_entry() returns trigger language plpgsql as $$
declare
    last audit_chain;
begin
    perform pg_advisory_xact_lock(hashtextextended('audit_chain', 0));
    select * into last from audit_chain order by seq desc limit 1;
    insert into audit_chain (seq, audit_id, prev_hash, hash)
    values (
        coalesce(last.seq, 0) + 1,
        new.id,
        coalesce(last.hash, '\x'::bytea),
        audit_hash(coalesce(last.seq, 0) + 1, coalesce(last.hash, '\x'::bytea), new));
    return null;
end
$$;

-- What was logged before.
do $$
declare
    entry audit_log;
    at_seq bigint := 0;
    at_hash bytea := '\x';
    next_hash bytea;
begin
    for entry in select * from audit_log order by id loop
        at_seq := at_seq + 1;
        next_hash := audit_hash(at_seq, at_hash, entry);
        insert into audit_chain (seq, audit_id, prev_hash, hash) values (at_seq, entry.id, at_hash, next_hash);
        at_hash := next_hash;
    end loop;
end
$$;

create constraint trigger audit_log_chained after insert on audit_log
    deferrable initially deferred
    for each row execute function chain_audit_entry();
create trigger audit_chain_append_only before update or delete on audit_chain
    for each row execute function refuse_change();
create trigger audit_chain_no_truncate before truncate on audit_chain
    for each statement execute function refuse_change();
create index audit_log_at on audit_log (at desc);
