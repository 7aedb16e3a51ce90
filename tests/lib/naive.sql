-- Each figure of the overview, of service and of surveys and outcomes, a second and naive way: from legs, conversations, moments, marks and answers, one by one, with
-- averages of rows in place of sums; for each queue and for all, for the whole time, a month, and the week in which the clock changes. Run by test_naive.mjs.
begin;
create extension if not exists pgtap;
select plan(4);

create function pg_temp.naive(queue text, first_day date, last_day date) returns table (name text, value float8) language sql as $$
    with zone as (
        select s.time_zone as z from samtale.site s
    ), talk as (
        select c.*, (coalesce(c.ended_at, c.started_at) at time zone z)::date as day, k.name as queue
        from samtale.conversation c join samtale.queue k using (queue_id), zone
    ), entry as (
        select l.*, c.channel in (1, 2, 5) as live, c.direction not in (2, 3) as inbound, k.name as queue, (coalesce(l.queued_at, c.started_at) at time zone z)::date as came,
               (coalesce(l.ended_at, l.answered_at, c.ended_at, c.started_at) at time zone z)::date as went
        from samtale.leg l join samtale.conversation c using (conversation_id) join samtale.queue k on k.queue_id = l.queue_id, zone
    ), came as (
        select * from entry e where e.inbound and e.came between first_day and last_day and (naive.queue is null or e.queue = naive.queue)
    ), went as (
        select e.*, e.disposition = 1 as taken, e.disposition in (2, 3) as lost, e.wait_ms <= e.service_level_ms as quick,
               case when e.disposition = 1 and e.talk_ms is not null then (e.talk_ms + coalesce(e.hold_ms, 0) + coalesce(e.wrap_ms, 0)) / 1000.0 end as handle_s
        from entry e where e.went between first_day and last_day and (naive.queue is null or e.queue = naive.queue)
    ), ended as (
        select * from talk t where t.day between first_day and last_day and (naive.queue is null or t.queue = naive.queue)
    ), cue as (
        select m.kind, m.met, m.turns, m.ms from ended c join samtale.moment o using (conversation_id, score_set)
        cross join lateral unnest(o.kinds, o.mets, o.latencies_turns, o.latencies_ms) as m(kind, met, turns, ms)
    ), asked as (
        select c.conversation_id, m.turn, bool_or(m.label = 0) as open, bool_or(m.label = 1) as closed
        from ended c join samtale.finding f using (conversation_id, score_set) cross join lateral unnest(f.turns, f.labels) as m(turn, label) where m.label in (0, 1) group by 1, 2
    ), answer as (
        select s.* from ended c join samtale.survey s using (conversation_id)
    ), came_of as (
        select o.* from ended c join samtale.outcome o using (conversation_id)
    ), share as (
        select (select avg((m.met = 1)::integer) from cue m where m.kind = 0 and m.met <> 0)::float8 as explored, (select avg((m.met = 3)::integer) from cue m where m.kind = 1 and m.met <> 0)::float8 as acknowledged,
               (select avg(a.open::integer) from asked a)::float8 as open
    )
    select 'offered', (select count(*) from came)::float8
    union all select 'answered', (select count(*) from went where inbound and taken)
    union all select 'abandoned', (select count(*) from went where inbound and lost)
    union all select 'short_abandoned', (select count(*) from went where inbound and disposition = 3)
    union all select 'handled', (select count(handle_s) from went)
    union all select 'service_level', (select avg((taken and quick)::integer) from went where inbound and live and (taken or lost) and wait_ms is not null)
    union all select 'asa', (select avg(wait_ms) / 1000 from went where inbound and live and taken)
    union all select 'abandon_rate', (select count(*) from went where inbound and live and lost)::float8 / nullif((select count(*) from came where live), 0)
    union all select 'aht', (select avg(handle_s) from went)
    union all select 'average_talk', (select avg(talk_ms / 1000.0) from went where handle_s is not null)
    union all select 'average_hold', (select avg(coalesce(hold_ms, 0) / 1000.0) from went where handle_s is not null)
    union all select 'average_wrap', (select avg(coalesce(wrap_ms, 0) / 1000.0) from went where handle_s is not null)
    union all select 'transfer_rate', (select count(*) from went where taken and transfer <> 0)::float8 / nullif((select count(*) from went where inbound and taken), 0)
    union all select 'conversations', (select count(*) from ended)
    union all select 'scored', (select count(*) from ended where scored)
    union all select 'scored_share', (select avg(scored::integer) from ended)
    union all select 'transcript_share', (select avg((turns > 0)::integer) from ended)
    union all select 'opportunity_cues', (select count(*) from cue where kind = 0 having exists (select from ended where scored))
    union all select 'opportunity_missed', (select count(*) from cue where kind = 0 and met = 5 having exists (select from ended where scored))
    union all select 'opportunity_explored', (select count(*) from cue where kind = 0 and met = 1 having exists (select from ended where scored))
    union all select 'opportunity_answered', (select count(*) from cue where kind = 0 and met = 2 having exists (select from ended where scored))
    union all select 'empathy_cues', (select count(*) from cue where kind = 1 having exists (select from ended where scored))
    union all select 'empathy_acknowledged', (select count(*) from cue where kind = 1 and met = 3 having exists (select from ended where scored))
    union all select 'empathy_gaps', (select count(*) from cue where kind = 1 and met = 5 having exists (select from ended where scored))
    union all select 'empathy_latency_turns', (select avg(turns) from cue where kind = 1 and met = 3)
    union all select 'empathy_latency', (select avg(ms) / 1000 from cue where kind = 1 and met = 3)
    union all select 'explored_share', (select explored from share)
    union all select 'missed_share', (select avg((met = 5)::integer) from cue where kind = 0 and met <> 0)
    union all select 'acknowledged_share', (select acknowledged from share)
    union all select 'open_share', (select open from share)
    union all select 'flow_out_rate', (select avg((disposition > 3)::integer) from went where inbound and disposition <> 0)
    union all select 'average_wait_abandoned', (select avg(wait_ms) / 1000 from went where inbound and live and lost)
    union all select 'hold_share', (select avg((coalesce(hold_ms, 0) > 0)::integer) from went where handle_s is not null)
    union all select 'wrap_ratio', (select sum(coalesce(wrap_ms, 0)) / nullif(sum(handle_s), 0) / 1000 from went where handle_s is not null)
    union all select 'nps', (select 100 * avg(case when nps >= 9 then 1 when nps <= 6 then -1 else 0 end) from answer where nps is not null)
    union all select 'csat_top_share', (select avg((csat >= csat_max - 1)::integer) from answer where csat is not null)
    union all select 'csat_mean', (select avg((csat - csat_min)::float8 / (csat_max - csat_min)) from answer where csat is not null)
    union all select 'ces_mean', (select avg(case when ces_reversed then ces_max - ces else ces - ces_min end::float8 / (ces_max - ces_min)) from answer where ces is not null)
    union all select 'resolved_share', (select avg(resolved::integer) from came_of where resolved is not null)
    union all select 'sold_share', (select avg(sold::integer) from came_of where sold is not null)
    union all select 'churn_rate', (select avg(churned::integer) from came_of where churned is not null)
    union all select 'winback_rate', (select avg(winback::integer) from came_of where winback is not null) $$;

