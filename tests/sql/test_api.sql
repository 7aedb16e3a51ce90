-- What the HTTP interface's functions make of sums: nothing measured is null and never 0, each variant of the service level, the index, days
-- of a zone whose clock changes, CSV, and that samtale_api sees no more than its scope.
begin;
create extension if not exists pgtap;
select plan(56);

-- ---- figures
select is(samtale.figure_ratio(3, 4, 'ratio')::jsonb, '{"value": 0.75, "unit": "ratio", "numerator": 3, "denominator": 4}', 'a ratio stands with its sums');
select is(samtale.figure_ratio(0, 4, 's')::jsonb -> 'value', '0', 'nothing of something is 0');
select is(samtale.figure_ratio(0, 0, 's')::jsonb -> 'value', 'null', 'nothing of nothing was not measured');
select is(samtale.figure_ratio(null, null, 's')::jsonb, '{"value": null, "unit": "s", "numerator": null, "denominator": null}', 'what the input does not carry is null');
select is(samtale.figure_ratio(1, 3, 'ratio')::jsonb -> 'value', '0.3333333333333333', 'a ratio is not rounded');
select is(samtale.figure_ratio(1e15, 1, 's')::jsonb -> 'value', '1000000000000000', 'a large sum is still JSON');
select is(samtale.figure_count(null)::jsonb -> 'value', 'null', 'a count may be unmeasured');
select is(samtale.figure_variant(1, 2, 'ratio', 'x')::jsonb ->> 'variant', 'x', 'a variant is named');

-- ---- service level: 70 answered in time, 20 late; 10 abandoned in time, of which 4 short, and 5 late; 3 left in another way
create function pg_temp.sums() returns samtale.efficiency_sums language sql as $$
    select row(108, 90, 15, 4, 90, 9000, 900, 90, 9, 100, 108, 15, 4, 3, 70, 10, 1800000, 90, 15, 60, 50)::samtale.efficiency_sums $$;
