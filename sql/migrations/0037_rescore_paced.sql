-- 0037: no statement of a re-scoring takes long. It began by counting all conversations it would score (1.5 s for a million, while messages wait), and its last round
-- walked over all of them in one statement to find that nothing was left. Now it counts up to 20,000 and leaves the rest to the planner's estimate, and a walk goes so
-- far at a time. Beside it: a reason of dead letters that its comment lacked.
set local role samtale_owner;

alter table samtale.rescore add column estimated boolean; -- with a default it is refused, since rescore_wants() takes a row
update samtale.rescore set estimated = false;
alter table samtale.rescore alter column estimated set default false, alter column estimated set not null;
comment on column samtale.rescore.estimated is 'Whether wanted is an estimate: of more than 20,000 conversations none are counted.';
comment on column samtale.rescore.wanted is 'Conversations there were to score when it began; all that it made once it is made.';

create function samtale.rescore_count(id integer) returns void language plpgsql
    set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_sort = off set jit = off set plan_cache_mode = force_custom_plan as $$
declare
    most constant integer := 20000;
    r samtale.rescore := (select t from samtale.rescore t where t.rescore_id = id);
    walked bigint;
    counted bigint;
    plan json;
begin
    select count(*), count(*) filter (where w.wanted) into walked, counted
    from (select samtale.rescore_wants(r, c) as wanted from samtale.conversation c where c.started_at >= r.since and c.started_at < r.until order by c.started_at, c.conversation_id limit most) as w;
    if walked = most then
        execute format('explain (format json) select from samtale.conversation c where c.started_at >= %L and c.started_at < %L and c.turns > 0 and c.score_set <> %s and (%L::integer[] is null or c.queue_id = any (%L))',
                       r.since, r.until, r.score_set, r.queue_ids, r.queue_ids) into plan;
        counted := greatest(counted, (plan -> 0 -> 'Plan' ->> 'Plan Rows')::bigint);
    end if;
    update samtale.rescore t set wanted = counted, estimated = walked = most where t.rescore_id = id;
end
$$;
comment on function samtale.rescore_count is 'Notes how many conversations a re-scoring will make: counted where they are few, estimated by the planner where they are many.';

do $$
declare
    text text := pg_get_functiondef('samtale.rescore_begin'::regproc);
    old constant text := 'update samtale.rescore r set wanted = (select count(*) from samtale.conversation c where samtale.rescore_wants(r, c)) where r.rescore_id = begun;';
begin
    if strpos(text, old) = 0 then
        raise exception 'samtale.rescore_begin is not what this migration knows';
    end if;
    execute replace(text, old, 'perform samtale.rescore_count(begun);');
end
$$;

-- Ends with a row without a source where it has walked as far as it may and found fewer than it may: that is how far it came.
drop function samtale.rescore_take(integer, timestamptz, bigint, integer);
create function samtale.rescore_take(id integer, after_at timestamptz, after_id bigint, most integer, far integer)
    returns table (conversation_id bigint, started_at timestamptz, source text, written_by bigint, contribution bytea) language plpgsql
    set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_sort = off set jit = off set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
    r samtale.rescore := (select t from samtale.rescore t where t.rescore_id = id);
    begins timestamptz := greatest(r.since, after_at);
    walked integer := 0;
    found_n integer := 0;
    candidate record;
begin
    for candidate in
        select w.*, w.wanted and i.made is null as good
        from (select samtale.rescore_wants(r, c) and c.external_id is not null as wanted, c.conversation_id, c.started_at, c.source_id, c.external_id, c.xmin, c.contribution
              from samtale.conversation c
              where (c.started_at, c.conversation_id) > (begins, case when after_at is null then 0 else after_id end) and c.started_at < r.until
              order by c.started_at, c.conversation_id limit far) as w
        left join lateral (select true as made from samtale.rescore_item i where i.rescore_id = id and i.conversation_id = w.conversation_id and i.written_by = w.xmin limit 1) as i on true
        order by w.started_at, w.conversation_id
    loop
        walked := walked + 1;
        conversation_id := candidate.conversation_id;
        started_at := candidate.started_at;
        continue when not candidate.good;
        perform from samtale.conversation_key k where k.source_id = candidate.source_id and k.external_id = candidate.external_id for update skip locked;
        continue when not found;
        source := (select s.name from samtale.source s where s.source_id = candidate.source_id);
        written_by := candidate.xmin::text::bigint;
        contribution := candidate.contribution;
        return next;
        found_n := found_n + 1;
        exit when found_n = most;
    end loop;
    if found_n < most and walked = far then
        source := null;
        written_by := null;
        contribution := null;
        return next;
    end if;
end
$$;
comment on function samtale.rescore_take is 'The next conversations of a re-scoring, their keys locked, of so many that it walks over; a last row without a source: it came so far and there is more.';

create or replace view samtale.rescore_list as
    select r.rescore_id, r.state || case when r.waiting and r.state = 'running' then ', waits for messages' else '' end as state, r.score_set, s.version,
           r.first_day || ' to ' || coalesce(r.last_day::text, 'now') as days,
           coalesce((select string_agg(k.name, ', ' order by k.name) from samtale.queue k where k.queue_id = any (r.queue_ids)), '(all)') as queues,
           i.made || case when r.estimated then ' of about ' else ' of ' end || greatest(r.wanted, i.made) || case when i.without > 0 then ', ' || i.without || ' without text' else '' end
               || case when i.failed > 0 then ', ' || i.failed || ' unreadable' else '' end as done
    from samtale.rescore r join samtale.score_set s using (score_set)
    cross join lateral (select count(*) filter (where i.outcome = 1) as made, count(*) filter (where i.outcome = 2) as without, count(*) filter (where i.outcome = 3) as failed
                        from samtale.rescore_item i where i.rescore_id = r.rescore_id) as i;

comment on column samtale.dead_letter.code is 'Stable word: bad_input, unsupported, too_large, no_memory, conflict, sqlstate:NNNNN, crashed, erased, too_old.';
reset role;
