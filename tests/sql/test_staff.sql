-- States of agents: what counts of them, and that the sums are those of a second, naive way (minute by minute, from the definition) over random states that come in random
-- order, late, twice and in older versions, after withdrawals, erasure and retention; on a day of 25 hours; and what becomes of them in figures, the budget and bi.
begin;
set local jit = off;
create extension if not exists pgtap;
select plan(56);

update samtale.site set time_zone = 'Europe/Copenhagen', state_longest = '12 hours', group_min = 1;
insert into samtale.source (name) values ('acd'), ('chat');
insert into samtale.queue (name) values ('Sales'), ('Help'), ('Mail');
insert into samtale.team (name) values ('North'), ('South');
insert into samtale.agent (name, display_name) select 'a' || n, 'Agent ' || n from generate_series(0, 9) as n;

-- One part: an agent, and lines "STATE FROM [TO] [QUEUE]" as JSON.
create function pg_temp.part(agent text, states jsonb, version bigint = 0, source text = 'acd', team text = 'North') returns jsonb language sql as $$
    select jsonb_build_object('kind', 'agent_state', 'source', source, 'version', version, 'agent', jsonb_build_object('id', agent, 'team', team), 'states', states) $$;
create function pg_temp.state(state text, at text, ends text = null, queue text = null, reason text = null) returns jsonb language sql as $$
    select jsonb_strip_nulls(jsonb_build_object('state', state, 'from', at, 'to', ends, 'queue', queue, 'reason', reason)) $$;
create function pg_temp.put(variadic parts jsonb[]) returns void language sql as $$ select samtale.states_put(to_jsonb(parts)) $$;
-- Minutes of an agent: pause, ready, available, wrap, on contact.
create function pg_temp.minutes(agent text, queue text = null) returns integer[] language sql as $$
    select array[sum(r.pause_us) / 60000000, sum(r.ready_us) / 60000000, sum(r.available_us) / 60000000, sum(r.wrap_us) / 60000000, sum(r.contact_us) / 60000000]::integer[]
    from samtale.rollup_staff_day r join samtale.agent a using (agent_id) where a.name = agent and (queue is null or r.queue_id = (select q.queue_id from samtale.queue q where q.name = queue)) $$;

-- ---- what counts
select pg_temp.put(pg_temp.part('a0', jsonb_build_array(pg_temp.state('available', '2026-10-05T08:00:00Z'), pg_temp.state('on_contact', '2026-10-05T08:10:00Z'), pg_temp.state('wrap', '2026-10-05T08:15:00Z'),
    pg_temp.state('available', '2026-10-05T08:16:00Z'), pg_temp.state('pause', '2026-10-05T08:30:00Z', reason => 'lunch'), pg_temp.state('offline', '2026-10-05T09:00:00Z'))));
select is(pg_temp.minutes('a0'), '{30,0,24,1,5}', 'each state lasts until the next one');
select is((select sum(r.pause_us + r.available_us + r.wrap_us + r.contact_us) from samtale.rollup_staff r where r.half_hour = '2026-10-05 08:00Z')::bigint, 1800000000::bigint, 'a half hour holds its own time');
select is((select count(*) from samtale.agent_tail), 0::bigint, 'who signed off has nothing open');
select is((select reason from samtale.agent_state where reason is not null), 'lunch', 'the reason of a pause is kept');

