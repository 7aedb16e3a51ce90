-- 0031: sums of days, for a page that asks while messages pour in. Days that somebody asks for are summed first; a day that messages write again and
-- again is not summed over and over, since its sum is stale before anybody reads it; and writers, who wait while a day is summed, wait a third as long:
-- two thirds of that went into the digest by which a closed day is known, the rest into adding up the same half hours three times.
set local role samtale_owner;

create table samtale.level_summed (
    starts_at timestamptz,
    ends_at timestamptz,
    summed_at timestamptz not null default clock_timestamp(),
    primary key (starts_at, ends_at)
);
comment on table samtale.level_summed is 'When a level was last summed, also when a change took its mark away since: what changes all the time is left to rest.';
comment on column samtale.level_summed.starts_at is 'Beginning of an hour, day, week or month.';
comment on column samtale.level_summed.ends_at is 'Its end, not included.';
comment on column samtale.level_summed.summed_at is 'When.';
grant select, insert, update, delete on samtale.level_summed to samtale_daemon;

-- The rows of a level: the half hours added up once; from these those of all channels, and those of all queues.
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
    select format('with own as materialized (select r.starts_at, %s, %s from %s r group by 1, %s) ', min(w.made) filter (where w.way = 0), samtale.level_columns(level_rows.name), level_rows.source,
                  min(p.all_of))
           || string_agg(case w.way when 0 then 'select * from own'
                         else format('select r.starts_at, %s, %s from own r group by 1, %s', w.made, samtale.level_columns(level_rows.name), p.all_of) end, ' union all ' order by w.way)
           || ' order by ' || min(p.all_of)
    from ways w, places p $$;

-- The same bytes as before: digests of closed days are stored. Rows were taken apart and put together by functions in SQL, which took four times as long.
create or replace function samtale.day_digest(name text, day timestamptz) returns bytea language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    made bytea;
begin
    execute (with pairs as (
            select a.atttypid = 'bigint'::regtype as sum, row_number() over (order by a.attnum) / 40 as n, -- a function has at most 100 arguments
                   format(case when a.atttypid = 'bigint'::regtype then '%L, nullif(r.%I, 0)' else '%L, r.%I' end, a.attname, a.attname) as pair
            from pg_attribute a where a.attrelid = format('samtale.level_%I', day_digest.name)::regclass and a.attnum > 0 and not a.attisdropped and a.attname <> 'starts_at'
        ), objects as (
            select p.sum, format('jsonb_build_object(%s)', string_agg(p.pair, ', ')) as text from pairs p group by p.sum, case when p.sum then p.n end
        )
        select format($q$ select sha256(convert_to(coalesce(string_agg(t.keys || t.sums, E'\n' order by t.keys || t.sums), ''), 'UTF8'))
            from (select (%s)::text as keys, jsonb_strip_nulls(%s)::text as sums from samtale.level_%I r where r.starts_at = $1 and r.channel < 0 and r.queue_id >= 0) as t
            where t.sums <> '{}' $q$, string_agg(o.text, ' || ') filter (where not o.sum), string_agg(o.text, ' || ') filter (where o.sum), day_digest.name) from objects o) into made using day;
    return made;
end
$$;

-- As before, of a stretch of time.
drop function samtale.levels_missing(integer);
create function samtale.levels_missing(most integer, from_at timestamptz default '-infinity', to_at timestamptz default 'infinity') returns table (starts_at timestamptz, ends_at timestamptz)
    language plpgsql stable set search_path = pg_catalog, pg_temp set jit = off set enable_seqscan = off as $$
declare
    zone text := (select s.time_zone from samtale.site s);
    today timestamptz := date_trunc('day', now(), zone);
    step timestamptz;
    found integer := 0;
begin
    for step in select h from generate_series(today, now() - interval '70 minutes', interval '1 hour') as h where h < to_at and h + interval '1 hour' > from_at order by h desc loop
        exit when found >= most;
        starts_at := step;
        ends_at := step + interval '1 hour';
        if exists (select from samtale.rollup_half_hour r where r.half_hour >= levels_missing.starts_at and r.half_hour < levels_missing.ends_at)
           and not exists (select from samtale.level l where l.starts_at = levels_missing.starts_at and l.ends_at = levels_missing.ends_at) then
            found := found + 1;
            return next;
        end if;
    end loop;
    starts_at := least(today, to_at); -- from here from day to day with half hours, newest first
    while found < most loop
        step := (select r.half_hour from samtale.rollup_half_hour r where r.half_hour < levels_missing.starts_at order by r.half_hour desc limit 1);
        exit when step is null;
        starts_at := date_trunc('day', step, zone);
        ends_at := ((starts_at at time zone zone)::date + 1)::timestamp at time zone zone;
        exit when ends_at <= from_at;
        if not exists (select from samtale.level l where l.starts_at = levels_missing.starts_at and l.ends_at = levels_missing.ends_at) then
            found := found + 1;
            return next;
        end if;
    end loop;
end
$$;
comment on function samtale.levels_missing is 'Levels that could be ready and are not, that touch this stretch of time, newest first.';

