-- 0008: sums of whole days above the half hours, so that a page over weeks reads hundreds of rows and not a hundred thousand.
-- A level is a stretch of time whose sums are ready; whoever changes a half hour in it takes its mark away in the same transaction, and
-- readers then add up its half hours. So figures are exact at every moment, and a level that is missing only costs time.
set local role samtale_owner;

create table samtale.site (
    one boolean primary key default true check (one),
    time_zone text not null default 'UTC',
    service_level text not null default 'abandons_in_denominator',
    weights float8[] not null default '{0.15, 0.40, 0.30, 0.15}',
    components_min integer not null default 2,
    nightly_at interval not null default '3 hours',
    verify boolean not null default true
);
comment on table samtale.site is 'Settings of the daemon that figures in the database need too; it writes them when it starts.';
comment on column samtale.site.one is 'There is one row.';
comment on column samtale.site.time_zone is '[numbers] time_zone: days, weeks and months are this zone''s.';
comment on column samtale.site.service_level is '[numbers] service_level: the definition that is shown first.';
comment on column samtale.site.weights is 'Weights of the components of the opportunity index, in the order of docs/measures.md.';
comment on column samtale.site.components_min is 'How many components an index needs.';
comment on column samtale.site.nightly_at is '[nightly] at: time after midnight of the zone.';
comment on column samtale.site.verify is '[nightly] verify: whether figures are verified every night.';
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
    for r in select * from (values ('half_hour', 'channel, queue_id'), ('opportunity', 'channel, queue_id, score_set, language'), ('outcome', 'channel, queue_id'))
             as t(name, keys) loop
        execute format('create table samtale.level_%1$s (like samtale.rollup_%1$s including comments)', r.name);
        execute format('alter table samtale.level_%1$s drop column half_hour, add column starts_at timestamptz not null, add primary key (starts_at, %2$s)', r.name, r.keys);
        execute format('comment on table samtale.level_%1$s is %2$L', r.name, 'Sums of rollup_' || r.name || ' over a level; stale where samtale.level has no mark.');
        execute format('comment on column samtale.level_%1$s.starts_at is %2$L', r.name, 'The level.');
        execute format('comment on column samtale.level_%1$s.channel is %2$L', r.name,
                       'samtale.channel_name(); -1: voice, chat and video together (opportunity: all channels and languages), -2: the others together.');
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
-- The rows of a level: as the half hours have them, and those of all channels, first, so that they lie side by side.
create function samtale.level_rows(name text, source text) returns text language sql stable set search_path = pg_catalog, pg_temp as $$
    select format('select %1$s, %2$s from %3$s r group by 1, %4$s union all select %5$s, %2$s from %3$s r group by 1, %4$s order by %4$s',
               'r.starts_at, ' || string_agg('r.' || t.name, ', ' order by t.n) filter (where not t.sum),
               string_agg(format('sum(r.%1$I)::bigint as %1$I', t.name), ', ' order by t.n) filter (where t.sum), source,
               (select string_agg(i::text, ', ') from generate_series(2, 1 + count(*) filter (where not t.sum)) as i),
               'r.starts_at, ' || string_agg(case t.name when 'channel' then case level_rows.name when 'opportunity' then '(-1)::smallint'
                                                 else 'case when r.channel in (1, 2, 5) then -1 else -2 end::smallint' end
                                              when 'language' then '0::smallint' else 'r.' || t.name end, ', ' order by t.n) filter (where not t.sum))
    from (select a.attname as name, a.atttypid = 'bigint'::regtype as sum, case when a.attname = 'channel' then 0 else a.attnum end as n from pg_attribute a
          where a.attrelid = format('samtale.rollup_%I', level_rows.name)::regclass and a.attnum > 0 and not a.attisdropped and a.attname <> 'half_hour') as t $$;
comment on function samtale.level_rows is 'A query for the rows of levels: sums of source, which has starts_at and the columns of a rollup.';

create procedure samtale.level_sums(name text, from_at timestamptz, to_at timestamptz) language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    columns text := (select 'starts_at, ' || string_agg(quote_ident(a.attname), ', ' order by a.atttypid = 'bigint'::regtype, a.attname <> 'channel', a.attnum) from pg_attribute a
                     where a.attrelid = format('samtale.rollup_%I', level_sums.name)::regclass and a.attnum > 0 and not a.attisdropped and a.attname <> 'half_hour');
begin
    execute format('delete from samtale.level_%I where starts_at >= $1 and starts_at < $2', level_sums.name) using from_at, to_at;
    execute format('insert into samtale.level_%I (%s) %s', level_sums.name, columns, samtale.level_rows(level_sums.name,
        format('(select $1 as starts_at, h.* from samtale.rollup_%I h where h.half_hour >= $1 and h.half_hour < $2)', level_sums.name))) using from_at, to_at;
end
$$;
comment on procedure samtale.level_sums is 'Sums the half hours of one rollup into a level.';

-- Days of the site's zone that ended and, of today, hours that ended ten minutes ago; where there are half hours and no mark.
create function samtale.levels_missing(most integer) returns table (starts_at timestamptz, ends_at timestamptz) language plpgsql stable
    set search_path = pg_catalog, pg_temp set jit = off set enable_seqscan = off as $$
declare
    zone text := (select s.time_zone from samtale.site s);
    today timestamptz := date_trunc('day', now(), zone);
    step timestamptz;
    found integer := 0;
begin
    for step in select h from generate_series(today, now() - interval '70 minutes', interval '1 hour') as h order by h desc loop
        exit when found >= most;
        starts_at := step;
        ends_at := step + interval '1 hour';
        if exists (select from samtale.rollup_half_hour r where r.half_hour >= levels_missing.starts_at and r.half_hour < levels_missing.ends_at)
           and not exists (select from samtale.level l where l.starts_at = levels_missing.starts_at and l.ends_at = levels_missing.ends_at) then
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
-- others would queue up behind; then nothing is built, and the next round tries again.
create function samtale.level_build(most integer) returns integer language plpgsql set search_path = pg_catalog, pg_temp set lock_timeout = '200ms' as $$
declare
    missing record;
    built integer := 0;
begin
    if not exists (select from samtale.levels_missing(1)) then
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
    return built;
exception when lock_not_available then
    return 0;
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

-- ---- verifying -----------------------------------------------------------------------------------------------------
create function samtale.verify_levels() returns table (rollup text, key text, stored jsonb, computed jsonb) language plpgsql stable
    set search_path = pg_catalog, pg_temp as $$
declare
    r record;
begin
    for r in select * from (values ('half_hour', 'channel, queue_id'), ('opportunity', 'channel, queue_id, score_set, language'), ('outcome', 'channel, queue_id')) as t(name, keys) loop
        return query execute format($q$
            select %1$L::text, coalesce(s.key, c.key)::text, s.sums, c.sums
            from (select samtale.row_part(to_jsonb(t), %2$L, true) as key, samtale.row_part(to_jsonb(t), %2$L, false) as sums
                  from samtale.level_%3$s t join samtale.level l using (starts_at)) as s
            full join (select samtale.row_part(to_jsonb(t), %2$L, true) as key, samtale.row_part(to_jsonb(t), %2$L, false) as sums from (%4$s) as t) as c on c.key = s.key
            where coalesce(s.sums, '{}') is distinct from coalesce(c.sums, '{}') $q$, 'level_' || r.name, r.keys, r.name,
            samtale.level_rows(r.name, format('(select l.starts_at, h.* from samtale.level l join samtale.rollup_%I h on h.half_hour >= l.starts_at and h.half_hour < l.ends_at)', r.name)));
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
