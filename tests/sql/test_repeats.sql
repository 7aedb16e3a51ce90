-- Repeat contacts: only of known customers, inbound, in closed windows; by customer, by queue, by call; counted anew when a part comes late. Held against a
-- count made the naive way over a thousand random conversations.
begin;
create extension if not exists pgtap;
select plan(12);
insert into samtale.source (name) values ('s');
insert into samtale.queue (name) values ('a'), ('b');
update samtale.site set time_zone = 'Europe/Copenhagen';
create function pg_temp.add(id bigint, at timestamptz, customer integer, queue text default 'a', channel integer default 1, direction integer default 1) returns void language sql as $$
    insert into samtale.conversation (conversation_id, source_id, queue_id, started_at, ended_at, transfers, flags, turns, score_set, channel, direction,
        language, declared_language, consent, disposition, started_quality, scored, distress, team_ids, agent_ids, contribution, customer_key)
    select -id, s.source_id, k.queue_id, at, at + interval '5 minutes', 0, 0, 0, 1, channel, direction, 1, 1, 0, 1, 1, false, false, '{}', '{}', '', int4send(customer)
    from samtale.source s, samtale.queue k where s.name = 's' and k.name = queue $$;
create function pg_temp.counted(on_day date) returns table (days smallint, contacts bigint, repeated bigint, repeated_queue bigint, repeated_voice bigint) language sql as $$
    select r.days, sum(r.contacts)::bigint, sum(r.repeated)::bigint, sum(r.repeated_queue)::bigint, sum(r.repeated_voice)::bigint from samtale.rollup_repeat r
    where r.day = on_day group by 1 order by 1 $$;

select pg_temp.add(1, '2024-03-01 09:00Z', 1), pg_temp.add(2, '2024-03-08 09:05Z', 1), pg_temp.add(3, '2024-03-15 09:30Z', 1, 'b', 3) \gset ignored_
select pg_temp.add(4, '2024-03-01 10:00Z', null), pg_temp.add(5, '2024-03-01 11:00Z', 2, 'a', 1, 2), pg_temp.add(6, '2024-03-02 11:00Z', 2) \gset ignored_
select is(samtale.repeats_count(), 4::bigint, 'four days have contacts of customers');
select results_eq($$ select * from pg_temp.counted('2024-03-01') $$, $$ values (7::smallint, 1::bigint, 1::bigint, 1::bigint, 1::bigint), (14::smallint, 1, 1, 1, 1) $$,
    'a repeat at the very end of seven days counts; who is unknown and who was called does not');
select results_eq($$ select * from pg_temp.counted('2024-03-08') $$, $$ values (7::smallint, 1::bigint, 0::bigint, 0::bigint, 0::bigint), (14::smallint, 1, 1, 0, 0) $$,
    'a mail to another queue is a repeat contact and no repeat call');
select results_eq($$ select * from pg_temp.counted('2024-03-02') $$, $$ values (7::smallint, 1::bigint, 0::bigint, 0::bigint, 0::bigint), (14::smallint, 1, 0, 0, 0) $$,
    'a call made by the centre is no contact that is repeated');

-- a late part: customer 2 called again
update samtale.chore set done_at = now(), took_ms = 0 where name = 'repeats';
select pg_temp.add(7, '2024-03-03 11:00Z', 2) \gset ignored_
select lives_ok('select samtale.repeats_count()', 'counted again');
select results_eq($$ select * from pg_temp.counted('2024-03-02') $$, $$ values (7::smallint, 1::bigint, 1::bigint, 1::bigint, 1::bigint), (14::smallint, 1, 1, 1, 1) $$,
    'the day before knows of the later contact');
select is((select count(*) from samtale.rollup_repeat where day = '2024-03-15'), 2::bigint, 'days after it are there still');

-- windows that are open are pending
select pg_temp.add(8, now() - interval '10 days', 3) \gset ignored_
select samtale.repeats_count() \gset ignored_
select is((select array_agg(days) from samtale.rollup_repeat where day > current_date - 12), '{7}', 'a window that is open is not counted yet');

select count(t.x) from (select pg_temp.add(100 + n, timestamptz '2024-05-01 00:00Z' + floor(random() * 60 * 24 * 40) * interval '1 minute', floor(random() * 300)::integer,
    (array['a', 'b'])[1 + n % 2], 1 + n % 3) as x from generate_series(1, 1000) as n) as t \gset ignored_
select samtale.repeats_count() \gset ignored_
select is_empty($$
    with contact as (select c.*, (c.started_at at time zone 'Europe/Copenhagen')::date as day from samtale.conversation c where c.conversation_id < -100),
    naive as (
        select c.day, c.queue_id, c.channel, d.days::smallint as days, count(*) as contacts,
            sum((again.n > 0)::integer) as repeated, sum((again.of_queue > 0)::integer) as repeated_queue, sum((again.by_voice > 0)::integer) as repeated_voice
        from contact c cross join (values (7), (14)) as d(days)
        cross join lateral (select count(*) as n, count(*) filter (where o.queue_id = c.queue_id) as of_queue, count(*) filter (where o.channel = 1) as by_voice from contact o
                            where o.customer_key = c.customer_key and o.conversation_id <> c.conversation_id and o.started_at - c.ended_at between interval '0' and d.days * interval '24 hours'
                              and (o.started_at > c.ended_at or o.conversation_id > c.conversation_id)) as again
        group by 1, 2, 3, 4)
    select n.* from naive n full join samtale.rollup_repeat r using (day, queue_id, channel, days, contacts, repeated, repeated_queue, repeated_voice) where r.day >= '2024-04-20' and r.day < '2024-07-01' and (n.contacts is null or r.contacts is null)
$$, 'a thousand random conversations are counted as the naive way does');

insert into samtale.bi_scope (role_name) values ('samtale_bi');
select results_eq($$ select count(*), bool_and(abs(d.repeat_rate - d.repeated::float8 / d.contacts) < 1e-9 and abs(d.fcr + d.repeat_rate - 1) < 1e-9
    and abs(d.fcr_queue + d.repeated_queue::float8 / d.contacts - 1) < 1e-9 and abs(d.fcr_voice + d.repeated_voice::float8 / d.contacts - 1) < 1e-9) from bi.repeat_day d $$,
    'select count(*), true from samtale.rollup_repeat', 'resolved at first contact is what is not followed by another');

-- customers who are forgotten stay counted, whole customers at a time
update samtale.chore set done_at = null where name = 'repeats';
select samtale.repeats_count() \gset ignored_
create temporary table before as select * from samtale.rollup_repeat;
select samtale.customers_forget(array(select conversation_id from samtale.conversation where customer_key = int4send(n))) from generate_series(1, 120) as n;
select is(samtale.repeats_count(), (select count(distinct day) from before), 'all days are counted anew');
select is_empty('(table before except table samtale.rollup_repeat) union all (table samtale.rollup_repeat except table before)', 'figures of the past stay when customers are forgotten');
select * from finish();
rollback;