create function pg_temp.shown(queue text, first_day date, last_day date) returns table (name text, value float8) language sql as $$
    with q as (
        select samtale.overview_question_of(first_day, last_day, s.time_zone, 'day', case when shown.queue is not null then array[shown.queue] end, null, null, s.service_level, s.weights, s.components_min) as q
        from samtale.site s
    )
    select f.key, (f.value ->> 'value')::float8
    from q, lateral (select samtale.overview(q.q)::jsonb -> 'totals' as o, samtale.figures(q.q)::jsonb as k) as a,
         jsonb_each((a.k -> 'service') || (a.k -> 'outcome') || (a.o -> 'efficiency') || (a.o -> 'opportunity')) as f $$;

create temporary table asked as
select p.what, k.queue, p.first_day, p.last_day
from (values ('all of it', date '2026-03-02', date '2026-05-31'), ('a month', '2026-04-01', '2026-04-30'), ('the week in which the clock changes', '2026-03-23', '2026-03-29')) as p(what, first_day, last_day)
cross join (select k.name as queue from samtale.queue k where k.name <> '' union all select null) as k;
create temporary table both_ways as
select a.what, coalesce(a.queue, '(all)') as queue, n.name, n.value as naive, s.value as shown
from asked a cross join lateral pg_temp.naive(a.queue, a.first_day, a.last_day) as n left join lateral pg_temp.shown(a.queue, a.first_day, a.last_day) as s on s.name = n.name;
select is_empty(format($$ select queue, name, naive, shown from both_ways where what = %L
    and (naive is null <> (shown is null) or abs(naive - shown) > 1e-9 * greatest(1, abs(naive)) + case when name in ('csat_mean', 'ces_mean') then 1e-6 else 0 end) $$, w.what), w.what || ': each figure is what a naive count gives')
from (select distinct what from asked) as w order by 1;
select ok((select count(distinct name) from both_ways where naive <> 0) >= 40, 'of forty figures and more');
select * from finish();
rollback;