create function pg_temp.level(variant text) returns text language sql as $$ select samtale.efficiency(pg_temp.sums(), variant)::jsonb #>> '{service_level,value}' $$;
select is((pg_temp.level('answered_only'))::float8, 70 / 90.0::float8, 'answered_only');
select is((pg_temp.level('abandons_in_denominator'))::float8, 70 / 105.0::float8, 'abandons_in_denominator');
select is((pg_temp.level('minus_short_abandons'))::float8, 70 / 101.0::float8, 'minus_short_abandons');
select is((pg_temp.level('plus_flowouts'))::float8, 70 / 108.0::float8, 'plus_flowouts');
select is((pg_temp.level('abandoned_ignored'))::float8, 70 / 95.0::float8, 'abandoned_ignored');
select is((pg_temp.level('abandoned_negative'))::float8, 70 / 105.0::float8, 'abandoned_negative');
select is((pg_temp.level('abandoned_positive'))::float8, 80 / 105.0::float8, 'abandoned_positive');
-- Cisco's worked case: 70 answered in time, 10 abandoned in time, 20 later
create function pg_temp.cisco(variant text) returns text language sql as $$
    select round(100 * (samtale.efficiency(row(100, 90, 10, 0, 90, 0, 0, 90, 0, 100, 100, 10, 0, 0, 70, 10, 0, 90, 10, 0, 0)::samtale.efficiency_sums, variant)::jsonb #>> '{service_level,value}')::numeric, 1)::text $$;
select is(pg_temp.cisco('abandoned_negative'), '70.0', 'Cisco: abandoned ones count against the level');
select is(pg_temp.cisco('abandoned_ignored'), '77.8', 'Cisco: or not at all');
select is(pg_temp.cisco('abandoned_positive'), '80.0', 'Cisco: or for it');
select is(samtale.efficiency(pg_temp.sums(), 'answered_only')::jsonb -> 'asa', '{"value": 20, "unit": "s", "numerator": 1800, "denominator": 90}', 'ASA in seconds');
select is((select count(*) from jsonb_object_keys(samtale.efficiency(pg_temp.sums(), 'answered_only')::jsonb)), 14::bigint, 'the efficiency lens has its figures');

-- ---- index: two of four components can be measured
create function pg_temp.moments(a float8, b float8, c float8, d float8) returns samtale.opportunity_sums language sql as $$
    select row(10, 3, a, 1, b, 2, c, 0, d, 0, 4, 1, 1, 2, 3, 1, 2, 3, 4000, 10, 20, 5, 5)::samtale.opportunity_sums $$;
select is(samtale.figure_index(pg_temp.moments(1, 1, 0, 0), '{1, 3, 5, 7}', 2)::jsonb, '{"value": 62.5, "unit": "index", "numerator": 2.5, "denominator": 4}',
    'the index is the weighted mean of the components that can be measured');
select is(samtale.figure_index(pg_temp.moments(1, 1, 0, 0), '{1, 3, 5, 7}', 3)::jsonb -> 'value', 'null', 'with too few of them there is none');
select is(samtale.figure_index(pg_temp.moments(0, 0, 0, 0), '{1, 3, 5, 7}', 1)::jsonb -> 'value', '0', 'an index of 0 is an index');
select is(samtale.opportunity(pg_temp.moments(1, 1, 0, 0), pg_temp.sums(), true, '{1, 1, 1, 1}', 1)::jsonb #>> '{conversations,value}', null, 'records carry no language');
select is(samtale.opportunity(pg_temp.moments(1, 1, 0, 0), pg_temp.sums(), false, '{1, 1, 1, 1}', 1)::jsonb #>> '{non_talk_share,value}', '0.16666666666666666',
    'cross-talk is spoken once');

-- ---- days
create function pg_temp.starts(first_day date, last_day date, step text, zone text = 'Europe/Copenhagen') returns timestamptz[] language sql as $$
    select samtale.interval_starts(row(first_day, last_day)::samtale.day_range, zone, step) $$;
select is(pg_temp.starts('2026-10-25', '2026-10-25', 'day'), '{2026-10-24 22:00+00, 2026-10-25 23:00+00}', 'a day of 25 hours');
select is(pg_temp.starts('2026-03-29', '2026-03-29', 'day'), '{2026-03-28 23:00+00, 2026-03-29 22:00+00}', 'a day of 23 hours');
select is(cardinality(pg_temp.starts('2026-10-25', '2026-10-25', 'half_hour')), 51, '50 half hours');
select is(cardinality(pg_temp.starts('2026-03-29', '2026-03-29', 'half_hour')), 47, '46 half hours');
select is(pg_temp.starts('2026-10-22', '2026-11-03', 'week', 'UTC'), '{2026-10-22, 2026-10-26, 2026-11-02, 2026-11-04}', 'weeks begin on Monday, the first and last are cut');
select is(pg_temp.starts('2026-10-26', '2026-11-01', 'week', 'UTC'), '{2026-10-26, 2026-11-02}', 'one whole week');
select is(samtale.day_range_of('2026-10-01', null, 'UTC', 100000)::text, format('(2026-10-01,%s)', (now() at time zone 'UTC')::date), 'the range ends today unless told');
select is(samtale.day_range_of(null, '2026-10-28', 'UTC', 100)::text, '(2026-10-01,2026-10-28)', 'it begins 27 days before');
select throws_ok($$ select samtale.day_range_of('2026-10-02', '2026-10-01', 'UTC', 100) $$, 'SAM03', null, 'from after to is refused');
select throws_ok($$ select samtale.day_range_of('2026-10-01', '2026-10-10', 'UTC', 9) $$, 'SAM02', null, 'more days than possible are refused');
select lives_ok($$ select samtale.day_range_of('2026-10-01', '2026-10-10', 'UTC', 10) $$, 'as many as possible are not');

-- ---- CSV
select is(samtale.csv_text('a "b", c'), '"a ""b"", c"', 'quotes and commas are quoted');
select is(samtale.csv_text(E'a\nb') || samtale.csv_text(null) || samtale.csv_text('plain'), E'"a\nb"plain', 'line ends are quoted, null is empty');
select is(samtale.csv_text('=HYPERLINK("http://x")'), '"''=HYPERLINK(""http://x"")"', 'a formula is text to a spreadsheet');
select is(samtale.csv_text('+4520') || samtale.csv_text('-1') || samtale.csv_text('@a') || samtale.csv_text(E'\ta') || samtale.csv_text(E'\ra') || samtale.csv_text(U&'\FF1Da'),
    E'"''+4520""''-1""''@a""''\ta""''\ra""'''  || U&'\FF1Da"', 'whatever a formula may begin with');
select is(samtale.csv_text('a=b-c+d@e'), 'a=b-c+d@e', 'within a field these are harmless');
select is((select array_length(string_to_array(samtale.csv_figures(l::json), ','), 1) - array_length(string_to_array(samtale.csv_figure_names(l::json), ','), 1)
           from samtale.efficiency(pg_temp.sums(), 'answered_only') as l), 0, 'as many fields as names');

-- ---- flags and scope
select is(samtale.flag_names(0), '{}', 'no flags');
select is(samtale.flag_names(2 + 64 + 512), '{no_transcript,no_times,repaired}', 'flags by name');
insert into samtale.source (name) values ('s');
insert into samtale.team (name) values ('North'), ('South');
insert into samtale.conversation (conversation_id, started_at, source_id, queue_id, transfers, flags, turns, score_set, channel, direction, language, declared_language,
    consent, disposition, started_quality, scored, distress, team_ids, agent_ids, contribution)
select n, '2026-10-01', (select source_id from samtale.source where name = 's'), 0, 0, 2, 0, 0, 1, 1, 0, 0, 0, 1, 1, false, false, array[t.team_id], '{}', ''
from samtale.team t, generate_series(case t.name when 'North' then 1 else 11 end, case t.name when 'North' then 3 else 14 end) as n;
create function pg_temp.seen() returns bigint language sql as $$
    select count(*) from samtale.conversation_matches(row(row('2026-10-01', '2026-10-01')::samtale.day_range, 'UTC', null, null, null, null, null, null, false, null, null, 100, null, null, null)::samtale.conversation_question) $$;
do $$ begin execute format('grant usage on schema %I to samtale_api', (select nspname from pg_namespace where oid = pg_my_temp_schema())); end $$;
set local role samtale_api;
select is(pg_temp.seen(), 0::bigint, 'without a scope nothing shows');
select set_config('samtale.role', 'supervisor', true), set_config('samtale.teams', (select array_agg(team_id)::text from samtale.team where name = 'North'), true) \gset ignored_
select is(pg_temp.seen(), 3::bigint, 'a supervisor sees the own team');
select set_config('samtale.role', 'analyst', true) \gset ignored_
select is(pg_temp.seen(), 7::bigint, 'an analyst sees all');
reset role;

-- ---- names of agents: nobody's unless they are shown, then by team; one's own in any case
insert into samtale.agent (name, display_name) values ('ann', 'Ann');
create function pg_temp.shown(role text, names text, teams text, agents text) returns boolean language sql as $$
    select set_config('samtale.role', role, true), set_config('samtale.agent_names', names, true),
           set_config('samtale.teams', coalesce((select array_agg(team_id)::text from samtale.team where name = teams), ''), true),
           set_config('samtale.agents', coalesce((select array_agg(agent_id)::text from samtale.agent where name = agents), ''), true);
    select samtale.api_names((select agent_id from samtale.agent where name = 'ann'), (select team_id from samtale.team where name = 'North')) $$;
select is(pg_temp.shown('analyst', '', '', ''), false, 'not set, names are hidden');
select is(pg_temp.shown('admin', 'hidden', '', ''), false, 'hidden, from admins too');
select is(pg_temp.shown('agent', 'hidden', '', 'ann'), true, 'but not from oneself');
select is(pg_temp.shown('analyst', 'shown', '', ''), false, 'nor shown while no purpose and day of notice are set');
update samtale.site set agents_shown = true, agents_from = current_date + 1;
select is(pg_temp.shown('analyst', 'shown', '', ''), false, 'nor before that day');
update samtale.site set agents_from = current_date - 1;
select is(pg_temp.shown('analyst', 'shown', '', ''), true, 'shown to analysts');
select is(pg_temp.shown('supervisor', 'shown', 'North', ''), true, 'and to supervisors of the team');
select is(pg_temp.shown('supervisor', 'shown', 'South', ''), false, 'of no other team');
select is(pg_temp.shown('agent', 'shown', '', ''), false, 'nor to colleagues');
select * from finish();
rollback;
