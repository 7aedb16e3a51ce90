-- 0007: the rollups computed a second time, from the facts, in another way than the daemon's; what `samtaled verify` will run.
set local role samtale_owner;

create function samtale.half_hour_of(at timestamptz) returns timestamptz language sql immutable parallel safe
    return date_bin('30 minutes', at, timestamptz '1970-01-01 00:00:00Z');
comment on function samtale.half_hour_of is 'Start of the half hour (UTC) of a time.';

create view samtale.computed_half_hour as
    with leg as (
        select l.*, c.channel, c.direction not in (2, 3) as queued_up, coalesce(l.queued_at, c.started_at) as arrival,
               coalesce(l.ended_at, l.answered_at, c.ended_at, c.started_at) as completion
        from samtale.leg l join samtale.conversation c using (conversation_id)
    ), piece as (
        select queue_id, samtale.half_hour_of(arrival) as half_hour, channel, 'offered' as what, 1::bigint as amount from leg where queued_up
        union all
        select l.queue_id, samtale.half_hour_of(l.completion), l.channel, p.what, p.amount
        from leg l cross join lateral (values
            ('answered', (l.queued_up and l.disposition = 1)::integer::bigint),
            ('abandoned', (l.queued_up and l.disposition in (2, 3))::integer),
            ('short_abandoned', (l.queued_up and l.disposition = 3)::integer),
            ('flowed_out', (l.queued_up and l.disposition > 3)::integer),
            ('answered_in', (l.queued_up and l.disposition = 1 and l.wait_ms <= l.service_level_ms)::integer),
            ('abandoned_in', (l.queued_up and l.disposition in (2, 3) and l.wait_ms <= l.service_level_ms)::integer),
            ('wait_answered_ms', case when l.queued_up and l.disposition = 1 then l.wait_ms end),
            ('wait_abandoned_ms', case when l.queued_up and l.disposition in (2, 3) then l.wait_ms end),
            ('waits_answered', (l.queued_up and l.disposition = 1 and l.wait_ms is not null)::integer),
            ('waits_abandoned', (l.queued_up and l.disposition in (2, 3) and l.wait_ms is not null)::integer),
            ('handled', (l.disposition = 1 and l.talk_ms is not null)::integer),
            ('talk_ms', case when l.disposition = 1 then l.talk_ms end),
            ('hold_ms', case when l.disposition = 1 and l.talk_ms is not null then l.hold_ms end),
            ('wrap_ms', case when l.disposition = 1 and l.talk_ms is not null then l.wrap_ms end),
            ('held', (l.disposition = 1 and l.talk_ms is not null and l.hold_ms > 0)::integer),
            ('transferred', (l.disposition = 1 and l.transfer <> 0)::integer)) as p(what, amount)
        union all
        select c.queue_id, samtale.half_hour_of(coalesce(c.ended_at, c.started_at)), c.channel, p.what, p.amount
        from samtale.conversation c cross join lateral (values
            ('conversations', 1::bigint), ('with_transcript', (c.turns > 0)::integer), ('scored', c.scored::integer),
            ('with_roles', (c.turns > 0 and c.flags & 32 = 0)::integer)) as p(what, amount)
    )
    select queue_id, half_hour, channel, jsonb_object_agg(what, amount) as sums
    from (select queue_id, half_hour, channel, what, sum(amount) as amount from piece where half_hour is not null group by 1, 2, 3, 4 having sum(amount) <> 0) as s
    group by 1, 2, 3;
comment on view samtale.computed_half_hour is 'rollup_half_hour as the facts have it; sums that are 0 are left out.';