select pg_temp.put(pg_temp.part('a1', jsonb_build_array(pg_temp.state('ready', '2026-10-05T08:00:00Z'))));
select is(pg_temp.minutes('a1'), '{NULL,NULL,NULL,NULL,NULL}', 'how long the last state lasts is not known yet');
select is((select sum(s.ready_us) from samtale.staff s)::bigint, 43200000000, 'an agent who never signed off: a state lasts twelve hours at most');
select pg_temp.put(pg_temp.part('a1', jsonb_build_array(pg_temp.state('offline', '2026-10-07T08:00:00Z'))));
select is(pg_temp.minutes('a1'), '{0,720,0,0,0}', 'also when he signs off two days later');
select pg_temp.put(pg_temp.part('a1', jsonb_build_array(pg_temp.state('offline', '2026-10-05T16:00:00Z'))));
select is(pg_temp.minutes('a1'), '{0,480,0,0,0}', 'a sign-off that comes late takes out what was too much');
select pg_temp.put(pg_temp.part('a1', jsonb_build_array(pg_temp.state('withdrawn', '2026-10-05T16:00:00Z')), 1));
select is(pg_temp.minutes('a1'), '{0,720,0,0,0}', 'and is taken back');
select pg_temp.put(pg_temp.part('a1', jsonb_build_array(pg_temp.state('offline', '2026-10-05T16:00:00Z'))));
select is(pg_temp.minutes('a1'), '{0,720,0,0,0}', 'an older version changes nothing');

select pg_temp.put(pg_temp.part('a2', jsonb_build_array(pg_temp.state('ready', '2026-10-05T08:00:00Z', null, 'Sales'), pg_temp.state('ready', '2026-10-05T08:00:00Z', null, 'Help'),
    pg_temp.state('pause', '2026-10-05T09:00:00Z', null, 'Sales'), pg_temp.state('offline', '2026-10-05T10:00:00Z', null, 'Sales'), pg_temp.state('offline', '2026-10-05T10:00:00Z', null, 'Help'))));
select is(pg_temp.minutes('a2'), '{0,120,0,0,0}', 'in two queues and paused in one of them: takes contacts all the time, once');
select is(pg_temp.minutes('a2', 'Sales'), '{0,30,0,0,0}', 'shared evenly among the queues he takes contacts of');
select is(pg_temp.minutes('a2', 'Help'), '{0,90,0,0,0}', 'the rest is the other''s');

select pg_temp.put(pg_temp.part('a3', jsonb_build_array(pg_temp.state('ready', '2026-10-05T08:00:00Z', null, 'Sales'), pg_temp.state('pause', '2026-10-05T09:00:00Z'),
    pg_temp.state('ready', '2026-10-05T09:30:00Z'), pg_temp.state('offline', '2026-10-05T10:00:00Z'))));
select is(pg_temp.minutes('a3', 'Sales'), '{30,90,0,0,0}', 'a state that names no queue is of all queues he is in');
select pg_temp.put(pg_temp.part('a4', jsonb_build_array(pg_temp.state('pause', '2026-10-05T08:00:00Z', '2026-10-05T08:20:00Z'), pg_temp.state('available', '2026-10-05T08:10:00Z', '2026-10-05T08:40:00Z'),
    pg_temp.state('offline', '2026-10-05T09:00:00Z'))));
select is(pg_temp.minutes('a4'), '{10,0,30,0,0}', 'of overlapping states the one that began later counts; between one''s end and the next he is not signed in');
select pg_temp.put(pg_temp.part('a5', jsonb_build_array(pg_temp.state('available', '2026-10-05T08:00:00Z'), pg_temp.state('offline', '2026-10-05T09:00:00Z'))),
                   pg_temp.part('a5', jsonb_build_array(pg_temp.state('on_contact', '2026-10-05T08:30:00Z'), pg_temp.state('offline', '2026-10-05T09:30:00Z')), 0, 'chat'));
select is(pg_temp.minutes('a5'), '{0,0,30,0,60}', 'what two systems tell of one agent counts once');
select pg_temp.put(pg_temp.part('a6', jsonb_build_array(pg_temp.state('available', '2026-10-24T20:00:00Z'), pg_temp.state('offline', '2026-10-25T01:00:00Z'),
    pg_temp.state('available', '2026-10-25T22:00:00Z'), pg_temp.state('offline', '2026-10-25T23:30:00Z'))));
select is((select array_agg(r.available_us / 60000000 order by r.day) from samtale.rollup_staff_day r join samtale.agent a using (agent_id) where a.name = 'a6'), '{120,240,30}',
    'midnights of a day of 25 hours');
