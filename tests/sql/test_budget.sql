-- Targets and plans: which one holds on a day, what overlaps, and how many agents there are in a half hour.
begin;
create extension if not exists pgtap;
select plan(19);
insert into samtale.queue (name) values ('a'), ('b');
insert into samtale.team (name) values ('t');
create function pg_temp.target(queue text, on_day date) returns float8 language sql as $$
    select samtale.target_of((select queue_id from samtale.queue where name = $1), null, 'aht', $2) $$;
select samtale.target_set(null, null, 'aht', 300, '2024-01-01', null), samtale.target_set('a', null, 'aht', 240, '2024-03-01', '2024-03-31'),
    samtale.target_set(null, 't', 'aht', 100, '2024-01-01', null) \gset ignored_
insert into samtale.target (queue_id, measure, value, valid_from, valid_to) select queue_id, 'aht', 200, '2024-03-10', '2024-03-12' from samtale.queue where name = 'a'; -- as before periods could not overlap
select is(pg_temp.target('a', '2023-12-31'), null, 'before the first there is none');
select is(pg_temp.target('a', '2024-02-29'), 300::float8, 'without an own the one for all holds');
select is(pg_temp.target('a', '2024-03-01'), 240::float8, 'then the own, from its first day');
select is(pg_temp.target('a', '2024-03-10'), 200::float8, 'where two overlap the one that began last');
select is(pg_temp.target('a', '2024-03-13'), 240::float8, 'then the other again');
select is(pg_temp.target('a', '2024-04-01'), 300::float8, 'after its last day the one for all');
select is(pg_temp.target('b', '2024-03-10'), 300::float8, 'other queues have their own');
select is(samtale.target_of(null, (select team_id from samtale.team where name = 't'), 'aht', '2024-03-10'), 100::float8, 'so have teams');
update samtale.target set valid_to = '2024-03-09' where value = 240;
select samtale.target_set('a', null, 'aht', 210, '2024-03-10', '2024-03-12') \gset ignored_
select is(pg_temp.target('a', '2024-03-11'), 210::float8, 'the same first day again replaces it');
select throws_ok($$ select samtale.target_set('nowhere', null, 'aht', 1, '2024-01-01', null) $$, 'SAM03', null, 'an unknown queue is told');
select throws_ok($$ select samtale.target_set('a', null, 'ath', 1, '2024-01-01', null) $$, 'SAM03', null, 'an unknown figure is told');

create function pg_temp.agents(at timestamptz) returns float8 language sql as $$
    select samtale.agents_planned((select queue_id from samtale.queue where name = 'a'), at, 'Europe/Copenhagen') $$;
select samtale.staffing_set('a', '2024-03-01', '{1, 1, 7}', '{08:00, 09:15, 00:00}', '{12:00, 10:00, 24:00}', '{4, 2, 1}') \gset ignored_
select is(pg_temp.agents('2024-03-04 07:00Z'), 4::float8, 'a half hour within a row, in local time');
select is(pg_temp.agents('2024-03-04 08:00Z'), 5::float8, 'rows that overlap add up, in part where they begin within');
select is(pg_temp.agents('2024-03-04 11:00Z'), null, 'outside there is no plan');
select is(pg_temp.agents('2024-03-31 21:30Z'), 1::float8, 'up to midnight, also on the day the clock changes');
select samtale.staffing_set('a', '2024-03-11', '{1}', '{08:00}', '{09:00}', '{7}') \gset ignored_
select results_eq($$ select pg_temp.agents('2024-03-04 08:00Z'), pg_temp.agents('2024-03-11 07:00Z'), pg_temp.agents('2024-03-17 12:00Z') $$,
    $$ values (5::float8, 7::float8, null::float8) $$, 'a later plan holds as a whole from its day');
select throws_ok($$ select samtale.staffing_set('nowhere', '2024-01-01', '{}', '{}', '{}', '{}') $$, 'SAM03', null, 'an unknown queue has no plan');

-- ---- results: 90 of 100 answered in time on the day of the queue's own target, 240 s each
insert into samtale.rollup_half_hour (half_hour, offered, answered, abandoned, short_abandoned, flowed_out, answered_in, abandoned_in, wait_answered_ms, wait_abandoned_ms,
    waits_answered, waits_abandoned, handled, talk_ms, hold_ms, wrap_ms, held, transferred, conversations, with_transcript, scored, with_roles, queue_id, channel)
select h, 100, 100, 0, 0, 0, 90, 0, 0, 0, 100, 0, 100, 24000000, 0, 0, 0, 0, 100, 0, 0, 0, k.queue_id, 1
from samtale.queue k, unnest('{2024-03-11 12:00Z, 2024-04-02 12:00Z}'::timestamptz[]) as h where k.name = 'a';
select samtale.target_set('a', null, 'service_level', 0.95, '2024-01-01', null) \gset ignored_
select results_eq($$ select day, measure, value, target, reached from bi.result_day order by 1, 2 $$, $$ values ('2024-03-11'::date, 'aht', 240::float8, 210::float8, false),
    ('2024-03-11', 'service_level', 0.9, 0.95, false), ('2024-04-02', 'aht', 240, 300, true), ('2024-04-02', 'service_level', 0.9, 0.95, false) $$, 'figures stand beside the target of their day');
update samtale.site set service_level = 'answered_only';
select is((select distinct value from bi.result_day where measure = 'service_level'), 0.9::float8, 'by the definition of the site');
select * from finish();
rollback;
