-- Targets of one figure never overlap; teams' figures are what their legs and conversations give, shown from five agents on, beside their targets.
begin;
create extension if not exists pgtap;
select plan(26);

insert into samtale.queue (name) values ('tap');
insert into samtale.team (name) values ('tap big'), ('tap small');
insert into samtale.agent (name) select 'tap ' || n from generate_series(1, 7) as n;
update samtale.site set time_zone = 'Europe/Copenhagen', components_min = 1;

-- ---- periods
create function pg_temp.set_target(value float8, from_day date, to_day date) returns void language sql as $$ select samtale.target_set('tap', null, 'aht', value, from_day, to_day) $$;
create function pg_temp.periods() returns text language sql as $$
    select string_agg(format('%s:%s..%s', t.value, to_char(t.valid_from, 'MM-DD'), coalesce(to_char(t.valid_to, 'MM-DD'), '')), ' ' order by t.valid_from) from samtale.target t where t.measure = 'aht' $$;
create function pg_temp.holds(on_day date) returns float8 language sql as $$ select samtale.target_of((select queue_id from samtale.queue where name = 'tap'), null, 'aht', on_day) $$;
select pg_temp.set_target(300, '2026-01-01', null) \gset ignored_
select pg_temp.set_target(280, '2026-03-01', null) \gset ignored_
select is(pg_temp.periods(), '300:01-01..02-28 280:03-01..', 'one without an end ends where the next begins');
select pg_temp.set_target(400, '2026-04-05', '2026-04-10') \gset ignored_
select is(pg_temp.periods(), '300:01-01..02-28 280:03-01..04-04 400:04-05..04-10 280:04-11..', 'and goes on behind one with an end');
select is(pg_temp.holds('2026-04-10'), 400::float8, 'which holds for its days');
select is(pg_temp.holds('2026-04-11'), 280::float8, 'and not longer');
select throws_ok($$ select pg_temp.set_target(1, '2026-04-10', '2026-04-12') $$, 'SAM03', null, 'one that begins within another is refused');
select throws_ok($$ select pg_temp.set_target(1, '2026-02-01', '2026-03-01') $$, 'SAM03', null, 'one that ends within another, too');
select throws_ok($$ select pg_temp.set_target(1, '2025-12-01', '2026-12-31') $$, 'SAM03', null, 'and one around it');
select pg_temp.set_target(320, '2025-12-01', null) \gset ignored_
select is(pg_temp.periods(), '320:12-01..12-31 300:01-01..02-28 280:03-01..04-04 400:04-05..04-10 280:04-11..', 'before others it ends where they begin');
select pg_temp.set_target(410, '2026-04-05', '2026-04-08') \gset ignored_
select is(pg_temp.holds('2026-04-06'), 410::float8, 'the same first day replaces');
select is(pg_temp.holds('2026-04-09'), null, 'and what it no longer holds is nobody''s');
select throws_ok($$ select samtale.target_set(null, 'tap big', 'asa', 3, '2026-01-01', null) $$, 'SAM03', null, 'a team has no speed of answer');

-- ---- teams: six agents of the big one, one of the small one, on a day with 23 hours
create function pg_temp.leg(id bigint, team text, agent integer, ended timestamptz, talk bigint, explored integer, cues integer) returns void language sql as $$
    insert into samtale.conversation (conversation_id, source_id, queue_id, started_at, ended_at, transfers, flags, turns, score_set, channel, direction, language, declared_language, consent,
        disposition, started_quality, scored, distress, team_ids, agent_ids, contribution)
    select id, 1, 0, ended - interval '5 minutes', ended, 0, 0, 2, 1, 1, 1, 1, 1, 0, 1, 1, true, false, array[t.team_id], array[a.agent_id], '' from samtale.team t, samtale.agent a
        where t.name = team and a.name = 'tap ' || agent;
    insert into samtale.leg (conversation_id, n, queue_id, agent_id, team_id, ended_at, talk_ms, wrap_ms, service_level_ms, disposition, transfer)
    select id, 0, 0, a.agent_id, t.team_id, ended, talk, 1000, 20000, 1, (agent = 1)::integer from samtale.team t, samtale.agent a where t.name = team and a.name = 'tap ' || agent;
    insert into samtale.conversation_score (conversation_id, score_set, language, explored_share_part, explored_share_whole) values (id, 1, 1, explored, cues) $$;
do $$ begin perform pg_temp.leg(-n, 'tap big', n, '2026-03-29 00:30+01', 10000 * n, (n > 2)::integer, 1) from generate_series(1, 6) as n; end $$;
select pg_temp.leg(-7, 'tap small', 7, '2026-03-29 23:30+02', 70000, 0, 1) \gset ignored_
select pg_temp.leg(-8, 'tap big', 1, '2026-03-30 00:30+02', 70000, 0, 1) \gset ignored_
insert into samtale.conversation_score (conversation_id, score_set, language, explored_share_part, explored_share_whole) values (-1, 2, 1, 100, 100); -- another version, beside
select is(samtale.teams_count(), 2::bigint, 'days are counted by completion');
insert into samtale.bi_scope (role_name) values ('samtale_bi');
select results_eq($$ select day, agents, handled, aht, transfer_rate, explored_share, opportunity_index from bi.team_day d join samtale.team t using (team_id) where t.name like 'tap %' $$,
    $$ values ('2026-03-29'::date, 6, 6::bigint, 36::float8, 1 / 6::float8, 4 / 6::float8, 100 * 4 / 6::float8) $$, 'figures of a team, where five agents or more answered');
