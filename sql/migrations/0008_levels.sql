-- 0008: sums of whole days above the half hours, so that a page over weeks reads hundreds of rows and not a hundred thousand.
-- A level is a stretch of time whose sums are ready; whoever changes a half hour in it takes its mark away in the same transaction, and
-- readers then add up its half hours. So figures are exact at every moment, and a level that is missing only costs time.
set local role samtale_owner;

create table samtale.site (
    one boolean primary key default true check (one),
    time_zone text not null default 'UTC',
    service_level text not null default 'abandons_in_denominator',
    weights float8[] not null default '{0.15, 0.40, 0.30, 0.15}',
    components_min integer not null default 2
);
comment on table samtale.site is 'Settings of the daemon that figures in the database need too; it writes them when it starts.';
comment on column samtale.site.one is 'There is one row.';
comment on column samtale.site.time_zone is '[numbers] time_zone: days, weeks and months are this zone''s.';
comment on column samtale.site.service_level is '[numbers] service_level: the definition that is shown first.';
comment on column samtale.site.weights is 'Weights of the components of the opportunity index, in the order of docs/measures.md.';
comment on column samtale.site.components_min is 'How many components an index needs.';
insert into samtale.site default values;

create table samtale.level (
    starts_at timestamptz primary key,
    ends_at timestamptz not null,
    built_at timestamptz not null default now()
);
create index level_ends_at on samtale.level (ends_at);
comment on table samtale.level is 'Stretches of time whose sums are ready in the level_ tables; they never overlap.';
comment on column samtale.level.starts_at is 'Its beginning.';
comment on column samtale.level.ends_at is 'Its end, not included: a day of the site''s zone, or hours of today.';
comment on column samtale.level.built_at is 'When it was summed.';

-- The same sums in the same columns, a level in place of the half hour.
do $$
declare
    r record;
begin
    for r in select * from (values ('half_hour', 'queue_id, channel'), ('opportunity', 'queue_id, score_set, language, channel'), ('outcome', 'queue_id, channel'))
             as t(name, keys) loop
        execute format('create table samtale.level_%1$s (like samtale.rollup_%1$s including comments)', r.name);
        execute format('alter table samtale.level_%1$s drop column half_hour, add column starts_at timestamptz not null, add primary key (starts_at, %2$s)', r.name, r.keys);
        execute format('comment on table samtale.level_%1$s is %2$L', r.name, 'Sums of rollup_' || r.name || ' over a level; stale where samtale.level has no mark.');
        execute format('comment on column samtale.level_%1$s.starts_at is %2$L', r.name, 'The level.');
    end loop;
end
$$;

-- ---- keeping the marks true ----------------------------------------------------------------------------------------
create function samtale.level_forget() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    delete from samtale.level l
    where l.ends_at > (select min(c.half_hour) from changed c) and l.starts_at <= (select max(c.half_hour) from changed c)
      and exists (select from changed c where c.half_hour >= l.starts_at and c.half_hour < l.ends_at);
    return null;
end
$$;
comment on function samtale.level_forget is 'Takes away the marks of levels in which half hours changed.';
do $$
declare
    t text;
begin
    foreach t in array array['half_hour', 'opportunity', 'outcome'] loop
        execute format('create trigger level_insert after insert on samtale.rollup_%s referencing new table as changed for each statement execute function samtale.level_forget()', t);
        execute format('create trigger level_update after update on samtale.rollup_%s referencing new table as changed for each statement execute function samtale.level_forget()', t);
        execute format('create trigger level_delete after delete on samtale.rollup_%s referencing old table as changed for each statement execute function samtale.level_forget()', t);
    end loop;
end
$$;

-- ---- building ------------------------------------------------------------------------------------------------------
create procedure samtale.level_sums(name text, from_at timestamptz, to_at timestamptz) language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    keys text;
    sums text;
    named text;
