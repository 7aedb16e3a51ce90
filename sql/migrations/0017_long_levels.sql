-- 0017: sums of whole weeks and months above the days, and of all queues together: the page over figures reads hundreds of rows whatever there is.
-- The table by queue reads months, weeks and days of the range, the figures over time a row a day; before, both read every day of every queue.
set local role samtale_owner;

create table samtale.long_level (
    starts_at timestamptz,
    ends_at timestamptz,
    built_at timestamptz not null default now(),
    primary key (starts_at, ends_at)
);
create index long_level_ends_at on samtale.long_level (ends_at);
comment on table samtale.long_level is 'Weeks and months of the site''s zone whose sums by queue are ready in the long_ tables; as samtale.level its marks go with a change.';
comment on column samtale.long_level.starts_at is 'Its beginning.';
comment on column samtale.long_level.ends_at is 'Its end, not included.';
comment on column samtale.long_level.built_at is 'When it was summed.';

do $$
declare
    r record;
begin
    for r in select * from (values ('half_hour', 'channel, queue_id'), ('opportunity', 'channel, queue_id, score_set, language')) as t(name, keys) loop
        execute format('create table samtale.long_%1$s (like samtale.level_%1$s including comments)', r.name);
        execute format('alter table samtale.long_%1$s add column ends_at timestamptz not null, add primary key (starts_at, ends_at, %2$s)', r.name, r.keys);
        execute format('comment on table samtale.long_%1$s is %2$L', r.name, 'Sums of level_' || r.name || ' over a week or month; stale where samtale.long_level has no mark.');
        execute format('comment on column samtale.long_%1$s.ends_at is %2$L', r.name, 'Its end, not included.');
        execute format('comment on column samtale.long_%1$s.channel is %2$L', r.name, 'As in level_' || r.name || ', below 0 only.');
        execute format('comment on column samtale.level_%1$s.queue_id is %2$L', r.name, 'Queue; 0: none stated, -1: all queues together (of channels below 0).');
    end loop;
end
$$;

create or replace function samtale.level_forget() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    delete from samtale.level l
    where l.ends_at > (select min(c.half_hour) from changed c) and l.starts_at <= (select max(c.half_hour) from changed c)
      and exists (select from changed c where c.half_hour >= l.starts_at and c.half_hour < l.ends_at);
    delete from samtale.long_level l
    where l.ends_at > (select min(c.half_hour) from changed c) and l.starts_at <= (select max(c.half_hour) from changed c)
      and exists (select from changed c where c.half_hour >= l.starts_at and c.half_hour < l.ends_at);
    return null;
end
$$;

-- ---- building ------------------------------------------------------------------------------------------------------
create function samtale.level_columns(name text) returns text language sql stable set search_path = pg_catalog, pg_temp as $$
    select string_agg(format('sum(r.%1$I)::bigint as %1$I', a.attname), ', ' order by a.attnum) from pg_attribute a
    where a.attrelid = format('samtale.rollup_%I', level_columns.name)::regclass and a.attnum > 0 and not a.attisdropped and a.atttypid = 'bigint'::regtype $$;
comment on function samtale.level_columns is 'The sums of a rollup, added up.';

-- The rows of a level: as the half hours have them; of all channels, first, so that they lie side by side; and of all queues.
create or replace function samtale.level_rows(name text, source text) returns text language sql stable set search_path = pg_catalog, pg_temp as $$
    with keys as (
        select a.attname as name, row_number() over (order by a.attname <> 'channel', a.attnum) as n from pg_attribute a
        where a.attrelid = format('samtale.rollup_%I', level_rows.name)::regclass and a.attnum > 0 and not a.attisdropped
          and a.atttypid <> 'bigint'::regtype and a.attname <> 'half_hour'
    ), ways as (
        select w.way, string_agg(case when w.way > 0 and k.name = 'channel' then case level_rows.name when 'opportunity' then '(-1)::smallint'
                                                                                     else 'case when r.channel in (1, 2, 5) then -1 else -2 end::smallint' end
                                      when w.way > 0 and k.name = 'language' then '0::smallint' when w.way = 2 and k.name = 'queue_id' then '-1' else 'r.' || k.name end, ', ' order by k.n) as made
        from generate_series(0, 2) as w(way), keys k group by w.way
    ), places as (
        select string_agg((k.n + 1)::text, ', ' order by k.n) as all_of from keys k
    )
    select string_agg(format('select r.starts_at, %s, %s from %s r group by 1, %s', w.made, samtale.level_columns(level_rows.name), level_rows.source, p.all_of), ' union all ')
           || ' order by ' || min(p.all_of)
    from ways w, places p $$;

