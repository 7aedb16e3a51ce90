-- 0005: schema bi, first cut: facts and dimensions for reports. No turn text, no quotes, no external ids of customers.
-- The views belong to samtale_bi_owner, who is subject to row security; the policies ask who is asking.
set local role samtale_bi_owner;

create view bi.queue with (security_barrier) as
    select queue_id, name, service_level_ms, short_abandon_ms from samtale.queue;
create view bi.team with (security_barrier) as
    select team_id, name from samtale.team;
create view bi.source with (security_barrier) as
    select source_id, name from samtale.source;
create view bi.rule with (security_barrier) as
    select rule_id, name from samtale.rule;
create view bi.score_set with (security_barrier) as
    select score_set, version, packs, shown, created_at from samtale.score_set;

create view bi.conversation with (security_barrier) as
    select c.conversation_id, c.source_id, c.queue_id, c.started_at, c.ended_at,
           samtale.channel_name(c.channel) as channel, samtale.direction_name(c.direction) as direction,
           samtale.language_name(c.language) as language, samtale.consent_name(c.consent) as consent,
           samtale.disposition_name(c.disposition) as disposition, samtale.quality_name(c.started_quality) as started_quality,
           c.wait_ms, c.talk_ms, c.hold_ms, c.wrap_ms, c.handle_ms, c.transfers, c.turns, c.scored, c.unscored_reason, c.score_set,
           c.opportunity_index, c.missed, c.gaps, c.customer_since,
           case when not c.distress then encode(c.customer_key, 'hex') end as customer
    from samtale.conversation c;

create view bi.leg with (security_barrier) as
    select l.conversation_id, l.n, l.queue_id, l.team_id, l.queued_at, l.answered_at, l.ended_at, l.wait_ms, l.talk_ms, l.hold_ms, l.wrap_ms,
           l.service_level_ms, samtale.disposition_name(l.disposition) as disposition, samtale.transfer_name(l.transfer) as transfer
    from samtale.leg l;

create view bi.finding with (security_barrier) as
    select f.conversation_id, f.score_set, (m.n - 1)::integer as n, m.turn, samtale.label_name(m.label) as label,
           coalesce(samtale.role_name(p.role), 'unknown') as role, p.team_id, m.rule_id, m.weight
    from samtale.finding f
    cross join lateral unnest(f.turns, f.labels, f.parties, f.rule_ids, f.weights) with ordinality as m(turn, label, party, rule_id, weight, n)
    left join samtale.party p on p.conversation_id = f.conversation_id and p.n = m.party;

create view bi.moment with (security_barrier) as
    select m.conversation_id, m.score_set, (e.n - 1)::integer as n, samtale.moment_kind_name(e.kind) as kind, samtale.label_name(e.cue) as cue,
           samtale.met_name(e.met) as met, e.cue_turn, e.answer_turn, e.latency_turns, e.latency_ms
    from samtale.moment m
    cross join lateral unnest(m.kinds, m.cues, m.mets, m.cue_turns, m.answer_turns, m.latencies_turns, m.latencies_ms) with ordinality
        as e(kind, cue, met, cue_turn, answer_turn, latency_turns, latency_ms, n);

create view bi.conversation_score with (security_barrier) as
    select * from samtale.conversation_score;

create view bi.survey with (security_barrier) as
    select conversation_id, part_id, answered_at, nps, csat, csat_min, csat_max, ces, ces_min, ces_max, ces_reversed from samtale.survey;

create view bi.outcome with (security_barrier) as
    select conversation_id, part_id, happened_at, resolved, churned, winback, sold, amount_minor, currency from samtale.outcome;

create view bi.queue_half_hour with (security_barrier) as
    select r.queue_id, r.half_hour, samtale.channel_name(r.channel) as channel, r.offered, r.answered, r.abandoned, r.short_abandoned, r.flowed_out,
           r.answered_in, r.abandoned_in, r.wait_answered_ms, r.wait_abandoned_ms, r.waits_answered, r.waits_abandoned,
           r.handled, r.talk_ms, r.hold_ms, r.wrap_ms, r.held, r.transferred, r.conversations, r.with_transcript, r.scored, r.with_roles
    from samtale.rollup_half_hour r;