select is((select r.team_id from samtale.rollup_staff r where r.half_hour = '2026-10-25 22:00Z'), (select team_id from samtale.team where name = 'North'), 'the team is that of the states');
select is((select count(*) from samtale.verify_staff()), 0::bigint, 'verified');
update samtale.rollup_staff r set ready_us = r.ready_us + 1 where r.half_hour = '2026-10-05 08:00Z' and r.queue_id = 0;
select is((select count(*) from samtale.verify_staff()), 1::bigint, 'a microsecond too much is found');
update samtale.agent_tail t set ends = t.ends + interval '1 second';
select samtale.staff_recount();
select is((select count(*) from samtale.verify_staff()), 0::bigint, 'counting anew mends it');
delete from samtale.agent_state;
delete from samtale.agent_watch;
delete from samtale.agent_tail;
delete from samtale.rollup_staff;
delete from samtale.rollup_staff_day;

-- ---- random states: on whole minutes, so that a naive look at every minute is exact
select setseed(0.4);
create temporary table told as
    select n, 'a' || (random() * 3)::integer as agent, (array['acd', 'acd', 'chat'])[1 + (random() * 2)::integer] as source, (array['North', 'South'])[1 + (random() * 0.7)::integer] as team,
           (array['offline', 'pause', 'ready', 'available', 'wrap', 'on_contact', 'on_contact', 'withdrawn'])[1 + (random() * 7)::integer] as state,
           timestamptz '2026-10-24 04:00Z' + (random() * 3300)::integer * interval '1 minute' as at, (random() * 200)::integer as minutes, random() < 0.3 as ends,
           (array[null, 'Sales', 'Help', 'Mail'])[1 + (random() * 3)::integer] as queue, (random() * 2)::integer as version
    from generate_series(1, 900) as n;
