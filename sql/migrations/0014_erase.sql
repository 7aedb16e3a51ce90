-- 0014: erasure and access (GDPR art. 15 and 17). What is erased: stored parts, evidence's places, keys of customer and merging, external ids, messages that still wait or
-- are dead letters. What stays: the numbers, so that sums stay what they were. A tombstone keeps later parts out.
set local role samtale_owner;

create table samtale.tombstone (
    digest bytea primary key,
    erased_at timestamptz not null default now()
);
comment on table samtale.tombstone is 'Conversations that were erased: later parts of them become dead letters.';
comment on column samtale.tombstone.digest is 'SHA-256 over a secret of this database, source and external id: who has the name can ask, nobody can list.';
comment on column samtale.tombstone.erased_at is 'When.';
create table samtale.tombstone_secret (
    one boolean primary key default true check (one),
    secret bytea not null
);
comment on table samtale.tombstone_secret is 'What digests of tombstones begin with.';
comment on column samtale.tombstone_secret.one is 'There is one row.';
comment on column samtale.tombstone_secret.secret is '32 random bytes.';
insert into samtale.tombstone_secret (secret) values (sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));

create function samtale.tombstone_of(source text, external_id text) returns bytea language sql stable set search_path = pg_catalog, pg_temp as $$
    select sha256(s.secret || convert_to(tombstone_of.source || E'\x1f' || tombstone_of.external_id, 'UTF8')) from samtale.tombstone_secret s $$;
comment on function samtale.tombstone_of is 'The digest of a merge key.';

create function samtale.key_not_erased() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if exists (select from samtale.tombstone) and exists (select from added a join samtale.source s using (source_id)
                                                          join samtale.tombstone t on t.digest = samtale.tombstone_of(s.name, a.external_id)) then
        raise exception 'erased: a part of a conversation that was erased' using errcode = '23000';
    end if;
    return null;
end
$$;
comment on function samtale.key_not_erased is 'Keeps parts of erased conversations out: they become dead letters.';
create trigger not_erased after insert on samtale.conversation_key referencing new table as added for each statement execute function samtale.key_not_erased();

create function samtale.conversations_of(customer bytea, source text, external_id text) returns bigint[] language sql stable set search_path = pg_catalog, pg_temp as $$
    select coalesce(array_agg(t.id order by t.id), '{}')
    from (select c.conversation_id as id from samtale.conversation c where c.customer_key = conversations_of.customer
          union
          select k.conversation_id from samtale.conversation_key k join samtale.source s using (source_id)
          where s.name = conversations_of.source and k.external_id = conversations_of.external_id) as t $$;
comment on function samtale.conversations_of is 'Conversations of a customer''s key, or the one that a source calls so.';

-- The queue first: its messages are locked by who stores them before their keys are, and what they stored meanwhile is erased, too.
create function samtale.erase(ids bigint[]) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    waiting bigint;
    dead bigint;
    parts bigint;
    conflicts bigint;
    done bigint;
begin
    create temporary table erased on commit drop as
        select k.conversation_id, k.source_id, k.external_id, s.name as source from samtale.conversation_key k join samtale.source s using (source_id) where k.conversation_id = any (ids);
    delete from samtale.inbox i using erased e where (i.source = e.source or i.source = '') and position(convert_to(e.external_id, 'UTF8') in i.body) > 0;
    get diagnostics waiting = row_count;
    perform from samtale.conversation_key k where k.conversation_id = any (ids) order by k.source_id, k.external_id for update;
    delete from samtale.dead_letter d using erased e where (d.source = e.source or d.source = '') and position(convert_to(e.external_id, 'UTF8') in d.body) > 0;
    get diagnostics dead = row_count;
    insert into samtale.tombstone (digest) select samtale.tombstone_of(e.source, e.external_id) from erased e on conflict do nothing;
    delete from samtale.part p where p.conversation_id = any (ids);
    get diagnostics parts = row_count;
    delete from samtale.part_conflict p where p.conversation_id = any (ids);
    get diagnostics conflicts = row_count;
    update samtale.finding f set span_starts = array_fill(0, array[cardinality(f.span_starts)]), span_ends = array_fill(0, array[cardinality(f.span_ends)])
    where f.conversation_id = any (ids) and cardinality(f.span_starts) > 0;
    update samtale.survey s set part_id = gen_random_uuid()::text where s.conversation_id = any (ids);
    update samtale.outcome o set part_id = gen_random_uuid()::text where o.conversation_id = any (ids);
    update samtale.conversation c set external_id = null, customer_key = null, customer_since = null, purpose = null where c.conversation_id = any (ids);
    get diagnostics done = row_count;
    delete from samtale.conversation_key k where k.conversation_id = any (ids);
    insert into samtale.access_log (conversation_id, what) select e.conversation_id, 'erase' from erased e;
    drop table erased;
    return jsonb_build_object('erased_at', samtale.utc_text(now()), 'conversations', done, 'parts', parts + conflicts, 'waiting_messages', waiting, 'dead_letters', dead,
                              'kept', 'numbers without words, names, ids or customer; tombstones against later parts');
end
$$;
comment on function samtale.erase is 'Erases conversations but for their numbers; what was done.';

create function samtale.customer_export(ids bigint[]) returns setof text language sql stable set search_path = pg_catalog, pg_temp as $$
    select jsonb_build_object('source', s.name, 'conversation', to_jsonb(c) - '{contribution,customer_key,team_ids,agent_ids,agent_id}'::text[],
               'parts', (select coalesce(jsonb_agg(p.body::jsonb order by p.kind, p.part_id), '[]') from samtale.part p where p.conversation_id = c.conversation_id),
               'measures', (select to_jsonb(o) from samtale.conversation_score o where o.conversation_id = c.conversation_id and o.score_set = c.score_set),
               'read_by', (select coalesce(jsonb_agg(jsonb_build_object('at', samtale.utc_text(a.at), 'what', a.what,
                                                                       'reader', coalesce(left(encode(sha256(t.secret || int4send(a.account_id)), 'hex'), 12), 'nobody signed in')) order by a.at), '[]')
                           from samtale.access_log a, samtale.tombstone_secret t where a.conversation_id = c.conversation_id))::text
    from samtale.conversation c join samtale.source s using (source_id) where c.conversation_id = any (ids) order by c.started_at, c.conversation_id $$;
comment on function samtale.customer_export is 'What is stored of conversations, masked, with who read them (as pseudonyms), a JSON line each.';
grant select, insert on samtale.tombstone to samtale_daemon;
grant select on samtale.tombstone_secret to samtale_daemon;