create view bi.opportunity_half_hour with (security_barrier) as
    select samtale.channel_name(r.channel) as channel_name, samtale.language_name(r.language) as language_name, r.*
    from samtale.rollup_opportunity r;

create view bi.outcome_half_hour with (security_barrier) as
    select samtale.channel_name(r.channel) as channel_name, r.* from samtale.rollup_outcome r;

create view bi.transcript with (security_barrier) as
    select p.conversation_id, p.part_id, p.version, p.body from samtale.part p where p.kind = 2;

comment on view bi.queue is 'Queues.';
comment on view bi.team is 'Teams.';
comment on view bi.source is 'Systems that send messages.';
comment on view bi.rule is 'Patterns and models that carry findings.';
comment on view bi.score_set is 'Versions of the scorer.';
comment on view bi.conversation is 'One row a conversation. customer: pseudonym, null where distress was heard.';
comment on view bi.leg is 'Queue entries; queue figures count these.';
comment on view bi.finding is 'Marks: which behaviour in which turn, without its words.';
comment on view bi.moment is 'Customers'' cues and what came of them.';
comment on view bi.conversation_score is 'Measures of scored conversations.';
comment on view bi.survey is 'Survey answers.';
comment on view bi.outcome is 'Outcomes.';
comment on view bi.queue_half_hour is 'Efficiency lens: sums a queue, half hour (UTC) and channel.';
comment on view bi.opportunity_half_hour is 'Opportunity lens: sums a queue, half hour (UTC), scorer version, language and channel.';
comment on view bi.outcome_half_hour is 'Surveys and outcomes: sums a queue, half hour (UTC) and channel.';
comment on view bi.transcript is 'Masked transcripts as native JSON; needs the role samtale_bi_text, which nobody has at first.';

-- Every column says what the column behind it says; those that are made here are described by their view.
reset role;
do $$
declare
    c record;
begin
    for c in
        select v.relname as view, a.attname as name, a.attnum,
               coalesce((select string_agg(distinct col_description(t.oid, ta.attnum), ' ')
                         from pg_class t join pg_namespace tn on tn.oid = t.relnamespace and tn.nspname = 'samtale'
                         join pg_attribute ta on ta.attrelid = t.oid and ta.attnum > 0 and not ta.attisdropped
                         where ta.attname in (regexp_replace(a.attname, '^(channel|language)_name$', '\1'), a.attname || 's', regexp_replace(a.attname, '^latency_', 'latencies_')) -- packed: the plural
                           and t.oid in (select d.refobjid from pg_rewrite w join pg_depend d on d.objid = w.oid and d.classid = 'pg_rewrite'::regclass
                                         where w.ev_class = v.oid and d.refclassid = 'pg_class'::regclass and d.refobjsubid = ta.attnum)),
                        case a.attname when 'n' then 'From 0, in order of turn.' when 'customer' then 'Pseudonym of the customer, the same across conversations; null: unknown, or distress was heard.' end) as said
        from pg_class v join pg_namespace n on n.oid = v.relnamespace and n.nspname = 'bi'
        join pg_attribute a on a.attrelid = v.oid and a.attnum > 0
        where v.relkind = 'v'
    loop
        execute format('comment on column bi.%I.%I is %L', c.view, c.name, c.said);
    end loop;
end
$$;
set local role samtale_bi_owner;

grant select on bi.queue, bi.team, bi.source, bi.rule, bi.score_set, bi.conversation, bi.leg, bi.finding, bi.moment, bi.conversation_score,
    bi.survey, bi.outcome, bi.queue_half_hour, bi.opportunity_half_hour, bi.outcome_half_hour to samtale_bi;
grant select on bi.transcript to samtale_bi_text;