create function pg_temp.tell(t told) returns jsonb language sql as $$
    select pg_temp.part(t.agent, jsonb_build_array(pg_temp.state(t.state, to_char(t.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        case when t.ends then to_char((t.at + t.minutes * interval '1 minute') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') end, t.queue)), t.version, t.source, t.team) $$;
-- In batches of some twenty, in an order that the salt gives; every third is told twice.
create function pg_temp.tell_all(salt text) returns void language plpgsql as $$
declare
    b record;
begin
    for b in select jsonb_agg(pg_temp.tell(t.row) order by md5((t.row).n || salt)) as parts from (select t as row, 1 + rank() over (order by md5(t.n || salt)) / 20 as batch from told t) as t group by t.batch order by t.batch loop
        perform samtale.states_put(b.parts);
    end loop;
    for b in select jsonb_agg(pg_temp.tell(t)) as parts from told t where t.n % 3 = 0 loop
        perform samtale.states_put(b.parts);
    end loop;
end
$$;
create function pg_temp.sums() returns jsonb language sql as $$
    select jsonb_agg(jsonb_build_array(r.half_hour, r.team_id, r.queue_id, r.pause_us, r.ready_us, r.available_us, r.wrap_us, r.contact_us) order by r.half_hour, r.team_id, r.queue_id)
    from samtale.rollup_staff r where r.pause_us + r.ready_us + r.available_us + r.wrap_us + r.contact_us <> 0 $$;
-- Minute by minute: of each source and queue the latest state that is not over; the greatest of them; shared.
create function pg_temp.naive() returns table (half_hour timestamptz, day date, agent_id integer, team_id integer, queue_id integer, state smallint, minutes numeric) language sql as $$
    with minute as (
        select m.at, w.agent_id from samtale.agent_watch w cross join generate_series(timestamptz '2026-10-24 00:00Z', timestamptz '2026-10-28 00:00Z', interval '1 minute') as m(at) where m.at < w.counted_to
    ), now_told as materialized (
        select m.at, m.agent_id, k.source_id, k.queue_id, l.state, l.team_id, l.from_at
        from minute m join (select distinct s.agent_id, s.source_id, s.queue_id from samtale.agent_state s) as k using (agent_id)
        cross join lateral (select s.* from samtale.agent_state s where s.agent_id = m.agent_id and s.source_id = k.source_id and s.queue_id = k.queue_id and s.state > 0 and s.from_at <= m.at
                            order by s.from_at desc limit 1) as l
        where m.at < l.from_at + interval '12 hours' and (l.ends_at is null or m.at < l.ends_at)
    ), queue as (
        select q.at, q.agent_id, q.source_id, q.queue_id, case when z.from_at > q.from_at then z.state else q.state end as state,
               case when z.from_at > q.from_at then coalesce(z.team_id, q.team_id, 0) else coalesce(q.team_id, 0) end as team_id
        from now_told q left join now_told z on z.at = q.at and z.agent_id = q.agent_id and z.source_id = q.source_id and z.queue_id = 0
        where q.queue_id <> 0 and q.state > 1
    ), every as (
        select q.* from queue q where q.state > 1
        union all
        select z.at, z.agent_id, z.source_id, 0, z.state, coalesce(z.team_id, 0) from now_told z
        where z.queue_id = 0 and z.state > 1 and not exists (select from queue q where q.at = z.at and q.agent_id = z.agent_id and q.source_id = z.source_id and q.state > 1)
    ), ranked as (
        select e.*, rank() over (partition by e.at, e.agent_id order by e.state desc) as place, count(*) over (partition by e.at, e.agent_id, e.state) as n from every e
    )
    select date_bin('30 minutes', r.at, '2026-01-01 00:00Z'), (r.at at time zone 'Europe/Copenhagen')::date, r.agent_id, r.team_id, r.queue_id, r.state, sum(1.0 / r.n) from ranked r where r.place = 1 group by 1, 2, 3, 4, 5, 6 $$;
create function pg_temp.stored() returns table (half_hour timestamptz, team_id integer, queue_id integer, state smallint, minutes numeric) language sql as $$
    select r.half_hour, r.team_id, r.queue_id, s.state, s.us / 60000000.0 from samtale.rollup_staff r
    cross join lateral (values (2::smallint, r.pause_us), (3::smallint, r.ready_us), (4::smallint, r.available_us), (5::smallint, r.wrap_us), (6::smallint, r.contact_us)) as s(state, us) where s.us <> 0 $$;
create function pg_temp.differences() returns bigint language sql as $$
    select count(*) from pg_temp.stored() s
    full join (select n.half_hour, n.team_id, n.queue_id, n.state, sum(n.minutes) as minutes from pg_temp.naive() n group by 1, 2, 3, 4) as n using (half_hour, team_id, queue_id, state)
    where abs(coalesce(s.minutes, 0) - coalesce(n.minutes, 0)) > 0.000002 $$;
create function pg_temp.day_differences() returns bigint language sql as $$
    select count(*) from (select r.day, r.agent_id, sum(r.pause_us + r.ready_us + r.available_us + r.wrap_us + r.contact_us) / 60000000.0 as minutes from samtale.rollup_staff_day r group by 1, 2) as s
    full join (select n.day, n.agent_id, sum(n.minutes) as minutes from pg_temp.naive() n group by 1, 2) as n using (day, agent_id) where abs(coalesce(s.minutes, 0) - coalesce(n.minutes, 0)) > 0.000002 $$;

select pg_temp.tell_all('one');
select cmp_ok((select sum(r.contact_us) / 60000000 from samtale.rollup_staff r), '>', 1000::numeric, 'there is something to compare');
select is(pg_temp.differences(), 0::bigint, 'half hours are what every minute says');
select is(pg_temp.day_differences(), 0::bigint, 'so are days of agents, the one of 25 hours among them');
select is((select count(*) from samtale.verify_staff()), 0::bigint, 'and what verify says');
create temporary table first_sums as select pg_temp.sums() as sums, (select jsonb_agg(to_jsonb(t) order by t.agent_id, t.n) from samtale.agent_tail t) as tails;
delete from samtale.agent_state;
delete from samtale.agent_watch;
delete from samtale.agent_tail;
delete from samtale.rollup_staff;
delete from samtale.rollup_staff_day;
select pg_temp.tell_all('two');
select is(pg_temp.sums(), (select f.sums from first_sums f), 'in another order they come to the same sums, to the microsecond');
select is((select jsonb_agg(to_jsonb(t) order by t.agent_id, t.n) from samtale.agent_tail t), (select f.tails from first_sums f), 'and the same is open');
insert into told select n + 900, t.agent, t.source, t.team, 'withdrawn', t.at, 0, false, t.queue, 5 from told t where n % 7 = 0;
select pg_temp.tell_all('three');
select is(pg_temp.differences(), 0::bigint, 'after withdrawals');
select is((select count(*) from samtale.verify_staff()), 0::bigint, 'verified');
create temporary table followed as select pg_temp.sums() as sums;
create function pg_temp.follow() returns bigint language plpgsql as $$
declare
    n bigint := 0;
begin
    while samtale.staff_follow() > 0 loop
        n := n + 1;
    end loop;
    return n;
end
$$;
update samtale.site set state_longest = '2 hours';
select is((select count(*) from samtale.verify_staff()), 0::bigint, 'another longest state leaves the sums as they were,');
select is(pg_temp.sums(), (select f.sums from followed f), 'all of them,');
select is(samtale.staff_follow(), 1::bigint, 'until an agent is counted anew,');
select is((select count(*) from samtale.verify_staff()), 0::bigint, 'each by the rule he has');
select is(pg_temp.follow() + 1, (select count(*) from samtale.agent_watch), 'so are all, one after the other');
select is((select count(*) from samtale.verify_staff()), 0::bigint, 'another longest state counts anew');
select isnt(pg_temp.sums(), (select f.sums from first_sums f), 'and otherwise');
update samtale.site set state_longest = '12 hours';
update samtale.site set time_zone = 'UTC';
select pg_temp.follow() \gset ignored_
select is((select count(*) from samtale.verify_staff()), 0::bigint, 'so does another zone');
update samtale.site set time_zone = 'Europe/Copenhagen';
select pg_temp.follow() \gset ignored_

-- ---- erasure: the numbers stay, the name and the reasons go, and old states of theirs do not come back
create temporary table kept as select pg_temp.sums() as sums;
update samtale.agent_state s set reason = 'lunch' from samtale.agent a where a.agent_id = s.agent_id and a.name = 'a1' and s.state = 2;
select samtale.erase_agent('a1');
select is(pg_temp.sums(), (select k.sums from kept k), 'erasing an agent leaves the sums');
select is((select count(*) from samtale.agent_state s where s.reason is not null), 0::bigint, 'not the reasons');
insert into samtale.agent (name) values ('a1');
select pg_temp.tell_all('four');
select is(pg_temp.sums(), (select k.sums from kept k), 'told again, their old states are left out');
select cmp_ok((select states from samtale.state_left_out where why = 'erased'), '>', 100::bigint, 'and counted');
select is((select count(*) from samtale.verify_staff()), 0::bigint, 'verified');

-- ---- retention
update samtale.site set states_kept = now() - timestamptz '2026-10-25 12:00Z';
create temporary table whole as select sum(s.pause_us + s.ready_us + s.available_us + s.wrap_us + s.contact_us) as us from samtale.staff s;
select samtale.states_freeze();
select is(samtale.states_before(), '2026-10-24 22:00Z', 'up to a midnight of the zone');
select is((select sum(s.pause_us + s.ready_us + s.available_us + s.wrap_us + s.contact_us) from samtale.staff s), (select w.us from whole w), 'what was open is taken into the sums');
select is((select min(r.day) from samtale.rollup_staff_day r), '2026-10-25', 'days of single agents go');
select cmp_ok((select k.agents from samtale.staff_kept k where k.queue_id = -1 and k.day = '2026-10-24'), '>=', 3, 'how many they were stays');
select samtale.states_end(100000);
select is((select count(*) from samtale.agent_state s where s.from_at <= samtale.states_before() - interval '12 hours'), 0::bigint, 'their states go');
select is((select count(*) from samtale.verify_staff()), 0::bigint, 'what is left is verified');
select pg_temp.tell_all('five');
select is((select sum(s.pause_us + s.ready_us + s.available_us + s.wrap_us + s.contact_us) from samtale.staff s), (select w.us from whole w), 'what is too old is left out');

-- ---- figures
delete from samtale.agent_state;
delete from samtale.agent_watch;
delete from samtale.agent_tail;
delete from samtale.rollup_staff;
delete from samtale.rollup_staff_day;
delete from samtale.staff_frozen;
delete from samtale.staff_kept;
update samtale.site set states_kept = null;
create function pg_temp.figures(queue integer[] = null, channel integer[] = null) returns jsonb language sql as $$
    select samtale.figures_staff(row(row('2026-10-05', '2026-10-06')::samtale.day_range, 'Europe/Copenhagen', 'day', null, queue, channel, null, '{1}'::integer[], null, null, null)::samtale.overview_question)::jsonb $$;
select is(pg_temp.figures() -> 'occupancy', '{"value": null, "unit": "ratio", "interval": null, "numerator": null, "denominator": null, "hidden": "no_states"}', 'without states: not known, and why');
select pg_temp.put(pg_temp.part('a2', jsonb_build_array(pg_temp.state('ready', '2026-10-05T08:00:00Z', null, 'Sales'), pg_temp.state('pause', '2026-10-05T09:40:00Z', null, 'Sales'), pg_temp.state('offline', '2026-10-05T10:00:00Z', null, 'Sales'))),
                   pg_temp.part('a3', jsonb_build_array(pg_temp.state('available', '2026-10-05T08:00:00Z', null, 'Help'), pg_temp.state('on_contact', '2026-10-05T08:20:00Z', null, 'Help'), pg_temp.state('offline', '2026-10-05T09:00:00Z', null, 'Help'))));
insert into samtale.rollup_half_hour (half_hour, offered, answered, abandoned, short_abandoned, flowed_out, answered_in, abandoned_in, wait_answered_ms, wait_abandoned_ms, waits_answered, waits_abandoned,
    handled, talk_ms, hold_ms, wrap_ms, held, transferred, conversations, with_transcript, scored, with_roles, queue_id, channel)
select h.at, 10, 10, 0, 0, 0, 10, 0, 0, 0, 10, 0, h.handled, 60000 * h.minutes, 0, 0, 0, 0, 10, 0, 0, 0, q.queue_id, 1
from (values (timestamptz '2026-10-05 08:30Z', 'Sales', 10, 75), ('2026-10-05 08:30Z', 'Help', 4, 10), ('2026-10-06 08:30Z', 'Sales', 10, 500)) as h(at, queue, handled, minutes) join samtale.queue q on q.name = h.queue;
select is((pg_temp.figures() #>> '{occupancy,value}')::float8, (75 + 40) / 160.0::float8, 'handling by records where states do not tell contacts, by states where they do; days without states count not at all');
select is((pg_temp.figures() #>> '{contacts_per_hour,value}')::float8, 14 / 3.0::float8, 'contacts by hour signed in, pauses too');
select is((pg_temp.figures((select array[q.queue_id] from samtale.queue q where q.name = 'Sales')) #>> '{occupancy,value}')::float8, 0.75::float8, 'of a queue');
select is(pg_temp.figures((select array[q.queue_id] from samtale.queue q where q.name = 'Mail')) #>> '{occupancy,hidden}', 'states_name_no_queue', 'of a queue no state names');
select is(pg_temp.figures(null, '{1}') #>> '{occupancy,hidden}', 'not_by_channel', 'agents are not signed in by channel');
update samtale.site set group_min = 5;
select is(pg_temp.figures() #>> '{occupancy,hidden}', 'small_group', 'fewer agents than a group are not shown');
update samtale.site set group_min = 1;

select * from finish();
rollback;