update samtale.site set group_min = 1;
select is((select count(*) from bi.team_day d join samtale.team t using (team_id) where t.name like 'tap %'), 3::bigint, 'fewer are shown when that is set');
update samtale.site set group_min = 5;
select samtale.target_set(null, 'tap big', 'aht', 35, '2026-01-01', null), samtale.target_set(null, 'tap big', 'explored_share', 0.5, '2026-01-01', '2026-03-29'),
       samtale.target_set(null, null, 'explored_share', 0.9, '2026-01-01', null) \gset ignored_
select results_eq($$ select measure, target, reached, round(difference::numeric, 3) from bi.team_result_day order by measure $$,
    $$ values ('aht', 35::float8, false, 1.000), ('explored_share', 0.5::float8, true, 0.167) $$, 'results beside targets, the team''s own first');
delete from samtale.bi_scope where role_name = 'samtale_bi';
create role bi_tap login in role samtale_bi;
insert into samtale.bi_scope (role_name, team_id) select 'bi_tap', team_id from samtale.team where name = 'tap small';
set local role bi_tap;
select (select count(*) from bi.team_day)::integer as seen \gset
reset role;
select is(:seen, 0, 'another team''s figures are not seen');

select throws_ok($$ select samtale.target_set(null, null, 'service_level', 80, '2026-01-01', null) $$, 'SAM03', 'a target of 8000.00 % for service_level: a share is at most 100 %', 'a level beyond all is refused');
select throws_ok($$ select samtale.target_set(null, null, 'explored_share', 1.01, '2026-01-01', null) $$, 'SAM03', 'a target of 101.00 % for explored_share: a share is at most 100 %', 'so is any share');
select throws_ok($$ select samtale.target_set(null, null, 'index', 101, '2026-01-01', null) $$, 'SAM03', null, 'and an index beyond 100');

-- ---- closed days
create function pg_temp.add(at timestamptz, n bigint) returns void language sql as $$
    insert into samtale.rollup_half_hour (half_hour, offered, answered, abandoned, short_abandoned, flowed_out, answered_in, abandoned_in, wait_answered_ms,
        wait_abandoned_ms, waits_answered, waits_abandoned, handled, talk_ms, hold_ms, wrap_ms, held, transferred, conversations, with_transcript, scored, with_roles, queue_id, channel)
    values (at, n, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, n, 0, 0, 0, 0, 1)
    on conflict (queue_id, half_hour, channel) do update set offered = rollup_half_hour.offered + excluded.offered, conversations = rollup_half_hour.conversations + excluded.conversations $$;
create function pg_temp.build() returns void language plpgsql as $$ begin while samtale.level_build(10) > 0 loop end loop; end $$;
create function pg_temp.restated() returns text language sql as $$ select samtale.restated_days(row('2026-01-01', '2026-03-01')::samtale.day_range, 'Europe/Copenhagen') $$;
select pg_temp.add('2026-02-10 09:00Z', 5), pg_temp.build() \gset ignored_
select is(pg_temp.restated(), '[]', 'a day whose sums are ready is not restated');
select pg_temp.add('2026-02-10 09:30Z', 1), pg_temp.build() \gset ignored_
select is(pg_temp.restated(), '[]', 'nor while it settles');
update samtale.closed_day set ready_at = ready_at - interval '25 hours';
select pg_temp.add('2026-02-10 09:30Z', 2), pg_temp.add('2026-02-11 09:30Z', 2), pg_temp.build() \gset ignored_
select matches(pg_temp.restated(), '^\[\{"day":"2026-02-10","at":"[0-9TZ:-]+","changed":"facts","conversations":2,"offered":2,"scored":0\}\]$', 'a change after that is told, with the difference; a new day is none');
insert into samtale.rollup_opportunity select v.* from (select jsonb_object_agg(a.attname, 1) || '{"half_hour": "2026-02-10T10:00:00Z", "queue_id": 0}' as row
    from pg_attribute a where a.attrelid = 'samtale.rollup_opportunity'::regclass and a.attnum > 0) as j cross join lateral jsonb_populate_record(null::samtale.rollup_opportunity, j.row) as v;
select pg_temp.build() \gset ignored_
select matches(pg_temp.restated(), '"changed":"both","conversations":2', 'of scores, too');
insert into samtale.bi_scope (role_name) values ('samtale_bi');
select results_eq($$ select day, changed, conversations_then, conversations_now from bi.restated_day $$, $$ values ('2026-02-10'::date, 'both', 6::bigint, 8::bigint) $$, 'bi tells the same');
delete from samtale.rollup_opportunity where half_hour = '2026-02-10 10:00Z';
select pg_temp.add('2026-02-10 09:30Z', -2), pg_temp.build() \gset ignored_
select is(pg_temp.restated(), '[]', 'taken back, the day is what it was');
select is((select count(*) from bi.restated_day), 0::bigint, 'in bi, too');
select * from finish();
rollback;
