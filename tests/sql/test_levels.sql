-- Levels: what the page reads of them is what half hours give, whatever is asked for; whoever changes a half hour takes the mark away; what is stale or wrong is told.
begin;
create extension if not exists pgtap;
select plan(44);

insert into samtale.queue (name) values ('a'), ('b');
insert into samtale.score_set (version, packs, digest, shown) values ('1', '{}', '\x01', true), ('2', '{}', '\x02', false);
create function pg_temp.fill(first_at timestamptz, last_at timestamptz) returns void language plpgsql as $$
declare
    t record;
begin
    for t in select c.name, string_agg(quote_ident(a.attname), ', ') as names, string_agg(case a.attname when 'half_hour' then 'h.at' when 'queue_id' then 'k.queue_id'
                 when 'channel' then 'c.c' when 'language' then 'l.l' when 'score_set' then 's.score_set' else 'floor(20 * random())' end, ', ') as made
             from (values ('half_hour'), ('opportunity'), ('outcome')) as c(name)
             join pg_attribute a on a.attrelid = ('samtale.rollup_' || c.name)::regclass and a.attnum > 0 and not a.attisdropped group by 1 loop
        execute format('insert into samtale.rollup_%s (%s) select %s from generate_series($1, $2, interval ''30 minutes'') as h(at)
                        cross join (select queue_id from samtale.queue where name in (''a'', ''b'')) as k cross join (values (1::smallint), (3::smallint)) as c(c) %s', t.name, t.names, t.made,
                       case t.name when 'opportunity' then 'cross join (values (1::smallint), (2::smallint)) as l(l) cross join samtale.score_set s' else '' end) using first_at, last_at;
    end loop;
end
$$;
update samtale.site set time_zone = 'Europe/Copenhagen';
select pg_temp.fill('2024-03-24 22:30Z', '2024-03-25 00:00Z'), pg_temp.fill('2024-03-29 22:00Z', '2024-04-02 05:00Z'); -- the clock goes forward on the 31st
create function pg_temp.page(step text, zone text default 'Europe/Copenhagen', channels integer[] default null, languages integer[] default null,
                             from_day date default '2024-03-29', to_day date default '2024-04-02') returns text language sql as $$
    select samtale.overview(samtale.overview_question_of(from_day, to_day, zone, step, null, channels, languages, 'abandons_in_denominator', '{0.15, 0.4, 0.3, 0.15}', 2)) $$;
create temporary table plain as
    select step, zone, pg_temp.page(step, zone) as every, pg_temp.page(step, zone, '{1}') as voice, pg_temp.page(step, zone, null, '{2}') as second,
           pg_temp.page(case step when 'half_hour' then 'day' else step end, zone, from_day => '2024-02-25', to_day => '2024-05-01') as months
    from (values ('day'), ('week'), ('half_hour')) as s(step), (values ('Europe/Copenhagen'), ('UTC')) as z(zone);

select is((select count(*) from samtale.level), 0::bigint, 'no level is ready by itself');
select is((select array_agg(starts_at order by starts_at) from samtale.levels_missing(100)),
    '{2024-03-23 23:00Z, 2024-03-24 23:00Z, 2024-03-28 23:00Z, 2024-03-29 23:00Z, 2024-03-30 23:00Z, 2024-03-31 22:00Z, 2024-04-01 22:00Z}', 'days of the zone with half hours are missing');
select is(samtale.level_build(2), 2, 'two are built');
select is((select max(starts_at) from samtale.level), '2024-04-01 22:00Z'::timestamptz, 'the newest first');
select is(samtale.level_build(100), 5, 'then the rest');
select is((select array_agg(ends_at - starts_at order by starts_at, ends_at) from samtale.long_levels_missing(100)), '{31 days -1 hours, 7 days, 7 days -1 hours, 7 days, 30 days}',
    'then weeks and months that ended, with the hour that the clock skips');
select is(samtale.level_build(100), 5, 'they are built when all days are');
select is(samtale.level_build(100), 0, 'then nothing is left');
select is_empty('select * from samtale.verify_long_levels()', 'weeks and months are the sums of their days');
select is((select string_agg(concat(c.level, ' ', (c.starts_at at time zone 'Europe/Copenhagen')::date), ', ' order by c.starts_at)
           from samtale.level_cover('2024-02-24 23:00Z', '2024-04-02 22:00Z') c where c.level is not null), 'long 2024-03-01, level 2024-04-01, level 2024-04-02',
    'a month goes before the weeks that touch it, days fill up');
