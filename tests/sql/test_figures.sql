-- The figures that are counted at night, each a second, naive way over 2,000 random conversations; also after late parts and erasure; and GET /v1/figures, which holds
-- them all, of a range, a queue and a channel.
begin;
create extension if not exists pgtap;
select plan(38);
select setseed(0.25);
update samtale.site set time_zone = 'Europe/Copenhagen';
insert into samtale.source (name) values ('s');
insert into samtale.queue (name) values ('a'), ('b');
insert into samtale.score_set (version, packs, digest) values ('1', '{}', '\x01');
insert into samtale.rule (name) values ('r');

-- Cues: kinds 0 opportunity (met 0, 1, 2, 5), 1 empathy (0, 3, 5), 2 churn (0, 4, 5). Acknowledgements are said in turn 1, by one of five sentences.
create function pg_temp.add(first_id integer, last_id integer, first_at timestamptz) returns void language plpgsql as $$
begin
    create temporary table made on commit drop as
    select n as id, first_at + (n - first_id) * interval '37 minutes' as at, 1 + floor(2 * random())::integer as queue_n, (array[1, 2])[1 + floor(2 * random())::integer]::smallint as channel,
           floor(600000 * random())::bigint as handle, (100 * random())::real as score, floor(40 * random())::integer as customer, floor(3 * random())::integer as kind, floor(4 * random())::integer as way,
           floor(3 * random())::integer as again, random() < 0.8 as scored, floor(5 * random())::integer as sentence
    from generate_series(first_id, last_id) as n;
    insert into samtale.conversation (conversation_id, source_id, queue_id, started_at, ended_at, handle_ms, hold_ms, wait_ms, transfers, flags, turns, score_set, channel, direction, language, declared_language,
        consent, disposition, started_quality, scored, distress, team_ids, agent_ids, contribution, customer_key, opportunity_index)
    select m.id, s.source_id, k.queue_id, m.at, m.at + interval '5 minutes', m.handle, case when m.again = 0 then 9000 end, 100 * m.way, 0, 0, 4, c.score_set, m.channel, 1, 1, 1, 0, 1, 1, m.scored, false, '{}', '{}', '',
           case when m.customer > 4 then decode(lpad(to_hex(m.customer), 4, '0'), 'hex') end, case when m.scored then m.score end
    from made m, samtale.source s, samtale.queue k, samtale.score_set c where s.name = 's' and k.name = (array['a', 'b'])[m.queue_n] and c.version = '1';
    insert into samtale.part (conversation_id, kind, part_id, version, conflict, content_hash, body)
    select m.id, 2, '', 0, false, '\x00', json_build_object('turns', json_build_array(json_build_object('i', 0, 'text', 'My wife died.'), json_build_object('i', 1, 'text',
               'Well. ' || (array['I am so sorry to hear that!', 'I am so sorry, to hear THAT.', 'Oh dear', 'My condolences, that was number ' || m.id, 'That must have been hard for you'])[1 + m.sentence])))::text
    from made m where m.scored;
    insert into samtale.moment (conversation_id, score_set, latencies_ms, cue_turns, answer_turns, latencies_turns, kinds, cues, mets, suggestions)
    select m.id, c.score_set, array[case when m.sentence > 1 then 100 * m.sentence end, null], '{0,2}', array[1, null], '{1,null}', array[m.kind, 0]::smallint[], '{17,20}',
           array[(array[array[0, 1, 2, 5], array[0, 3, 3, 5], array[0, 4, 5, 5]])[1 + m.kind][1 + m.way], 5]::smallint[], '{null,null}'
    from made m, samtale.score_set c where m.scored;
    insert into samtale.finding (conversation_id, score_set, turns, span_starts, span_ends, rule_ids, weights, parties, labels)
    select m.id, c.score_set, '{0,1}', '{0,8}', '{4,12}', array[r.rule_id, r.rule_id], '{1,1}', '{1,0}', '{17,4}' from made m, samtale.score_set c, samtale.rule r where m.scored;
    insert into samtale.conversation_score (conversation_id, score_set, language, exploring_ms, advising_ms, relating_ms, verifying_ms, refusing_ms, informing_ms, customer_talk_ms, cross_talk_ms, non_talk_ms)
    select m.id, c.score_set, 1, case when m.way > 0 then m.handle / 10 end, 20, 30, 40, 50, 60, 10000, 500, 8000 from made m, samtale.score_set c where m.scored;
    insert into samtale.outcome (conversation_id, part_id, resolved, sold, churned) select m.id, '', m.way > 1, case m.sentence when 0 then null else m.sentence = 1 end, m.again = 1 from made m where m.id % 2 = 0;
    insert into samtale.survey (conversation_id, part_id, nps, ces_reversed, answered_at) select m.id, p.id, (m.way * 3 + p.n) % 11, false, m.at + p.n * interval '1 day' from made m, (values ('x', 1), ('y', 2)) as p(id, n) where m.id % 3 = 0;
    drop table made;