create function samtale.long_levels_missing(most integer) returns table (starts_at timestamptz, ends_at timestamptz) language sql stable set search_path = pg_catalog, pg_temp as $$
    select w.starts_at, w.ends_at
    from samtale.site s
    cross join lateral (select distinct d.first_at at time zone s.time_zone as starts_at, (d.first_at + d.length) at time zone s.time_zone as ends_at
                        from samtale.level l
                        cross join lateral (values (date_trunc('week', l.starts_at at time zone s.time_zone), interval '1 week'),
                                                   (date_trunc('month', l.starts_at at time zone s.time_zone), interval '1 month')) as d(first_at, length)
                        where l.ends_at - l.starts_at > interval '2 hours') as w
    where w.ends_at <= date_trunc('day', now(), s.time_zone)
      and not exists (select from samtale.long_level l where l.starts_at = w.starts_at and l.ends_at = w.ends_at)
    order by w.starts_at desc, w.ends_at limit most $$;
comment on function samtale.long_levels_missing is 'Weeks and months that ended and could be ready and are not, newest first; all days in them must be.';

create procedure samtale.long_level_sums(name text, keys text, from_at timestamptz, to_at timestamptz) language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    execute format('delete from samtale.long_%I where starts_at = $1 and ends_at = $2', long_level_sums.name) using from_at, to_at;
    execute format('insert into samtale.long_%1$I (starts_at, ends_at, %2$s, %3$s)
                    select $1, $2, %2$s, %4$s from samtale.level l join samtale.level_%1$I r using (starts_at)
                    where l.starts_at >= $1 and l.ends_at <= $2 and r.channel < 0 and r.queue_id >= 0 group by %2$s', long_level_sums.name, keys,
                   (select string_agg(quote_ident(c), ', ') from unnest(samtale.bi_sums(long_level_sums.name)) as c), samtale.level_columns(long_level_sums.name))
        using from_at, to_at;
end
$$;
comment on procedure samtale.long_level_sums is 'Sums the days of a week or month.';

-- As before; weeks and months when all days are there.
create or replace function samtale.level_build(most integer) returns integer language plpgsql set search_path = pg_catalog, pg_temp set lock_timeout = '200ms' as $$
declare
    missing record;
    built integer := 0;
begin
    if not exists (select from samtale.levels_missing(1)) and not exists (select from samtale.long_levels_missing(1)) then
        return 0;
    end if;
    lock table samtale.rollup_half_hour, samtale.rollup_opportunity, samtale.rollup_outcome in share row exclusive mode; -- writers, and another builder
    for missing in select m.starts_at, m.ends_at from samtale.levels_missing(level_build.most) m loop
        delete from samtale.level l where l.starts_at < missing.ends_at and l.ends_at > missing.starts_at;
        call samtale.level_sums('half_hour', missing.starts_at, missing.ends_at);
        call samtale.level_sums('opportunity', missing.starts_at, missing.ends_at);
        call samtale.level_sums('outcome', missing.starts_at, missing.ends_at);
        insert into samtale.level (starts_at, ends_at) values (missing.starts_at, missing.ends_at);
        built := built + 1;
    end loop;
    for missing in select m.starts_at, m.ends_at from samtale.long_levels_missing(level_build.most) m where built = 0 loop
        call samtale.long_level_sums('half_hour', 'channel, queue_id', missing.starts_at, missing.ends_at);
        call samtale.long_level_sums('opportunity', 'channel, queue_id, score_set, language', missing.starts_at, missing.ends_at);
        insert into samtale.long_level (starts_at, ends_at) values (missing.starts_at, missing.ends_at);
        built := built + 1;
    end loop;
    return built;
exception when lock_not_available then
    return 0;
end
$$;