select is((select ends_at - starts_at from samtale.level where starts_at = '2024-03-30 23:00Z'), '23 hours'::interval, 'a day of 23 hours');
select is_empty('select * from samtale.verify_levels()', 'levels are the sums of their half hours');
create function pg_temp.same() returns bigint language sql as $$
    select count(*) from plain p where p.every::jsonb = pg_temp.page(p.step, p.zone)::jsonb and p.voice::jsonb = pg_temp.page(p.step, p.zone, '{1}')::jsonb
        and p.second::jsonb = pg_temp.page(p.step, p.zone, null, '{2}')::jsonb
        and p.months::jsonb = pg_temp.page(case p.step when 'half_hour' then 'day' else p.step end, p.zone, from_day => '2024-02-25', to_day => '2024-05-01')::jsonb $$;
select is(pg_temp.same(), 6::bigint, 'the page is the same with levels and without, by day, week and half hour, in the zone and in another, filtered or not, over days and over months');
select is((select count(*) from samtale.level_spans(samtale.interval_starts(row('2024-03-29', '2024-04-02')::samtale.day_range, 'Europe/Copenhagen', 'day')) where slot is not null),
    5::bigint, 'days are read from levels');
select is((select count(*) from samtale.level_spans(samtale.interval_starts(row('2024-03-29', '2024-04-02')::samtale.day_range, 'UTC', 'day')) where slot is not null),
    0::bigint, 'days of another zone are not');

