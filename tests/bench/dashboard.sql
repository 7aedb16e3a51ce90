-- Adds :more conversations to the first :first there are, of the 364 days that end today: 40 queues, voice on all, chat and mail on some, two languages, open from 8
-- to 20, with legs, parties, marks, cues, measures, masked transcripts, surveys and outcomes, in batches that are committed one by one; of :workers that do this side by
-- side this is number :worker, from 0. Conversations differ in time, queue, agent, customer, wait and talk; words, marks and measures are drawn from a pool of 500.
-- dashboard_sums.sql makes names before and sums after.
\set ON_ERROR_STOP on
set synchronous_commit = off;
set work_mem = '128MB';
set jit = off;
select setseed(0.5 + 0.1 * :worker) \gset ignored_

create temporary table pool_part as
select p, (select json_build_object('kind', 'transcript', 'source', 'bench', 'id', 'pool-' || p, 'version', 0, 'channel', 'voice', 'language', 'en',
               'parties', json_build_array(json_build_object('role', 'agent'), json_build_object('role', 'customer')), 'turns', json_agg(json_build_object('i', i, 'party', i % 2, 'start_ms', 9000 * i, 'end_ms', 9000 * i + 8000, 'text',
               (select string_agg(left(md5(((p * 977 + i * 31 + w * w) % 300)::text), 6), ' ') from generate_series(1, 6 + (p + i) % 12) as w)) order by i))
           from generate_series(0, 19 + p % 12) as i)::text as body
from generate_series(0, 499) as p;
create temporary table pool_mark as
select p, array_agg(t order by t) as turns, array_agg(0) as starts, array_agg(12) as ends, array_agg(1 + (p + t) % 50) as rules, array_agg(1.5::real) as weights, array_agg(t % 2) as parties,
       array_agg((1 + (p + t) % 20)::smallint) as labels
from generate_series(0, 499) as p, generate_series(0, 19, 2) as t group by p;
create temporary table pool_score (like samtale.conversation_score, p integer);
do $$
begin
    execute (select format('insert into pool_score (%s, p) select %s, p from generate_series(0, 499) as p', string_agg(quote_ident(a.attname), ', ' order by a.attnum),
                           string_agg(case when a.attname in ('conversation_id', 'score_set') then '0' when a.attname = 'language' then '1' when a.attname = 'opportunity_index' then '100 * random()'
                                           when a.attname ~ '_ms$' then 'floor(200000 * random())' when a.attname ~ '_part$' then 'p % 2'
                                           when a.attname ~ '_whole$' then '2' else 'p % 3' end, ', ' order by a.attnum))
             from pg_attribute a where a.attrelid = 'samtale.conversation_score'::regclass and a.attnum > 0);
end
$$;

create procedure pg_temp.add(first_id bigint, more bigint, worker bigint, workers bigint) language plpgsql as $$
declare
    source integer := (select s.source_id from samtale.source s where s.name = 'bench');
    scorer integer := (select s.score_set from samtale.score_set s where s.version = 'bench');
    queue integer := (select min(k.queue_id) from samtale.queue k where k.name like 'queue %');
    agent integer := (select min(a.agent_id) from samtale.agent a where a.name like 'agent %');
    team integer := (select min(t.team_id) from samtale.team t where t.name like 'team %');
    batch constant bigint := 50000;