create view samtale.computed_opportunity as
    select queue_id, half_hour, score_set, language, channel, sums
    from (select t.queue_id, t.half_hour, t.score_set, t.language, t.channel, (select jsonb_object_agg(key, value) from jsonb_each(
              to_jsonb(t) - '{queue_id,half_hour,score_set,language,channel}'::text[]) where value <> '0') as sums
          from (select c.queue_id, samtale.half_hour_of(coalesce(c.ended_at, c.started_at)) as half_hour, s.score_set, s.language, c.channel,
           count(*) as scored, count(s.agent_talk_ms) as timed, coalesce(sum(s.empathy_acknowledged) filter (where s.empathy_latency_turns is not null), 0) as latencies_turns,
           coalesce(sum(s.empathy_acknowledged) filter (where s.empathy_latency_ms is not null), 0) as latencies_ms, count(s.opportunity_index) as indexed,
           coalesce(sum(s.open_share_part) filter (where s.open_share_whole is not null), 0) as open_share_part,
           coalesce(sum(s.open_share_whole) filter (where s.open_share_part is not null), 0) as open_share_whole,
           coalesce(sum(s.explored_share_part) filter (where s.explored_share_whole is not null), 0) as explored_share_part,
           coalesce(sum(s.explored_share_whole) filter (where s.explored_share_part is not null), 0) as explored_share_whole,
           coalesce(sum(s.acknowledged_share_part) filter (where s.acknowledged_share_whole is not null), 0) as acknowledged_share_part,
           coalesce(sum(s.acknowledged_share_whole) filter (where s.acknowledged_share_part is not null), 0) as acknowledged_share_whole,
           coalesce(sum(s.needs_asked_part) filter (where s.needs_asked_whole is not null), 0) as needs_asked_part,
           coalesce(sum(s.needs_asked_whole) filter (where s.needs_asked_part is not null), 0) as needs_asked_whole,
           coalesce(sum(s.agent_turns), 0) as agent_turns, coalesce(sum(s.customer_turns), 0) as customer_turns,
           coalesce(sum(s.questions_open), 0) as questions_open, coalesce(sum(s.questions_closed), 0) as questions_closed,
           coalesce(sum(s.needs), 0) as needs, coalesce(sum(s.understandings), 0) as understandings,
           coalesce(sum(s.opportunity_cues), 0) as opportunity_cues, coalesce(sum(s.opportunity_explored), 0) as opportunity_explored,
           coalesce(sum(s.opportunity_answered), 0) as opportunity_answered, coalesce(sum(s.opportunity_missed), 0) as opportunity_missed,
           coalesce(sum(s.empathy_cues), 0) as empathy_cues, coalesce(sum(s.empathy_acknowledged), 0) as empathy_acknowledged,
           coalesce(sum(s.empathy_gaps), 0) as empathy_gaps, coalesce(sum(s.empathy_latency_turns), 0) as empathy_latency_turns,
           coalesce(sum(s.empathy_latency_ms), 0) as empathy_latency_ms, coalesce(sum(s.apologies), 0) as apologies,
           coalesce(sum(s.reassurances), 0) as reassurances, coalesce(sum(s.personal), 0) as personal,
           coalesce(sum(s.advice), 0) as advice, coalesce(sum(s.offers), 0) as offers, coalesce(sum(s.goodwill), 0) as goodwill,
           coalesce(sum(s.flexibility_yes), 0) as flexibility_yes, coalesce(sum(s.flexibility_no), 0) as flexibility_no,
           coalesce(sum(s.commitments), 0) as commitments, coalesce(sum(s.churn_cues), 0) as churn_cues,
           coalesce(sum(s.retention_attempts), 0) as retention_attempts, coalesce(sum(s.satisfaction_cues), 0) as satisfaction_cues,
           coalesce(sum(s.effort_cues), 0) as effort_cues, coalesce(sum(s.agent_talk_ms), 0) as agent_talk_ms,
           coalesce(sum(s.customer_talk_ms), 0) as customer_talk_ms, coalesce(sum(s.non_talk_ms), 0) as non_talk_ms,
           coalesce(sum(s.cross_talk_ms), 0) as cross_talk_ms, coalesce(sum(s.longest_agent_ms), 0) as longest_agent_ms,
           coalesce(sum(s.longest_customer_ms), 0) as longest_customer_ms, coalesce(sum(s.agent_words), 0) as agent_words,
           coalesce(sum(s.customer_words), 0) as customer_words, coalesce(sum(s.response_ms), 0) as response_ms,
           coalesce(sum(s.responses), 0) as responses
          from samtale.conversation_score s join samtale.conversation c using (conversation_id)
          where coalesce(c.ended_at, c.started_at) is not null and s.score_set = c.score_set group by 1, 2, 3, 4, 5) as t) as o;
comment on view samtale.computed_opportunity is 'rollup_opportunity as the facts have it; sums that are 0 are left out.';