update samtale.rollup_half_hour set offered = offered + 5 where half_hour = '2024-03-31 21:30Z';
select is((select count(*) from samtale.level where starts_at = '2024-03-30 23:00Z'), 0::bigint, 'a change takes the mark of its day away');
select is((select count(*) from samtale.level), 6::bigint, 'and of no other');
select is((select count(*) from samtale.long_level), 3::bigint, 'so do its week and its month');
select is((pg_temp.page('day')::jsonb #>> '{totals,efficiency,offered,value}')::float8,
    (select sum(offered) from samtale.rollup_half_hour where half_hour >= '2024-03-28 23:00Z')::float8, 'the page shows the change at once');
delete from samtale.rollup_outcome where half_hour = '2024-04-01 22:00Z';
insert into samtale.rollup_outcome select (jsonb_populate_record(o, '{"half_hour": "2024-03-29 21:00Z"}')).* from samtale.rollup_outcome o limit 1;
select is((select count(*) from samtale.level), 4::bigint, 'so do what goes and what comes');
select is(samtale.level_build(100), 3, 'what lost its mark is built again');
select is(samtale.level_build(100), 4, 'then what holds it');
update samtale.level_opportunity set scored = scored + 1 where starts_at = '2024-03-31 22:00Z' and channel = -1;
select is((select count(*) from samtale.verify_levels()), 6::bigint, 'a level that is wrong is told');
select is((select count(*) from samtale.verify_all() v where v.rollup like 'long%'), 8::bigint, 'and so are weeks and months that do not fit');

-- ---- what is asked for comes first, what changes all the time rests
delete from samtale.level;
delete from samtale.long_level;
delete from samtale.level_summed;
select is((select array_agg(starts_at order by starts_at) from samtale.levels_missing(100, '2024-03-29 12:00Z', '2024-03-31 12:00Z')), '{2024-03-28 23:00Z, 2024-03-29 23:00Z, 2024-03-30 23:00Z}',
    'days that touch a stretch are missing');
select is((select array_agg(starts_at order by starts_at) from samtale.levels_missing(100, '2024-03-29 23:00Z', '2024-03-30 23:00Z')), '{2024-03-29 23:00Z}', 'and none beside it');
select results_eq($$ select starts_at, wanted, long from samtale.levels_due(1, '2024-03-28 23:00Z', '2024-03-30 23:00Z', '1 hour') $$, $$ values ('2024-03-29 23:00Z'::timestamptz, true, false) $$,
    'of days that somebody asks for the newest is summed first');
select is(samtale.level_sum('2024-03-29 23:00Z', '2024-03-30 23:00Z', false), 1, 'one is summed');
delete from samtale.level where starts_at = '2024-03-29 23:00Z';
select is((select starts_at from samtale.levels_due(1, '2024-03-28 23:00Z', '2024-03-30 23:00Z', '1 hour')), '2024-03-28 23:00Z'::timestamptz, 'changed soon after, it rests and the day before is due');
select is((select starts_at from samtale.levels_due(1, '2024-03-28 23:00Z', '2024-03-30 23:00Z', '0')), '2024-03-29 23:00Z'::timestamptz, 'where nothing rests it is due again');
select is(samtale.level_sum('2024-03-28 23:00Z', '2024-03-29 23:00Z', false), 1, 'the day before is summed');
select results_eq($$ select starts_at, wanted from samtale.levels_due(1, '2024-03-28 23:00Z', '2024-03-30 23:00Z', '1 hour') $$, $$ values ('2024-04-01 22:00Z'::timestamptz, false) $$,
    'nothing left of what is asked for, others are due');
select is(samtale.level_sum('2024-02-29 23:00Z', '2024-03-31 22:00Z', true), 0, 'a month without all its days is not summed');
select is((select count(*) from samtale.levels_due(100, null, null, '1 hour') where long), 0::bigint, 'nor is it due');
do $$ begin while samtale.level_build(10) > 0 loop end loop; end $$;
select is((select count(*) from samtale.verify_levels()) + (select count(*) from samtale.verify_long_levels()), 0::bigint, 'all is summed and nothing differs');
update samtale.chore set last_day = (now() at time zone 'Europe/Copenhagen')::date;
delete from samtale.level where starts_at = '2024-03-29 23:00Z';
select is((select chore from samtale.chores_next('2024-03-30', '2024-03-30', false)), 'wanted', 'the chores sum a day that is asked for');
delete from samtale.level where starts_at = '2024-03-29 23:00Z';
select is((select chore from samtale.chores_next('2024-03-30', '2024-03-30', true)), null, 'not again while messages write it all the time');
select is((select chore from samtale.chores_next(null, null, false)), 'levels', 'and then without being asked');

-- ---- today, as it grows (a zone where it is afternoon, whenever this runs)
select set_config('tap.zone', format('Etc/GMT%s%s', case when h > 0 then '+' else '-' end, abs(h)), true) from (select greatest(extract(hour from now() at time zone 'UTC')::integer - 15, -14) as h) as n \gset ignored_
update samtale.site set time_zone = current_setting('tap.zone');
delete from samtale.level;
delete from samtale.long_level;
delete from samtale.level_summed;
select date_trunc('day', now(), current_setting('tap.zone')) as today \gset
select pg_temp.fill(:'today', :'today'::timestamptz + interval '9 hours 30 minutes');
do $$ begin while samtale.level_build(10) > 0 loop end loop; end $$;
select results_eq(format($$ select c.level, c.ends_at - c.starts_at from samtale.level_cover(%L, %L::timestamptz + interval '1 day') c order by c.starts_at $$, :'today', :'today'),
    $$ values ('long', '10 hours'::interval), (null, '14 hours') $$, 'today so far is one stretch');
select is((select count(*) from samtale.verify_levels()) + (select count(*) from samtale.verify_long_levels()), 0::bigint, 'the sum of its hours');
update samtale.rollup_half_hour set offered = offered + 1 where half_hour = :'today'::timestamptz + interval '4 hours';
select is((select count(*) from samtale.level_cover(:'today', :'today'::timestamptz + interval '10 hours') c where c.level = 'level'), 9::bigint, 'a change leaves the other hours');
select pg_temp.fill(:'today'::timestamptz + interval '10 hours', :'today'::timestamptz + interval '10 hours 30 minutes');
do $$ begin while samtale.level_build(10) > 0 loop end loop; end $$;
select results_eq($$ select l.ends_at - l.starts_at, (select count(distinct r.ends_at) from samtale.long_half_hour r where r.starts_at = l.starts_at) from samtale.long_level l where l.ends_at - l.starts_at < '2 days' $$,
    $$ values ('11 hours'::interval, 1::bigint) $$, 'an hour later it is one of eleven hours, and nothing is left of the former');
select is(samtale.level_sum(:'today', :'today'::timestamptz + interval '1 day', false), 1, 'when it is over, the day takes its place');
select is((select array_agg(concat(c.level, ' ', c.ends_at - c.starts_at)) from samtale.level_cover(:'today', :'today'::timestamptz + interval '1 day') c), '{"level 1 day"}', 'and its hours''');
select * from finish();
rollback;
