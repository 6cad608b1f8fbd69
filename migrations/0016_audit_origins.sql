-- The chain shows what was changed as long as its end is written down elsewhere from time to time: the process that verifies it
-- each night logs it. Who can write to every table could make the whole chain anew.
--
-- From where and with what an event came is personal and is forgotten after a year, and the chain stays whole: it takes in
-- a salted hash of both instead of both. Without the salt, which goes with them, nobody can guess them from the hash.
alter table audit_log
    add column origin_salt uuid,
    add column origin_hash bytea;

create function audit_origin_hash(entry audit_log) returns bytea language sql stable
    return sha256(convert_to(
        jsonb_build_array(entry.origin_salt, host(entry.ip), entry.user_agent)::text, 'UTF8'));

create function seal_audit_origin() returns trigger language plpgsql as $$
begin
    new.origin_salt := gen_random_uuid();
    new.origin_hash := audit_origin_hash(new);
    return new;
end
$$;
create trigger audit_log_origin before insert on audit_log for each row execute function seal_audit_origin();

-- What was logged before is sealed now, and linked again.
alter table audit_log disable trigger audit_log_append_only;
alter table audit_chain disable trigger audit_chain_append_only;
update audit_log set origin_salt = gen_random_uuid();
update audit_log a set origin_hash = audit_origin_hash(a);
alter table audit_log enable trigger audit_log_append_only;

create or replace function audit_text(entry audit_log) returns text language sql stable
    return jsonb_build_array(
        'v2', entry.id, (extract(epoch from entry.at) * 1000000)::bigint, entry.actor_id, entry.actor_kind, entry.action,
        entry.target_type, entry.target_id, entry.request_id, entry.diff,
        -- As long as the origin is there, it is what counts, not what the row says of it.
        encode(case when entry.origin_salt is null then entry.origin_hash else audit_origin_hash(entry) end, 'hex'))::text;

do $$
declare
    link audit_chain;
    entry audit_log;
    at_hash bytea := '\x';
begin
    for link in select * from audit_chain order by seq loop
        select * into entry from audit_log where id = link.audit_id;
        update audit_chain set prev_hash = at_hash, hash = audit_hash(link.seq, at_hash, entry) where seq = link.seq
            returning hash into at_hash;
    end loop;
end
$$;
alter table audit_chain enable trigger audit_chain_append_only;

alter table audit_log
    alter column origin_hash set not null;

-- The one change that the log bears: forgetting the origin of what is older than a year.
create function refuse_audit_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and old.at < now() - interval '1 year' and new.ip is null and new.user_agent is null
        and new.origin_salt is null
        and to_jsonb(new) - '{ip,user_agent,origin_salt}'::text[] = to_jsonb(old) - '{ip,user_agent,origin_salt}'::text[]
    then
        return new;
    end if;
    raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end
$$;
drop trigger audit_log_append_only on audit_log;
create trigger audit_log_append_only before update or delete on audit_log
    for each row execute function refuse_audit_change();
create index audit_log_origins on audit_log (at) where origin_salt is not null;