begin
    for begins in 1 + worker * batch .. more by workers * batch loop
        create temporary table drawn on commit drop as
        select t.*, t.started_at + (t.wait_ms + coalesce(t.talk_ms, 0)) * interval '1 millisecond' as ended_at, t.id % 500 as p, agent + t.agent_n as agent_id, team + t.agent_n % 50 as team_id
        from (select first_id + n as id, queue + floor(40 * random())::integer as queue_id, (array[1, 2, 3])[1 + floor(3 * random() * random())::integer]::smallint as channel,
                     (case when random() < 0.1 then 2 else 1 end)::smallint as language, r.answered, floor(-20000 * ln(random() + 1e-9))::bigint as wait_ms,
                     case when r.answered then floor(60000 - 240000 * ln(random() + 1e-9))::bigint end as talk_ms, floor(1000 * random())::integer as agent_n,
                     least(now() - interval '1 hour', date_trunc('day', now()) - (363 - floor(364.0 * (n - 1) / more)::integer) * interval '1 day' + interval '8 hours' + random() * interval '12 hours') as started_at,
                     case when random() < 0.8 then decode(md5(floor(1000000 * random())::text), 'hex') end as customer_key
              from generate_series(begins, least(begins + batch - 1, more)) as n, lateral (select random() < 0.92 and n > 0 as answered) as r) as t;
        insert into samtale.conversation_key (source_id, external_id, conversation_id) overriding system value select source, d.id::text, d.id from drawn d;
        insert into samtale.conversation (conversation_id, started_at, ended_at, wait_ms, talk_ms, hold_ms, wrap_ms, handle_ms, source_id, queue_id, agent_id, transfers, flags, turns, score_set,
            missed, gaps, opportunity_index, channel, direction, language, declared_language, consent, disposition, started_quality, scored, distress, external_id, customer_key, team_ids, agent_ids,
            contribution)
        select d.id, d.started_at, d.ended_at, d.wait_ms, d.talk_ms, case when d.answered then 0 end, case when d.answered then 30000 end, d.talk_ms + 30000, source, d.queue_id,
               case when d.answered then d.agent_id end, 0, case when d.id % 40 = 7 then 16 else 0 end | case when d.id % 500 = 3 then 2 else 0 end, case when d.answered then 25 else 0 end, scorer, case when d.answered then s.opportunity_missed end,
               case when d.answered then s.empathy_gaps end, case when d.answered then s.opportunity_index end, d.channel, 1, d.language, d.language, 1, case when d.answered then 1 else 2 end, 1,
               d.answered, false, d.id::text, d.customer_key, case when d.answered then array[d.team_id] else '{}' end, case when d.answered then array[d.agent_id] else '{}' end, '\x0100'
        from drawn d join pool_score s using (p);
        insert into samtale.leg (conversation_id, n, queue_id, agent_id, team_id, queued_at, answered_at, ended_at, wait_ms, talk_ms, hold_ms, wrap_ms, service_level_ms, disposition, transfer)
        select d.id, 0, d.queue_id, case when d.answered then d.agent_id end, case when d.answered then d.team_id end, d.started_at,
               case when d.answered then d.started_at + d.wait_ms * interval '1 millisecond' end, d.ended_at, d.wait_ms, d.talk_ms, case when d.answered then 0 end,
               case when d.answered then 30000 end, 20000, case when d.answered then 1 else 2 end, 0
        from drawn d;
        insert into samtale.party (conversation_id, n, agent_id, team_id, role, role_derived)
        select d.id, p.n, case p.n when 0 then d.agent_id end, case p.n when 0 then d.team_id end, 2 - p.n, false from drawn d, generate_series(0, 1) as p(n) where d.answered;
        insert into samtale.part (conversation_id, kind, part_id, version, conflict, content_hash, body) select d.id, 2, '', 0, false, '\x00', p.body from drawn d join pool_part p using (p) where d.answered;
        insert into samtale.finding (conversation_id, score_set, turns, span_starts, span_ends, rule_ids, weights, parties, labels)
        select d.id, scorer, m.turns, m.starts, m.ends, m.rules, m.weights, m.parties, m.labels from drawn d join pool_mark m using (p) where d.answered;
        insert into samtale.moment (conversation_id, score_set, latencies_ms, cue_turns, answer_turns, latencies_turns, kinds, cues, mets, suggestions)
        select d.id, scorer, '{4000,null}', '{1,7}', '{2,null}', '{1,null}', '{1,2}', '{20,21}', '{1,4}', '{null,null}' from drawn d where d.answered;
        execute (select format('insert into samtale.conversation_score (%1$s) select %2$s from drawn d join pool_score s using (p) where d.answered', string_agg(quote_ident(a.attname), ', '),
                               string_agg(case a.attname when 'conversation_id' then 'd.id' when 'score_set' then '$1' when 'language' then 'd.language' else 's.' || a.attname end, ', '))
                 from pg_attribute a where a.attrelid = 'samtale.conversation_score'::regclass and a.attnum > 0) using scorer;
        insert into samtale.survey (conversation_id, part_id, answered_at, nps, ces_reversed) select d.id, '', d.ended_at, d.id % 11, false from drawn d where d.answered and d.id % 20 = 0;
        insert into samtale.outcome (conversation_id, part_id, happened_at, resolved, sold) select d.id, '', d.ended_at, d.id % 3 > 0, d.id % 7 = 0 from drawn d where d.answered and d.id % 10 = 0;
        commit;
    end loop;
end
$$;
call pg_temp.add(:first, :more, :worker, :workers);