create view samtale.computed_outcome as
    with piece as (
        select s.conversation_id, p.what, p.amount
        from samtale.survey s cross join lateral (select
            s.csat is not null and s.csat_min < s.csat_max and s.csat between s.csat_min and s.csat_max as csat_there,
            s.ces is not null and s.ces_min < s.ces_max and s.ces between s.ces_min and s.ces_max as ces_there) as t
        cross join lateral (values
            ('surveys', 1::bigint), ('nps_n', (s.nps is not null)::integer), ('nps_promoters', (s.nps >= 9)::integer), ('nps_detractors', (s.nps <= 6)::integer),
            ('csat_n', t.csat_there::integer), ('csat_top', (t.csat_there and s.csat >= s.csat_max - 1)::integer),
            ('csat_ppm', case when t.csat_there then div((s.csat - s.csat_min) * 1000000::bigint, s.csat_max - s.csat_min)::bigint end),
            ('ces_n', t.ces_there::integer),
            ('ces_ppm', case when t.ces_there then case when s.ces_reversed then 1000000 else 0 end + case when s.ces_reversed then -1 else 1 end
                             * div((s.ces - s.ces_min) * 1000000::bigint, s.ces_max - s.ces_min)::bigint end)) as p(what, amount)
        union all
        select o.conversation_id, p.what, p.amount
        from samtale.outcome o cross join lateral (values
            ('resolved_n', (o.resolved is not null)::integer::bigint), ('resolved', o.resolved::integer), ('churned_n', (o.churned is not null)::integer),
            ('churned', o.churned::integer), ('winback_n', (o.winback is not null)::integer), ('winback', o.winback::integer),
            ('sold_n', (o.sold is not null)::integer), ('sold', o.sold::integer)) as p(what, amount)
    )
    select queue_id, half_hour, channel, jsonb_object_agg(what, amount) as sums
    from (select c.queue_id, samtale.half_hour_of(coalesce(c.ended_at, c.started_at)) as half_hour, c.channel, p.what, sum(p.amount) as amount
          from piece p join samtale.conversation c using (conversation_id)
          where coalesce(c.ended_at, c.started_at) is not null group by 1, 2, 3, 4 having sum(p.amount) <> 0) as s
    group by 1, 2, 3;
comment on view samtale.computed_outcome is 'rollup_outcome as the facts have it; sums that are 0 are left out.';

create function samtale.verify_rollups() returns table (rollup text, key text, stored jsonb, computed jsonb) language plpgsql stable
    set search_path = pg_catalog, pg_temp as $$
declare
    r record;
begin
    for r in select * from (values ('half_hour', 'queue_id,half_hour,channel'), ('opportunity', 'queue_id,half_hour,score_set,language,channel'),
                                   ('outcome', 'queue_id,half_hour,channel')) as t(name, keys)
    loop
        return query execute format($q$
            select %1$L::text, coalesce(s.key, c.key)::text, s.sums, c.sums
            from (select (select jsonb_object_agg(e.key, e.value) from jsonb_each(to_jsonb(t)) e where e.key = any (string_to_array(%2$L, ','))) as key,
                         (select jsonb_object_agg(e.key, e.value) from jsonb_each(to_jsonb(t)) e
                          where e.key <> all (string_to_array(%2$L, ',')) and e.value <> '0') as sums
                  from samtale.rollup_%1$s t) as s
            full join (select (select jsonb_object_agg(e.key, e.value) from jsonb_each(to_jsonb(t)) e where e.key = any (string_to_array(%2$L, ','))) as key,
                              t.sums
                       from samtale.computed_%1$s t) as c on c.key = s.key
            where s.sums is distinct from c.sums $q$, r.name, r.keys);
    end loop;
end
$$;
comment on function samtale.verify_rollups is 'Rows of the rollups that are not what the facts give: none, unless something is wrong.';
grant select on samtale.computed_half_hour, samtale.computed_opportunity, samtale.computed_outcome to samtale_daemon;
comment on column samtale.computed_half_hour.queue_id is 'As in rollup_half_hour.';
comment on column samtale.computed_half_hour.half_hour is 'As in rollup_half_hour.';
comment on column samtale.computed_half_hour.channel is 'As in rollup_half_hour.';
comment on column samtale.computed_half_hour.sums is 'Sums by the names of the columns of rollup_half_hour.';
comment on column samtale.computed_opportunity.queue_id is 'As in rollup_opportunity.';
comment on column samtale.computed_opportunity.half_hour is 'As in rollup_opportunity.';
comment on column samtale.computed_opportunity.score_set is 'As in rollup_opportunity.';
comment on column samtale.computed_opportunity.language is 'As in rollup_opportunity.';
comment on column samtale.computed_opportunity.channel is 'As in rollup_opportunity.';
comment on column samtale.computed_opportunity.sums is 'Sums by the names of the columns of rollup_opportunity.';
comment on column samtale.computed_outcome.queue_id is 'As in rollup_outcome.';
comment on column samtale.computed_outcome.half_hour is 'As in rollup_outcome.';
comment on column samtale.computed_outcome.channel is 'As in rollup_outcome.';
comment on column samtale.computed_outcome.sums is 'Sums by the names of the columns of rollup_outcome.';