end
$$;
select pg_temp.add(1, 2000, '2024-01-03 06:00Z') \gset ignored_
create function pg_temp.nightly() returns void language sql as $$
    select samtale.chore_do(c) from unnest('{acknowledgements, histograms, latencies, quadrants, repeats, uses, worth}'::text[]) as c $$;
select pg_temp.nightly() \gset ignored_

-- ---- each again, naively
create view pg_temp.talk as
    select c.*, (c.ended_at at time zone 'Europe/Copenhagen')::date as day, m.kinds, m.mets, m.latencies_ms, o.sold, o.resolved, o.churned, (select v.nps from samtale.survey v where v.conversation_id = c.conversation_id
           order by v.answered_at desc limit 1) as nps, exists (select from samtale.conversation n where n.customer_key = c.customer_key and n.started_at > c.ended_at
           and n.started_at <= c.ended_at + interval '7 days') as again
    from samtale.conversation c left join samtale.moment m using (conversation_id) left join samtale.outcome o using (conversation_id);
create function pg_temp.worth_naive() returns setof samtale.rollup_worth language sql as $$
    select t.day, t.queue_id, t.channel, k.kind::smallint, w.met::smallint, count(*), count(t.sold), count(*) filter (where t.sold), count(t.resolved), count(*) filter (where t.resolved), count(t.churned),
           count(*) filter (where t.churned), count(t.nps), count(*) filter (where t.nps >= 9), count(*) filter (where t.nps <= 6), count(t.customer_key), count(*) filter (where t.again)
    from pg_temp.talk t, generate_series(0, 2) as k(kind), generate_series(-1, 5) as w(met)
    where exists (select from generate_subscripts(t.kinds, 1) as i where t.kinds[i] = k.kind and (w.met = -1 or t.mets[i] = w.met)) group by 1, 2, 3, 4, 5 $$;
select is((select count(*) from (table samtale.rollup_worth except select * from pg_temp.worth_naive()) as d), 0::bigint, 'what followed cues is what a second way counts');
select is((select count(*) from (select * from pg_temp.worth_naive() except table samtale.rollup_worth) as d), 0::bigint, 'and nothing is left out');
select cmp_ok((select count(distinct met) from samtale.rollup_worth), '=', 7::bigint, 'in every way a cue can be met');
create function pg_temp.use_naive() returns table (conversations bigint, exploring bigint, whole bigint, listening bigint, silence bigint) language sql as $$
    select count(*), sum(o.exploring_ms)::bigint, sum(o.exploring_ms + 200 + 9500 + 8000 - coalesce(c.hold_ms, 0) + coalesce(c.hold_ms, 0) + c.wait_ms)::bigint, (count(*) * 9500)::bigint,
           sum(greatest(0, 8000 - coalesce(c.hold_ms, 0)))::bigint
    from samtale.conversation c join samtale.conversation_score o using (conversation_id) where o.exploring_ms is not null $$;
select results_eq('select sum(conversations)::bigint, sum(exploring_ms)::bigint, sum(listening_ms)::bigint, sum(silence_ms)::bigint from samtale.rollup_use',
    'select conversations, exploring, listening, silence from pg_temp.use_naive()', 'dialogue hours by use, what has no times left out, hold taken out of silence');
select is((select count(*) from samtale.rollup_use u where u.day not in (select day from pg_temp.talk)), 0::bigint, 'on the days on which they ended');