begin
    select string_agg(quote_ident(a.attname), ', ') filter (where a.atttypid <> 'bigint'::regtype),
           string_agg(format('sum(r.%I)', a.attname), ', ' order by a.attnum) filter (where a.atttypid = 'bigint'::regtype),
           string_agg(quote_ident(a.attname), ', ' order by a.attnum) filter (where a.atttypid = 'bigint'::regtype)
    into keys, sums, named
    from pg_attribute a where a.attrelid = format('samtale.rollup_%I', level_sums.name)::regclass and a.attnum > 0 and not a.attisdropped and a.attname <> 'half_hour';
    execute format('delete from samtale.level_%I where starts_at >= $1 and starts_at < $2', level_sums.name) using from_at, to_at;
    execute format('insert into samtale.level_%1$I (starts_at, %2$s, %3$s) select $1, %2$s, %4$s from samtale.rollup_%1$I r
                    where r.half_hour >= $1 and r.half_hour < $2 group by %2$s', level_sums.name, keys, named, sums) using from_at, to_at;
end
$$;
comment on procedure samtale.level_sums is 'Sums the half hours of one rollup into a level.';

-- Days of the site's zone that ended and, of today, stretches of four hours that ended an hour ago; where there are half hours and no mark.
create function samtale.levels_missing(most integer) returns table (starts_at timestamptz, ends_at timestamptz) language plpgsql stable
    set search_path = pg_catalog, pg_temp set jit = off set enable_seqscan = off as $$
declare
    zone text := (select s.time_zone from samtale.site s);
    today timestamptz := date_trunc('day', now(), zone);
    step timestamptz;
    found integer := 0;
begin
    for step in select h from generate_series(today, now() - interval '5 hours', interval '4 hours') as h order by h desc loop
        exit when found >= most;
        starts_at := step;
        ends_at := step + interval '4 hours';
        if not exists (select from samtale.level l where l.starts_at = levels_missing.starts_at and l.ends_at = levels_missing.ends_at) then
            found := found + 1;
            return next;
        end if;
    end loop;
    starts_at := today; -- from here from day to day with half hours, newest first
    while found < most loop
        step := (select r.half_hour from samtale.rollup_half_hour r where r.half_hour < levels_missing.starts_at order by r.half_hour desc limit 1);
        exit when step is null;
        starts_at := date_trunc('day', step, zone);
        ends_at := ((starts_at at time zone zone)::date + 1)::timestamp at time zone zone;
        if not exists (select from samtale.level l where l.starts_at = levels_missing.starts_at and l.ends_at = levels_missing.ends_at) then
            found := found + 1;
            return next;
        end if;
    end loop;
end
$$;
comment on function samtale.levels_missing is 'Levels that could be ready and are not, newest first.';

-- Writers wait while a day is summed, some 20 ms, since a sum that misses what is being committed would be marked as right. Waiting for writers is cut short:
-- others would queue up behind. 55P03 then: the next round tries again.
create function samtale.level_build(most integer) returns integer language plpgsql set search_path = pg_catalog, pg_temp set lock_timeout = '200ms' as $$
declare
    missing record;
    built integer := 0;
begin
    if not exists (select from samtale.levels_missing(1)) then
        return 0;
    end if;
    lock table samtale.rollup_half_hour, samtale.rollup_opportunity, samtale.rollup_outcome in share mode;
    for missing in select m.starts_at, m.ends_at from samtale.levels_missing(level_build.most) m loop
        delete from samtale.level l where l.starts_at < missing.ends_at and l.ends_at > missing.starts_at;
        call samtale.level_sums('half_hour', missing.starts_at, missing.ends_at);
        call samtale.level_sums('opportunity', missing.starts_at, missing.ends_at);
        call samtale.level_sums('outcome', missing.starts_at, missing.ends_at);
        insert into samtale.level (starts_at, ends_at) values (missing.starts_at, missing.ends_at);
        built := built + 1;
    end loop;
    return built;
end
$$;
comment on function samtale.level_build is 'Sums up to so many levels that are missing, newest first; how many it were.';

-- A level is used only where it lies within one interval that is asked for, so that other zones and half hours are added up from half hours.
create function samtale.level_spans(starts timestamptz[]) returns table (starts_at timestamptz, ends_at timestamptz, slot integer) language sql stable parallel safe
    set search_path = pg_catalog, pg_temp as $$
    with ready as materialized (
        select l.starts_at, l.ends_at, width_bucket(l.starts_at, starts) as slot from samtale.level l
        where l.starts_at >= starts[1] and l.ends_at <= starts[cardinality(starts)]
          and width_bucket(l.starts_at, starts) = width_bucket(l.ends_at - interval '1 microsecond', starts)
    ), gap as (
        select coalesce(lag(r.ends_at) over (order by r.starts_at), starts[1]) as starts_at, r.starts_at as ends_at from ready r
        union all
        select coalesce(max(r.ends_at), starts[1]), starts[cardinality(starts)] from ready r
    )
    select r.starts_at, r.ends_at, r.slot from ready r
    union all
    select g.starts_at, g.ends_at, null from gap g where g.starts_at < g.ends_at $$;
comment on function samtale.level_spans is 'What a range is made of: levels that are ready with the number of their interval, and the stretches between them (slot null).';

create or replace function samtale.overview_groups(starts timestamptz[], queue_ids integer[], channels integer[], languages integer[], live integer[])
    returns table (slot integer, queue_id integer, e samtale.efficiency_sums, o samtale.opportunity_sums) language plpgsql stable parallel safe
    -- the planner cannot know that spans are few and short, and would read all half hours there are
    set jit = off set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
#variable_conflict use_column
begin
    -- plpgsql, so that starts is a value: inlined, it would be computed again for every row
    return query
    with spans as materialized (
        select l.starts_at, l.ends_at, l.slot from samtale.level_spans(starts) as l
    ), half_hours as materialized (
        select r.slot, r.queue_id,
               sum(r.offered::float8) as offered, sum(r.answered::float8) as answered, sum(r.abandoned::float8) as abandoned, sum(r.short_abandoned::float8) as short_abandoned,
               sum(r.handled::float8) as handled, sum(r.talk_ms::float8) as talk_ms, sum(r.hold_ms::float8) as hold_ms, sum(r.wrap_ms::float8) as wrap_ms,
               sum(r.transferred::float8) as transferred, sum(r.conversations::float8) as conversations,
               sum(r.offered::float8) filter (where r.channel = any (live)) as live_offered,
               sum(r.abandoned::float8) filter (where r.channel = any (live)) as live_abandoned,
               sum(r.short_abandoned::float8) filter (where r.channel = any (live)) as live_short_abandoned,
               sum(r.flowed_out::float8) filter (where r.channel = any (live)) as live_flowed_out,
               sum(r.answered_in::float8) filter (where r.channel = any (live)) as live_answered_in,
               sum(r.abandoned_in::float8) filter (where r.channel = any (live)) as live_abandoned_in,
               sum(r.wait_answered_ms::float8) filter (where r.channel = any (live)) as live_wait_answered_ms,
               sum(r.waits_answered::float8) filter (where r.channel = any (live)) as live_waits_answered,
               sum(r.waits_abandoned::float8) filter (where r.channel = any (live)) as live_waits_abandoned
        from (select s.slot, r.queue_id, r.channel, r.offered, r.answered, r.abandoned, r.short_abandoned, r.handled, r.talk_ms, r.hold_ms, r.wrap_ms,
                   r.transferred, r.conversations, r.flowed_out, r.answered_in, r.abandoned_in, r.wait_answered_ms, r.waits_answered,
                   r.waits_abandoned
              from spans s join samtale.level_half_hour r using (starts_at) where s.slot is not null
              union all
              select width_bucket(r.half_hour, starts), r.queue_id, r.channel, r.offered, r.answered, r.abandoned, r.short_abandoned, r.handled, r.talk_ms, r.hold_ms, r.wrap_ms,
                   r.transferred, r.conversations, r.flowed_out, r.answered_in, r.abandoned_in, r.wait_answered_ms, r.waits_answered,
                   r.waits_abandoned
              from spans s join samtale.rollup_half_hour r on r.half_hour >= s.starts_at and r.half_hour < s.ends_at where s.slot is null) as r
        where (queue_ids is null or r.queue_id = any (queue_ids)) and (channels is null or r.channel = any (channels))
        group by 1, 2
    ), moments as materialized (
        select r.slot, r.queue_id,
               sum(r.scored::float8) as scored, sum(r.latencies_ms::float8) as latencies_ms, sum(r.open_share_part::float8) as open_share_part,
               sum(r.open_share_whole::float8) as open_share_whole, sum(r.explored_share_part::float8) as explored_share_part,
               sum(r.explored_share_whole::float8) as explored_share_whole, sum(r.acknowledged_share_part::float8) as acknowledged_share_part,
               sum(r.acknowledged_share_whole::float8) as acknowledged_share_whole, sum(r.needs_asked_part::float8) as needs_asked_part,
               sum(r.needs_asked_whole::float8) as needs_asked_whole, sum(r.opportunity_cues::float8) as opportunity_cues,
               sum(r.opportunity_explored::float8) as opportunity_explored, sum(r.opportunity_answered::float8) as opportunity_answered,
               sum(r.opportunity_missed::float8) as opportunity_missed, sum(r.empathy_cues::float8) as empathy_cues,
               sum(r.empathy_acknowledged::float8) as empathy_acknowledged, sum(r.empathy_gaps::float8) as empathy_gaps,
               sum(r.empathy_latency_turns::float8) as empathy_latency_turns, sum(r.empathy_latency_ms::float8) as empathy_latency_ms,
               sum(r.agent_talk_ms::float8) as agent_talk_ms, sum(r.customer_talk_ms::float8) as customer_talk_ms, sum(r.non_talk_ms::float8) as non_talk_ms,
               sum(r.cross_talk_ms::float8) as cross_talk_ms
        from (select s.slot, r.queue_id, r.channel, r.language, r.score_set, r.scored, r.latencies_ms, r.open_share_part, r.open_share_whole,
                   r.explored_share_part, r.explored_share_whole, r.acknowledged_share_part, r.acknowledged_share_whole, r.needs_asked_part,
                   r.needs_asked_whole, r.opportunity_cues, r.opportunity_explored, r.opportunity_answered, r.opportunity_missed, r.empathy_cues,
                   r.empathy_acknowledged, r.empathy_gaps, r.empathy_latency_turns, r.empathy_latency_ms, r.agent_talk_ms, r.customer_talk_ms,
                   r.non_talk_ms, r.cross_talk_ms
              from spans s join samtale.level_opportunity r using (starts_at) where s.slot is not null
              union all
              select width_bucket(r.half_hour, starts), r.queue_id, r.channel, r.language, r.score_set, r.scored, r.latencies_ms, r.open_share_part, r.open_share_whole,
                   r.explored_share_part, r.explored_share_whole, r.acknowledged_share_part, r.acknowledged_share_whole, r.needs_asked_part,
                   r.needs_asked_whole, r.opportunity_cues, r.opportunity_explored, r.opportunity_answered, r.opportunity_missed, r.empathy_cues,
                   r.empathy_acknowledged, r.empathy_gaps, r.empathy_latency_turns, r.empathy_latency_ms, r.agent_talk_ms, r.customer_talk_ms,
                   r.non_talk_ms, r.cross_talk_ms
              from spans s join samtale.rollup_opportunity r on r.half_hour >= s.starts_at and r.half_hour < s.ends_at where s.slot is null) as r
        where (queue_ids is null or r.queue_id = any (queue_ids)) and (channels is null or r.channel = any (channels))
          and (languages is null or r.language = any (languages))
          and r.score_set in (select s.score_set from samtale.score_set s where s.shown)
        group by 1, 2
    ), efficiency as (
        select h.slot, h.queue_id, row(coalesce(sum(h.offered), 0), coalesce(sum(h.answered), 0), coalesce(sum(h.abandoned), 0), coalesce(sum(h.short_abandoned), 0),
                   coalesce(sum(h.handled), 0), coalesce(sum(h.talk_ms), 0), coalesce(sum(h.hold_ms), 0), coalesce(sum(h.wrap_ms), 0),
                   coalesce(sum(h.transferred), 0), coalesce(sum(h.conversations), 0), coalesce(sum(h.live_offered), 0),
                   coalesce(sum(h.live_abandoned), 0), coalesce(sum(h.live_short_abandoned), 0), coalesce(sum(h.live_flowed_out), 0),
                   coalesce(sum(h.live_answered_in), 0), coalesce(sum(h.live_abandoned_in), 0), coalesce(sum(h.live_wait_answered_ms), 0),
                   coalesce(sum(h.live_waits_answered), 0), coalesce(sum(h.live_waits_abandoned), 0))::samtale.efficiency_sums as e
        from half_hours h group by grouping sets ((h.slot), (h.queue_id), ())
    ), opportunity as (
        select m.slot, m.queue_id, row(coalesce(sum(m.scored), 0), coalesce(sum(m.latencies_ms), 0), coalesce(sum(m.open_share_part), 0),
                   coalesce(sum(m.open_share_whole), 0), coalesce(sum(m.explored_share_part), 0), coalesce(sum(m.explored_share_whole), 0),
                   coalesce(sum(m.acknowledged_share_part), 0), coalesce(sum(m.acknowledged_share_whole), 0), coalesce(sum(m.needs_asked_part), 0),
                   coalesce(sum(m.needs_asked_whole), 0), coalesce(sum(m.opportunity_cues), 0), coalesce(sum(m.opportunity_explored), 0),
                   coalesce(sum(m.opportunity_answered), 0), coalesce(sum(m.opportunity_missed), 0), coalesce(sum(m.empathy_cues), 0),
                   coalesce(sum(m.empathy_acknowledged), 0), coalesce(sum(m.empathy_gaps), 0), coalesce(sum(m.empathy_latency_turns), 0),
                   coalesce(sum(m.empathy_latency_ms), 0), coalesce(sum(m.agent_talk_ms), 0), coalesce(sum(m.customer_talk_ms), 0),
                   coalesce(sum(m.non_talk_ms), 0), coalesce(sum(m.cross_talk_ms), 0))::samtale.opportunity_sums as o
        from moments m group by grouping sets ((m.slot), (m.queue_id), ())
    )
    select coalesce(x.slot, y.slot), coalesce(x.queue_id, y.queue_id), x.e, y.o
    from efficiency x
    full join opportunity y on coalesce(x.slot, -1) = coalesce(y.slot, -1) and coalesce(x.queue_id, -1) = coalesce(y.queue_id, -1);
end
$$;

-- ---- verifying -----------------------------------------------------------------------------------------------------
create function samtale.verify_levels() returns table (rollup text, key text, stored jsonb, computed jsonb) language plpgsql stable
    set search_path = pg_catalog, pg_temp as $$
declare
    r record;
begin
    for r in select t.name, t.keys, string_agg(format('sum(b.%1$I) as %1$I', a.attname), ', ') as sums
             from (values ('half_hour', 'queue_id, channel'), ('opportunity', 'queue_id, score_set, language, channel'), ('outcome', 'queue_id, channel')) as t(name, keys)
             join pg_attribute a on a.attrelid = format('samtale.rollup_%I', t.name)::regclass and a.attnum > 0 and not a.attisdropped and a.atttypid = 'bigint'::regtype
             group by 1, 2
    loop
        return query execute format($q$
            select %1$L::text, coalesce(s.key, c.key)::text, s.sums, c.sums
            from (select samtale.row_part(to_jsonb(t), %2$L, true) as key, samtale.row_part(to_jsonb(t), %2$L, false) as sums
                  from samtale.level_%4$s t join samtale.level l using (starts_at)) as s
            full join (select samtale.row_part(to_jsonb(t), %2$L, true) as key, samtale.row_part(to_jsonb(t), %2$L, false) as sums
                       from (select l.starts_at, %2$s, %3$s from samtale.level l
                             join samtale.rollup_%4$s b on b.half_hour >= l.starts_at and b.half_hour < l.ends_at group by l.starts_at, %2$s) as t) as c on c.key = s.key
            where coalesce(s.sums, '{}') is distinct from coalesce(c.sums, '{}') $q$, 'level_' || r.name, r.keys, r.sums, r.name);
    end loop;
end
$$;
create function samtale.row_part(whole jsonb, keys text, wanted boolean) returns jsonb language sql immutable parallel safe
    return (select jsonb_object_agg(e.key, e.value) from jsonb_each(whole) e
            where (e.key = 'starts_at' or e.key = any (string_to_array(keys, ', '))) = wanted and (wanted or e.value <> '0'));
comment on function samtale.row_part is 'The key of a row, or its sums that are not 0.';
comment on function samtale.verify_levels is 'Rows of levels that are not the sums of their half hours: none, unless something is wrong.';

grant select on samtale.site, samtale.level, samtale.level_half_hour, samtale.level_opportunity, samtale.level_outcome to samtale_daemon, samtale_api, samtale_bi_owner;
grant update on samtale.site to samtale_daemon;
grant insert, delete on samtale.level, samtale.level_half_hour, samtale.level_opportunity, samtale.level_outcome to samtale_daemon;