create function samtale.level_rests(starts timestamptz, ends timestamptz, rest interval) returns boolean language sql stable set search_path = pg_catalog, pg_temp as $$
    select exists (select from samtale.level_summed s where s.starts_at = starts and s.ends_at = ends and s.summed_at > clock_timestamp() - rest) $$;
comment on function samtale.level_rests is 'Whether a level was summed so short a time ago that it is not summed again.';

-- Hours and days that somebody asks for, then others; weeks and months that have all their days when there are none; each newest first.
create function samtale.levels_due(most integer, wanted_from timestamptz, wanted_to timestamptz, rest interval) returns table (starts_at timestamptz, ends_at timestamptz, long boolean, wanted boolean)
    language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    return query select m.starts_at, m.ends_at, false, true from samtale.levels_missing(1000, wanted_from, wanted_to) m
        where wanted_from is not null and not samtale.level_rests(m.starts_at, m.ends_at, rest) limit most;
    if not found then
        return query select m.starts_at, m.ends_at, false, false from samtale.levels_missing(1000) m where not samtale.level_rests(m.starts_at, m.ends_at, rest) limit most;
    end if;
    if not found then
        return query select w.starts_at, w.ends_at, true, false from samtale.long_levels_missing(1000) w
            where not samtale.level_rests(w.starts_at, w.ends_at, rest) and not exists (select from samtale.levels_missing(1, w.starts_at, w.ends_at)) limit most;
    end if;
end
$$;
comment on function samtale.levels_due is 'Levels to be summed now. wanted_from, wanted_to: what somebody asks for, null: nobody; rest: what was summed within that time waits.';

-- Writers wait while a level is summed, some 50 ms, since a sum that misses what is being committed would be marked as right. Waiting for writers is cut short:
-- others would queue up behind; then nothing is summed, and the next round tries again.
create function samtale.level_sum(from_at timestamptz, to_at timestamptz, long boolean) returns integer language plpgsql set search_path = pg_catalog, pg_temp set lock_timeout = '200ms' set jit = off as $$
begin
    lock table samtale.rollup_half_hour, samtale.rollup_opportunity, samtale.rollup_outcome in share row exclusive mode; -- writers, and another builder
    if not long then
        delete from samtale.level l where l.starts_at < to_at and l.ends_at > from_at;
        delete from samtale.level_summed s where s.starts_at >= from_at and s.ends_at < to_at; -- hours of the day
        call samtale.level_sums('half_hour', from_at, to_at);
        call samtale.level_sums('opportunity', from_at, to_at);
        call samtale.level_sums('outcome', from_at, to_at);
        insert into samtale.level (starts_at, ends_at) values (from_at, to_at);
    elsif exists (select from samtale.levels_missing(1, from_at, to_at)) then -- changed before it was locked
        return 0;
    else
        delete from samtale.long_level l where l.starts_at = from_at and l.ends_at = to_at;
        call samtale.long_level_sums('half_hour', 'channel, queue_id', from_at, to_at);
        call samtale.long_level_sums('opportunity', 'channel, queue_id, score_set, language', from_at, to_at);
        insert into samtale.long_level (starts_at, ends_at) values (from_at, to_at);
    end if;
    insert into samtale.level_summed as s (starts_at, ends_at) values (from_at, to_at) on conflict on constraint level_summed_pkey do update set summed_at = excluded.summed_at;
    return 1;
exception when lock_not_available then
    return 0;
end
$$;
comment on function samtale.level_sum is 'Sums one level: an hour or day, or (long) a week or month of days that are ready. 0: not now.';

create or replace function samtale.level_build(most integer) returns integer language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    due record;
    built integer := 0;
begin
    for due in select d.starts_at, d.ends_at, d.long from samtale.levels_due(level_build.most, null, null, '0') d loop
        built := built + samtale.level_sum(due.starts_at, due.ends_at, due.long);
    end loop;
    return built;
end
$$;

-- While messages wait for each other each batch writes the days anew that it holds: such a day is summed again after half a minute, not before.
drop function samtale.chores_next();
create function samtale.chores_next(wanted_from date, wanted_to date, behind boolean, out chore text, out result bigint, out more boolean) language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    zone text := (select s.time_zone from samtale.site s);
    due record;
begin
    select d.* into due from samtale.levels_due(1, wanted_from::timestamp at time zone zone, (wanted_to + 1)::timestamp at time zone zone, case when behind then interval '30 seconds' else interval '0' end) as d;
    if due is not null then
        result := samtale.level_sum(due.starts_at, due.ends_at, due.long);
        if result > 0 then
            chore := case when due.wanted then 'wanted' else 'levels' end;
            more := true;
            return;
        end if;
    end if;
    select c.name into chore from samtale.chore c, samtale.site s
    where c.last_day is distinct from (now() at time zone s.time_zone)::date and (c.name <> 'verify' or s.verify)
      and (now() at time zone s.time_zone)::time >= time '00:00' + s.nightly_at
    order by c.name limit 1 for update of c skip locked;
    more := chore is not null;
    if more then
        select t.result into result from samtale.chore_step(chore) as t;
    end if;
end
$$;
comment on function samtale.chores_next is 'Does the next thing that is due, if any. wanted_from, wanted_to: days that somebody asked for last, null: nobody did; behind: messages wait for each other.';
reset role;