-- ---- quadrants
create function pg_temp.threshold_naive(on_monday date) returns table (queue_id integer, channel smallint, handle bigint, score real, n bigint) language sql as $$
    select t.queue_id, t.channel, (array_agg(t.handle_ms order by t.handle_ms))[(count(*) + 1) / 2], (array_agg(t.opportunity_index order by t.opportunity_index))[(count(*) + 1) / 2], count(*)
    from pg_temp.talk t where t.opportunity_index is not null and t.day >= on_monday - 28 and t.day < on_monday group by 1, 2 having count(*) >= 30 $$;
select set_eq($$ select queue_id, channel, handle_ms, opportunity_index, conversations from samtale.quadrant_threshold where valid_from = '2024-02-05' $$,
    $$ select * from pg_temp.threshold_naive('2024-02-05') $$, 'thresholds are medians of the four weeks before');
select is((select count(distinct valid_from) from samtale.quadrant_threshold where not by_target), (select count(distinct m) from generate_series(date '2024-01-08', date '2024-04-15', interval '1 week') as m
    where exists (select from pg_temp.threshold_naive(m::date))), 'for each week with enough of them');
create function pg_temp.quadrant_naive() returns table (day date, quadrant text, n bigint) language sql as $$
    select t.day, case when t.handle_ms <= h.handle_ms then 'short' else 'long' end || case when t.opportunity_index >= h.opportunity_index then '_rich' else '_poor' end, count(*)
    from pg_temp.talk t join samtale.quadrant_threshold h on h.queue_id = t.queue_id and h.channel = t.channel and t.day between h.valid_from and h.valid_from + 6 where t.opportunity_index is not null group by 1, 2 $$;
select set_eq($$ select r.day, q.name, sum(q.n)::bigint as n from samtale.rollup_quadrant r cross join lateral (values ('short_rich', short_rich), ('long_rich', long_rich), ('short_poor', short_poor), ('long_poor', long_poor)) as q(name, n)
    where q.n > 0 group by 1, 2 $$, 'select * from pg_temp.quadrant_naive()', 'quadrants by the thresholds of their week');
create temporary table kept as table samtale.quadrant_threshold;