-- ---- reading -------------------------------------------------------------------------------------------------------
create function samtale.level_cover(from_at timestamptz, to_at timestamptz) returns table (starts_at timestamptz, ends_at timestamptz, level text) language sql stable parallel safe
    set search_path = pg_catalog, pg_temp as $$
    with long as materialized (
        select l.starts_at, l.ends_at, l.ends_at - l.starts_at > interval '20 days' as month from samtale.long_level l where l.starts_at >= from_at and l.ends_at <= to_at
    ), chosen as materialized (
        select l.starts_at, l.ends_at from long l
        where l.month or not exists (select from long m where m.month and m.starts_at < l.ends_at and m.ends_at > l.starts_at)
    ), ready as materialized (
        select c.starts_at, c.ends_at, 'long' as level from chosen c
        union all
        select l.starts_at, l.ends_at, 'level' from samtale.level l
        where l.starts_at >= from_at and l.ends_at <= to_at and not exists (select from chosen c where c.starts_at < l.ends_at and c.ends_at > l.starts_at)
    )
    select r.starts_at, r.ends_at, r.level from ready r
    union all
    select g.starts_at, g.ends_at, null
    from (select coalesce(lag(r.ends_at) over (order by r.starts_at), from_at) as starts_at, r.starts_at as ends_at from ready r
          union all
          select coalesce(max(r.ends_at), from_at), to_at from ready r) as g
    where g.starts_at < g.ends_at $$;
comment on function samtale.level_cover is 'What a range is made of, intervals left out of sight: months, then weeks between them, then days and hours; between those, half hours (level null).';

-- Made of the names of the sums, so that one list of them is enough. What is asked for without a filter, as the page does first, has rows of all queues
-- (over time) and of all channels (by queue); anything else reads days of the queues and channels that are asked for.
-- Each place is read by "lateral ... offset 0": so the planner cannot but take spans one by one, by the index on time, whatever it believes their number
-- to be, one plan is right for every question, and a session plans once: planning took longer than reading.
do $$
declare
    of_asked constant text := ' and (queue_ids is null or r.queue_id = any (queue_ids)) and (channels is null or r.channel = any (channels))';
    level constant text := '(select %s from samtale.level_%I r where r.starts_at = s.starts_at and r.channel %s %s offset 0) as r';
    half_hours constant text := '(select %s from samtale.rollup_%I r where r.half_hour >= s.starts_at and r.half_hour < s.ends_at %s offset 0) as r';
    slot constant text := 'width_bucket(r.half_hour, starts) as slot, ';
    sides text[] := '{}';
    lens record;
