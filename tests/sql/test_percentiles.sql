-- Percentiles of histograms are off by less than a bucket from those of the facts, longest waits are exact, late parts are counted, and dead letters end.
begin;
create extension if not exists pgtap;
select plan(9);
insert into samtale.source (name) values ('s');
insert into samtale.queue (name) values ('a');
create function pg_temp.add(id bigint, at timestamptz, wait bigint, talk bigint, how integer) returns void language sql as $$
    insert into samtale.conversation (conversation_id, source_id, queue_id, started_at, ended_at, transfers, flags, turns, score_set, channel, direction,
        language, declared_language, consent, disposition, started_quality, scored, distress, team_ids, agent_ids, contribution)
    select -id, s.source_id, k.queue_id, at, at + interval '5 minutes', 0, 0, 0, 1, 1, 1, 1, 1, 0, 1, 1, false, false, '{}', '{}', ''
    from samtale.source s, samtale.queue k where s.name = 's' and k.name = 'a';
    insert into samtale.leg (conversation_id, n, queue_id, queued_at, ended_at, wait_ms, talk_ms, service_level_ms, disposition, transfer)
    select -id, 0, k.queue_id, at, at + interval '5 minutes', wait, talk, 20000, how, 0 from samtale.queue k where k.name = 'a' $$;
select count(t.x) from (select pg_temp.add(n, timestamptz '2024-03-01 08:00Z' + n * interval '10 seconds', floor(-20000 * ln(random() + 1e-9))::bigint,
    case when n % 10 < 8 then floor(1000 + 500000 * random())::bigint end, case when n % 10 < 8 then 1 else 2 end) as x from generate_series(1, 2000) as n) as t \gset ignored_
select is(samtale.histograms_count(), 1::bigint, 'one day is counted');
select is((select sum(n) from bi.percentile_day where false), null, 'the view answers');
create function pg_temp.off(kind integer, p float8) returns float8 language sql as $$
    select abs(samtale.percentile(array_agg(h.bucket::integer), array_agg(h.n), p) / nullif(w.exact, 0) - 1)
    from samtale.rollup_histogram h, (select percentile_disc(p) within group (order by case kind when 3 then l.talk_ms else l.wait_ms end) as exact
        from samtale.leg l where l.disposition = case kind when 2 then 2 else 1 end) as w where h.measure = kind group by w.exact $$;
select is((select count(*) from (values (1), (2), (3)) as k(kind), (values (0.5), (0.9), (0.95), (0.1)) as p(p) where pg_temp.off(k.kind, p.p) < 0.091), 12::bigint,
    'every percentile is off by less than a bucket');
select results_eq('select longest_answered_ms, longest_abandoned_ms from samtale.rollup_longest',
    'select max(wait_ms) filter (where disposition = 1), max(wait_ms) filter (where disposition = 2) from samtale.leg', 'longest waits of both kinds are exact');
update samtale.chore set done_at = now(), took_ms = 0 where name = 'histograms';
select pg_temp.add(5000, '2024-03-01 10:00Z', 10000000, 1000, 1) \gset ignored_
select samtale.histograms_count() \gset ignored_
select is((select longest_answered_ms from samtale.rollup_longest), 10000000::bigint, 'what came late is counted');
select is((select sum(n)::bigint from samtale.rollup_histogram where measure = 1), 1601::bigint, 'once');
select results_eq($$ select samtale.bucket_of(v)::integer from unnest('{0, 1, 2, 1000, 9223372036854775807}'::bigint[]) as v $$, 'select unnest(''{0, 1, 9, 80, 255}''::integer[])', 'buckets are those of the room kpi');
select is(samtale.percentile('{}', '{}', 0.5), null, 'nothing has no percentile');
insert into samtale.dead_letter (died_at, enqueued_at, lane, attempts, size, source, kind, content_type, code, reason, body)
    select now() - d * interval '1 day', now(), 0, 1, 1, 's', 'record', '', 'bad_input', 'x', '' from unnest('{29, 31}'::integer[]) as d;
select is(samtale.dead_letters_end(), 1::bigint, 'a dead letter that is too old ends');
select * from finish();
rollback;