-- ---- acknowledgements
create function pg_temp.said_naive() returns table (day date, n bigint, again bigint) language sql as $$
    with said as (select t.conversation_id, t.day, btrim(regexp_replace(lower(substr(p.body::json #>> '{turns,1,text}', 7)), '[^a-z0-9]+', ' ', 'g')) as words
                  from pg_temp.talk t join samtale.part p using (conversation_id) where p.kind = 2 and t.mets[1] = 3)
    select s.day, count(*), count(*) filter (where array_length(string_to_array(s.words, ' '), 1) >= 4
        and (select count(*) from said o where o.words = s.words and o.conversation_id <> s.conversation_id and o.day between s.day - 27 and s.day) >= 2) from said s group by 1 $$;
select set_eq('select day, sum(acknowledgements)::bigint as n, sum(repeated)::bigint as again from samtale.rollup_acknowledgement group by 1', 'select * from pg_temp.said_naive()', 'sentences said word for word, by a second way');
select cmp_ok((select sum(repeated) from samtale.rollup_acknowledgement), '>', 0::numeric, 'there are some');
select is(samtale.sentence_at('Hello there. I am SO sorry, really! Bye', 15), 'i am so sorry really', 'the sentence around a place');
select is(samtale.sentence_at('æ ø å uden tegn', 3), 'æ ø å uden tegn', 'without punctuation the whole turn');
select is((select count(distinct a.sentence) from samtale.acknowledgement a where a.words = 7), 2::bigint, 'case and commas make no difference: of three sentences of seven words two are one');

-- ---- latencies
select is((select sum(n)::bigint from samtale.rollup_histogram where measure = 4), (select count(*) from pg_temp.talk t where t.mets[1] = 3 and t.latencies_ms[1] is not null), 'latencies of acknowledgements that have times');

-- ---- what came late, and what is gone
update samtale.chore set done_at = now(), took_ms = 0;
update samtale.conversation set updated_at = now() - interval '1 day';
select pg_temp.add(2001, 2100, '2024-02-01 07:00Z') \gset ignored_
delete from samtale.part where conversation_id between 100 and 200;
update samtale.conversation set updated_at = now() where conversation_id between 100 and 200;
select pg_temp.nightly() \gset ignored_
select is((select count(*) from (table samtale.rollup_worth except select * from pg_temp.worth_naive()) as d), 0::bigint, 'late parts are counted with what followed cues');
select set_eq('select day, sum(acknowledgements)::bigint as n, sum(repeated)::bigint as again from samtale.rollup_acknowledgement group by 1', 'select * from pg_temp.said_naive()', 'sentences whose text is gone count no more');
select is((select count(*) from samtale.acknowledgement where conversation_id between 100 and 200), 0::bigint, 'nor are their hashes kept');
select is_empty('table kept except table samtale.quadrant_threshold', 'thresholds of weeks that were fixed stay');
select set_eq($$ select r.day, q.name, sum(q.n)::bigint as n from samtale.rollup_quadrant r cross join lateral (values ('short_rich', short_rich), ('long_rich', long_rich), ('short_poor', short_poor), ('long_poor', long_poor)) as q(name, n)
    where q.n > 0 group by 1, 2 $$, 'select * from pg_temp.quadrant_naive()', 'late conversations are placed by them');
select samtale.target_set('a', null, 'index', 70, '2024-01-01', null) \gset ignored_
delete from samtale.quadrant_threshold where valid_from = '2024-03-04';
update samtale.chore set done_at = null where name = 'quadrants';
select samtale.chore_do('quadrants') \gset ignored_
select results_eq($$ select distinct t.opportunity_index from samtale.quadrant_threshold t join samtale.queue k using (queue_id) where t.valid_from = '2024-03-04' and t.by_target and k.name = 'a' $$, array[70::real], 'a target goes before the median');

-- ---- the answer
create function pg_temp.ask(queues text[] default null, channels integer[] default null) returns jsonb language sql as $$
    select samtale.figures(samtale.overview_question_of('2024-01-10', '2024-02-20', 'Europe/Copenhagen', 'day', queues, channels, null, 'abandons_in_denominator', null, null))::jsonb $$;
create temporary table answer as select pg_temp.ask() as j, pg_temp.ask('{a}', '{1}') as one;
create function pg_temp.asked(t pg_temp.talk, one boolean) returns boolean language sql as $$
    select t.day between '2024-01-10' and '2024-02-20' and (not one or t.channel = 1 and t.queue_id = (select queue_id from samtale.queue where name = 'a')) $$;
select is((select (j #>> '{retention,save_rate,value}')::float8 from answer), (select (count(*) filter (where not t.churned))::float8 / count(*) from pg_temp.talk t where 2 = any (t.kinds) and t.churned is not null and pg_temp.asked(t, false)),
    'save rate');
select is((select (one #>> '{retention,attempt_share,numerator}')::bigint from answer), (select count(*) from pg_temp.talk t where pg_temp.asked(t, true) and t.kinds[1] = 2 and t.mets[1] = 4), 'attempts to keep, of a queue and a channel');
select is((select (w ->> 'conversations')::bigint from answer, jsonb_array_elements(one -> 'worth') as w where w ->> 'kind' = 'opportunity' and w ->> 'met' = 'explored'),
    (select count(*) from pg_temp.talk t where pg_temp.asked(t, true) and t.kinds[1] = 0 and t.mets[1] = 1), 'conversations with an opening explored');
select is((select array_agg(w ->> 'met' order by w ->> 'met') from answer, jsonb_array_elements(j -> 'worth') as w), '{acknowledged,answered,attempted,explored,missed,missed,missed}', 'cues without an occasion stand beside nothing');
select is((select (j #>> '{worth,0,figures,sold_share,interval,0}')::float8 from answer), (select (samtale.wilson((j #>> '{worth,0,figures,sold_share,numerator}')::float8, (j #>> '{worth,0,figures,sold_share,denominator}')::float8))[1] from answer),
    'shares that count have an interval');
select is((select j #> '{use,exploring_share,interval}' from answer), 'null', 'shares of time have none');
select is((select round(sum((u.value ->> 'value')::numeric), 9) from answer, jsonb_each(j -> 'use') as u), 1.000000000, 'the uses are all of the time');
select is((select round(sum((u.value ->> 'value')::numeric), 9) from answer, jsonb_each(j -> 'quadrant') as u), 1.000000000, 'the quadrants are all of the conversations');
select is((select (j #>> '{waits,acknowledgement,n}')::bigint from answer), (select count(*) from pg_temp.talk t where pg_temp.asked(t, false) and t.mets[1] = 3 and t.latencies_ms[1] is not null), 'latencies of the range');
select is((select array_agg(k order by k) from answer, jsonb_object_keys(j -> 'service_level') as k),
    '{abandoned_ignored,abandoned_negative,abandoned_positive,abandons_in_denominator,answered_only,minus_short_abandons,plus_flowouts}', 'all seven service levels');
select is((select j #> '{outcome,nps,value}' from answer), 'null', 'what was not measured is null');
select is((select pg_temp.ask('{nowhere}') #> '{quadrant,long_rich_share,denominator}'), '0', 'a queue that nobody knows has nothing');
select is((samtale.share_difference(56, 70, 48, 80) ->> 'value')::numeric(6, 4), 0.2000, 'a difference of shares');
select is((samtale.share_difference(56, 70, 48, 80) #>> '{interval,0}')::numeric(6, 4)::text || ' ' || (samtale.share_difference(56, 70, 48, 80) #>> '{interval,1}')::numeric(6, 4)::text, '0.0524 0.3339',
    'with the interval that Newcombe published for it');
select is(samtale.share_difference(0, 0, 1, 2)::text, null, 'of nothing there is none');
-- hours and days of bi have all figures of service, and say the same
select is_empty($$ select f.name, v.name from samtale.figure f, (values ('queue_day'), ('queue_hour')) as v(name)
    where f.lens in ('service_level', 'efficiency', 'service') and f.whole is not null
      and not exists (select from information_schema.columns c where c.table_schema = 'bi' and c.table_name = v.name and c.column_name = case f.lens when 'service_level' then 'service_level_' else '' end || f.name) $$,
    'every figure of service is a column of days and of hours');
insert into samtale.rollup_half_hour as r (queue_id, half_hour, channel, offered, answered, abandoned, short_abandoned, flowed_out, answered_in, abandoned_in, wait_answered_ms, wait_abandoned_ms,
    waits_answered, waits_abandoned, handled, talk_ms, hold_ms, wrap_ms, held, transferred, conversations, with_transcript, scored, with_roles)
select k.queue_id, timestamptz '2019-03-01 00:00Z' + n * interval '30 minutes', 1, 9, 6, 2, 1, 1, 4, 1, 1000 * n, 700 * n, 6, 2, 5, 60000 * n, 900 * n, 400 * n, n % 3, 1, 9, 0, 0, 0
from samtale.queue k, generate_series(0, 95) as n where k.name = 'a';
select results_eq($$ select day, held, round(wrap_ratio::numeric, 9), round(average_wait_abandoned::numeric, 9) from bi.queue_day where day < '2020-01-01' order by 1 $$,
    $$ select (h.hour at time zone 'Europe/Copenhagen')::date, sum(h.held)::bigint, round(sum(h.wrap_ms) / sum(h.talk_ms + h.hold_ms + h.wrap_ms), 9), round(sum(h.wait_abandoned_ms) / 1000.0 / sum(h.waits_abandoned), 9)
       from bi.queue_hour h where h.hour < '2020-01-01' group by 1 order by 1 $$, 'hours sum to their days');
select results_eq($$ select flow_out_rate, short_abandon_share, hold_share, average_hold_held, wrap_ratio, service_level_plus_flowouts, aht from bi.queue_hour where hour = '2019-03-01 01:00Z' $$,
    $$ values (2 / 18.0::float8, 0.5::float8, 0.2::float8, 2.25::float8, 2000 / 306500.0::float8, 8 / 18.0::float8, 30.65::float8) $$, 'an hour has its figures');
select * from finish();
rollback;