begin
    for lens in
        select t.rollup, t.any_channel, t.shown,
               'r.queue_id, r.channel, ' || string_agg(distinct 'r.' || c.name, ', ') as columns,
               format('row(%s)::samtale.%I as sums', string_agg(format('coalesce(sum(r.%I::float8)%s, 0)', c.name,
                   case when c.live then ' filter (where r.channel = any (live))' else '' end), ', ' order by c.n), t.type) as sums
        from (values ('half_hour', 'efficiency_sums', '= any (''{-2,-1}'')', ''),
                     ('opportunity', 'opportunity_sums', '= -1', ' and (languages is null or r.language = any (languages)) and r.score_set = any (sets)')) as t(rollup, type, any_channel, shown)
        cross join lateral (select regexp_replace(a.attname, '^live_', '') as name, a.attname like 'live\_%' as live, a.attnum as n from pg_attribute a
                            where a.attrelid = ('samtale.' || t.type)::regclass and a.attnum > 0) as c
        group by t.rollup, t.type, t.any_channel, t.shown order by t.rollup
    loop
        sides := sides || concat(
            'select r.slot, null::integer as queue_id, ', lens.sums, ' from (select s.slot, r.* from spans s cross join lateral ',
            format(level, lens.columns, lens.rollup, lens.any_channel, 'and r.queue_id = -1' || lens.shown), ' where s.slot is not null
            union all select r.* from spans s cross join lateral ', format(half_hours, slot || lens.columns, lens.rollup, lens.shown),
            ' where s.slot is null) as r group by grouping sets ((r.slot), ())
            union all select null, r.queue_id, ', lens.sums, ' from (select r.* from cover s cross join lateral ',
            format('(select %s from samtale.long_%I r where r.starts_at = s.starts_at and r.ends_at = s.ends_at %s offset 0) as r', lens.columns, lens.rollup, lens.shown),
            ' where s.level = ''long'' union all select r.* from cover s cross join lateral ',
            format(level, lens.columns, lens.rollup, lens.any_channel, 'and r.queue_id >= 0' || lens.shown), ' where s.level = ''level''
            union all select r.* from cover s cross join lateral ', format(half_hours, lens.columns, lens.rollup, lens.shown), ' where s.level is null) as r group by r.queue_id');
        sides := sides || concat(
            'select r.slot, r.queue_id, ', lens.sums, ' from (select s.slot, r.* from spans s cross join lateral ',
            format(level, lens.columns, lens.rollup, '>= 0', of_asked || lens.shown), ' where s.slot is not null
            union all select r.* from spans s cross join lateral ', format(half_hours, slot || lens.columns, lens.rollup, of_asked || lens.shown),
            ' where s.slot is null) as r group by grouping sets ((r.slot), (r.queue_id), ())');
    end loop;
    execute format($f$
create or replace function samtale.overview_groups(starts timestamptz[], queue_ids integer[], channels integer[], languages integer[], live integer[])
    returns table (slot integer, queue_id integer, e samtale.efficiency_sums, o samtale.opportunity_sums) language plpgsql stable parallel safe
    set jit = off set plan_cache_mode = force_generic_plan set enable_seqscan = off
as $b$
#variable_conflict use_column
declare
    sets constant integer[] := (select coalesce(array_agg(s.score_set), '{}') from samtale.score_set s where s.shown);
begin
    if channels is null and live = '{1,2,5}' and queue_ids is null and languages is null then
        live := live || -1;
        return query
        with spans as materialized (
            select l.starts_at, l.ends_at, l.slot from samtale.level_spans(starts) as l
        ), cover as materialized (
            select l.starts_at, l.ends_at, l.level from samtale.level_cover(starts[1], starts[cardinality(starts)]) as l
        ), x as materialized (%s), y as materialized (%s)
        select coalesce(x.slot, y.slot), coalesce(x.queue_id, y.queue_id), x.sums, y.sums
        from x full join y on coalesce(x.slot, -1) = coalesce(y.slot, -1) and coalesce(x.queue_id, -1) = coalesce(y.queue_id, -1);
    else
        return query
        with spans as materialized (
            select l.starts_at, l.ends_at, l.slot from samtale.level_spans(starts) as l
        ), x as materialized (%s), y as materialized (%s)
        select coalesce(x.slot, y.slot), coalesce(x.queue_id, y.queue_id), x.sums, y.sums
        from x full join y on coalesce(x.slot, -1) = coalesce(y.slot, -1) and coalesce(x.queue_id, -1) = coalesce(y.queue_id, -1);
    end if;
end
$b$ $f$, sides[1], sides[3], sides[2], sides[4]);
end
$$;

-- plpgsql keeps its plans for the session; as SQL these two were planned for every page and every group, which took as long as the sums.
create or replace function samtale.figure_index(o samtale.opportunity_sums, weights float8[], components_min integer) returns text language plpgsql immutable parallel safe
as $$
declare
    shares constant float8[] := array[o.open_share_part / nullif(o.open_share_whole, 0), o.explored_share_part / nullif(o.explored_share_whole, 0),
                                      o.acknowledged_share_part / nullif(o.acknowledged_share_whole, 0), o.needs_asked_part / nullif(o.needs_asked_whole, 0)];
    n integer := 0;
    part float8 := 0;
    whole float8 := 0;
begin
    for i in 1 .. 4 loop
        if shares[i] is not null then
            n := n + 1;
            part := part + weights[i] * shares[i];
            whole := whole + weights[i];
        end if;
    end loop;
    return concat('{"value":', coalesce((case when n >= components_min then 100 * part / nullif(whole, 0) end)::text, 'null'), ',"unit":"index","numerator":',
                  case when n > 0 then part::text else 'null' end, ',"denominator":', case when n > 0 then whole::text else 'null' end, '}');
end
$$;

create or replace function samtale.overview(q samtale.overview_question) returns text language plpgsql stable parallel safe
as $$
begin
    return (with answered as materialized (select r.kind, r.n, r.starts_at, r.ends_at, r.queue, r.efficiency, r.opportunity from samtale.overview_rows(q) as r),
    head as (
        select left(json_build_object(
            'from', ((q).days).first_day, 'to', ((q).days).last_day, 'time_zone', (q).zone, 'interval', (q).step,
            'filter', json_build_object('queue', coalesce((q).queues, '{}'), 'channel', samtale.channel_names(coalesce((q).channels, '{}')),
                'language', coalesce((select array_agg(samtale.language_name(l::smallint)) from unnest((q).languages) as l), '{}')),
            'variant', json_build_object('service_level', (q).variant,
                'threshold_s', (select case when min(k.service_level_ms) = max(k.service_level_ms) then min(k.service_level_ms) / 1000.0 end from samtale.queue k
                                where k.queue_id <> 0 and ((q).queue_ids is null or k.queue_id = any ((q).queue_ids))),
                'wait_channels', samtale.channel_names((q).live),
                'scorer', (select s.version from samtale.score_set s where s.shown order by s.score_set desc limit 1)))::text, -1) as text
    )
    select h.text
        || ',"totals":' || (select '{"efficiency":' || a.efficiency || ',"opportunity":' || a.opportunity || '}' from answered a where a.kind = 'total')
        || ',"series":[' || coalesce((select string_agg('{"start":"' || samtale.utc_text(a.starts_at) || '","end":"' || samtale.utc_text(a.ends_at)
               || '","efficiency":' || a.efficiency || ',"opportunity":' || a.opportunity || '}', ',' order by a.n) from answered a where a.kind = 'series'), '')
        || '],"queues":[' || coalesce((select string_agg('{"queue":' || coalesce(to_json(a.queue)::text, 'null')
               || ',"efficiency":' || a.efficiency || ',"opportunity":' || a.opportunity || '}', ',' order by a.queue) from answered a where a.kind = 'queue'), '')
        || ']}'
    from head h);
end
$$;

-- ---- verifying -----------------------------------------------------------------------------------------------------
create function samtale.verify_long_levels() returns table (rollup text, key text, stored jsonb, computed jsonb) language plpgsql stable
    set search_path = pg_catalog, pg_temp as $$
declare
    r record;
begin
    for r in select * from (values ('half_hour', 'channel, queue_id'), ('opportunity', 'channel, queue_id, score_set, language')) as t(name, keys) loop
        return query execute format($q$
            select %1$L::text, coalesce(s.key, c.key)::text, s.sums, c.sums
            from (select samtale.row_part(to_jsonb(t), %2$L, true) as key, samtale.row_part(to_jsonb(t), %2$L, false) as sums
                  from samtale.long_%3$s t join samtale.long_level l using (starts_at, ends_at)) as s
            full join (select samtale.row_part(to_jsonb(t), %2$L, true) as key, samtale.row_part(to_jsonb(t), %2$L, false) as sums
                       from (select l.starts_at, l.ends_at, %4$s, %5$s from samtale.long_level l join samtale.level d on d.starts_at >= l.starts_at and d.ends_at <= l.ends_at
                             join samtale.level_%3$s r on r.starts_at = d.starts_at and r.channel < 0 and r.queue_id >= 0 group by l.starts_at, l.ends_at, %4$s) as t) as c on c.key = s.key
            where coalesce(s.sums, '{}') is distinct from coalesce(c.sums, '{}') $q$, 'long_' || r.name, 'ends_at, ' || r.keys, r.name, r.keys, samtale.level_columns(r.name));
    end loop;
end
$$;
comment on function samtale.verify_long_levels is 'Rows of weeks and months that are not the sums of their days: none, unless something is wrong.';
create or replace function samtale.verify_all() returns table (rollup text, key text, stored jsonb, computed jsonb) language sql stable set search_path = pg_catalog, pg_temp as $$
    select v.rollup, v.key, v.stored, v.computed from samtale.verify_rollups() v
    union all
    select v.rollup, v.key, v.stored, v.computed from samtale.verify_levels() v
    union all
    select v.rollup, v.key, v.stored, v.computed from samtale.verify_long_levels() v $$;

delete from samtale.level; -- without rows of all queues
grant select on samtale.long_level, samtale.long_half_hour, samtale.long_opportunity to samtale_daemon, samtale_api, samtale_bi_owner;
grant insert, delete on samtale.long_level, samtale.long_half_hour, samtale.long_opportunity to samtale_daemon;

-- ---- one conversation, and lists ------------------------------------------------------------------------------------
-- As SQL functions these were planned for every request: 11 ms of a drill-down's 12. Their words stay those of 0006.
set local search_path = pg_catalog, pg_temp;
do $$
declare
    f record;
begin
    for f in select p.oid, p.proname, pg_get_function_arguments(p.oid) as arguments, pg_get_function_result(p.oid) as result, pg_get_function_sqlbody(p.oid) as body
             from pg_proc p where p.pronamespace = 'samtale'::regnamespace and p.proname in ('transcript_json', 'conversation_item', 'conversation_json') loop
        execute format('create or replace function samtale.%I(%s) returns %s language plpgsql stable parallel safe as $f$ begin return (%s); end $f$', f.proname, f.arguments, f.result,
                       regexp_replace(regexp_replace(f.body, '^\s*(RETURN|BEGIN ATOMIC)\s+', ''), ';\s*END\s*$', ''));
    end loop;
end
$$;
reset search_path;
