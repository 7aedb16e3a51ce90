-- 0006: what the HTTP interface answers. Ratios are made here and nowhere else, from sums; each stands with the sums it was made of.
-- Functions run with the caller's rights (samtale_api), so that row security decides what of a conversation shows.
set local role samtale_owner;

-- ---- figures: JSON as text; json_build_object took six times as long, and an overview holds a thousand of them ---------
create function samtale.figure_count(value float8) returns text language sql immutable parallel safe
    return '{"value":' || coalesce(value::text, 'null') || ',"unit":"count","numerator":null,"denominator":null}';
comment on function samtale.figure_count is 'A count as the HTTP interface shows it; null: not measured.';

create function samtale.figure_ratio(part float8, whole float8, unit text) returns text language sql immutable parallel safe
    return '{"value":' || coalesce((part / nullif(whole, 0))::text, 'null') || ',"unit":"' || unit || '","numerator":' || coalesce(part::text, 'null')
           || ',"denominator":' || coalesce(whole::text, 'null') || '}';
comment on function samtale.figure_ratio is 'A ratio of sums with its sums; its value is null where there was nothing to divide by.';

create function samtale.figure_variant(part float8, whole float8, unit text, variant text) returns text language sql immutable parallel safe
    return left(samtale.figure_ratio(part, whole, unit), -1) || ',"variant":"' || variant || '"}';
comment on function samtale.figure_variant is 'As figure_ratio, with the name of the definition that was used.';

-- ---- sums of one group, and the two lenses made of them ---------------------------------------------------------------
-- live_: of channels where somebody waits on the line (voice, video, chat), or of the channels that were asked for: the hours that a mail
-- lies are no speed of answer.
create type samtale.efficiency_sums as (
    offered float8, answered float8, abandoned float8, short_abandoned float8, handled float8, talk_ms float8, hold_ms float8, wrap_ms float8,
    transferred float8, conversations float8, live_offered float8, live_abandoned float8, live_short_abandoned float8, live_flowed_out float8,
    live_answered_in float8, live_abandoned_in float8, live_wait_answered_ms float8, live_waits_answered float8, live_waits_abandoned float8,
    with_transcript float8, with_roles float8);
comment on type samtale.efficiency_sums is 'Sums of samtale.rollup_half_hour over a group.';

create type samtale.opportunity_sums as (
    scored float8, latencies_ms float8, open_share_part float8, open_share_whole float8, explored_share_part float8, explored_share_whole float8,
    acknowledged_share_part float8, acknowledged_share_whole float8, needs_asked_part float8, needs_asked_whole float8, opportunity_cues float8,
    opportunity_explored float8, opportunity_answered float8, opportunity_missed float8, empathy_cues float8, empathy_acknowledged float8,
    empathy_gaps float8, empathy_latency_turns float8, empathy_latency_ms float8, agent_talk_ms float8, customer_talk_ms float8,
    non_talk_ms float8, cross_talk_ms float8);
comment on type samtale.opportunity_sums is 'Sums of samtale.rollup_opportunity over a group.';

-- Weighted mean of those components that can be measured, from summed components; docs/measures.md.
create function samtale.figure_index(o samtale.opportunity_sums, weights float8[], components_min integer) returns text language sql immutable parallel safe
    return (select '{"value":' || coalesce((case when x.n >= components_min then 100 * x.part / nullif(x.whole, 0) end)::text, 'null')
                   || ',"unit":"index","numerator":' || case when x.n > 0 then x.part::text else 'null' end
                   || ',"denominator":' || case when x.n > 0 then x.whole::text else 'null' end || '}'
            from (select (a.a is not null)::integer + (a.b is not null)::integer + (a.c is not null)::integer + (a.d is not null)::integer as n,
                         coalesce(weights[1] * a.a, 0) + coalesce(weights[2] * a.b, 0) + coalesce(weights[3] * a.c, 0) + coalesce(weights[4] * a.d, 0) as part,
                         case when a.a is not null then weights[1] else 0 end + case when a.b is not null then weights[2] else 0 end
                         + case when a.c is not null then weights[3] else 0 end + case when a.d is not null then weights[4] else 0 end as whole
                  from (select (o).open_share_part / nullif((o).open_share_whole, 0) as a, (o).explored_share_part / nullif((o).explored_share_whole, 0) as b,
                               (o).acknowledged_share_part / nullif((o).acknowledged_share_whole, 0) as c,
                               (o).needs_asked_part / nullif((o).needs_asked_whole, 0) as d) as a) as x);
comment on function samtale.figure_index is 'Opportunity index 0-100 of a group; null when fewer than components_min components could be measured.';

-- ---- the figures: each is defined here, once; the functions below and the views of schema bi are made of these rows ---------
create table samtale.figure (
    lens text not null,
    n integer not null,
    name text not null,
    unit text not null,
    part text not null,
    whole text,
    said text not null,
    primary key (lens, name)
);
comment on table samtale.figure is 'Definitions of figures: value = part / whole, both made of sums. docs/measures.md is printed from here.';
comment on column samtale.figure.lens is 'efficiency, opportunity; service_level: its definitions, of which one is shown as efficiency.service_level; outcome.';
comment on column samtale.figure.n is 'Its place in the lens.';
comment on column samtale.figure.name is 'Stable name.';
comment on column samtale.figure.unit is 'count, ratio, s (seconds), turns or points.';
comment on column samtale.figure.part is 'Numerator, SQL over the sums s; the count itself when whole is null.';
comment on column samtale.figure.whole is 'Denominator; 0: not measured. Null: a count.';
comment on column samtale.figure.said is 'What it is.';
-- Only legs whose wait is known count towards the service level: an unknown wait is not a long one.
insert into samtale.figure (lens, n, name, unit, part, whole, said) values
    ('service_level', 1, 'answered_only', 'ratio', 's.live_answered_in', 's.live_waits_answered', 'Answered within the threshold, of the answered (Asterisk).'),
    ('service_level', 2, 'abandons_in_denominator', 'ratio', 's.live_answered_in', 's.live_waits_answered + s.live_waits_abandoned',
        'Answered within the threshold, of answered and abandoned (Genesys).'),
    ('service_level', 3, 'minus_short_abandons', 'ratio', 's.live_answered_in', 's.live_waits_answered + greatest(s.live_waits_abandoned - s.live_short_abandoned, 0)',
        'The same, short abandons left out (Genesys, RingCentral).'),
    ('service_level', 4, 'plus_flowouts', 'ratio', 's.live_answered_in', 's.live_waits_answered + s.live_waits_abandoned + s.live_flowed_out',
        'Answered within the threshold, of answered, abandoned and flowed out (Genesys, Vonage).'),
    ('service_level', 5, 'abandoned_ignored', 'ratio', 's.live_answered_in', 's.live_waits_answered + s.live_waits_abandoned - s.live_abandoned_in',
        'Answered within the threshold; who left within it counts nowhere (Cisco).'),
    ('service_level', 6, 'abandoned_negative', 'ratio', 's.live_answered_in', 's.live_waits_answered + s.live_waits_abandoned',
        'Who left within the threshold was not served (Cisco).'),
    ('service_level', 7, 'abandoned_positive', 'ratio', 's.live_answered_in + s.live_abandoned_in', 's.live_waits_answered + s.live_waits_abandoned',
        'Who left within the threshold counts as served (Cisco; Asterisk).');
insert into samtale.figure (lens, n, name, unit, part, whole, said) values
    ('efficiency', 1, 'offered', 'count', 's.offered', null, 'Entries into a queue, in the interval of queueing.'),
    ('efficiency', 2, 'answered', 'count', 's.answered', null, 'Entries answered, in the interval of completion.'),
    ('efficiency', 3, 'abandoned', 'count', 's.abandoned', null, 'Entries abandoned, short ones too.'),
    ('efficiency', 4, 'short_abandoned', 'count', 's.short_abandoned', null, 'Of these, within the queue''s short-abandon limit.'),
    ('efficiency', 5, 'handled', 'count', 's.handled', null, 'Answered entries whose talk is known, outbound ones too.'),
    ('efficiency', 6, 'transferred', 'count', 's.transferred', null, 'Answered entries that ended by a transfer.'),
    ('efficiency', 8, 'asa', 's', 's.live_wait_answered_ms / 1000', 's.live_waits_answered', 'Average speed of answer: waits of answered entries; waits of abandons are left out.'),
    ('efficiency', 9, 'abandon_rate', 'ratio', 's.live_abandoned', 's.live_offered', 'Abandoned of offered.'),
    ('efficiency', 10, 'aht', 's', '(s.talk_ms + s.hold_ms + s.wrap_ms) / 1000', 's.handled', 'Average handle time: talk, hold and wrap-up of handled entries.'),
    ('efficiency', 11, 'average_talk', 's', 's.talk_ms / 1000', 's.handled', 'Talk without hold, by handled entries.'),
    ('efficiency', 12, 'average_hold', 's', 's.hold_ms / 1000', 's.handled', 'Hold by all handled entries, held or not.'),
    ('efficiency', 13, 'average_wrap', 's', 's.wrap_ms / 1000', 's.handled', 'After-call work by handled entries.'),
    ('efficiency', 14, 'transfer_rate', 'ratio', 's.transferred', 's.answered', 'Transferred of answered.');
-- Records carry no language: conversations are not measured for some of them.
insert into samtale.figure (lens, n, name, unit, part, whole, said) values
    ('opportunity', 1, 'conversations', 'count', 'case when not one_language then e.conversations end', null, 'Conversations that ended; not measured for one language.'),
    ('opportunity', 2, 'scored', 'count', 's.scored', null, 'Of these, scored.'),
    ('opportunity', 3, 'scored_share', 'ratio', 's.scored', 'case when not one_language then e.conversations end', 'Scored of conversations.'),
    ('opportunity', 4, 'transcript_share', 'ratio', 'e.with_transcript', 'case when not one_language then e.conversations end', 'Conversations with a transcript.'),
    ('opportunity', 5, 'role_share', 'ratio', 'e.with_roles', 'case when not one_language then e.conversations end', 'Conversations with a transcript in which it is known who spoke.'),
    ('opportunity', 7, 'open_share', 'ratio', 's.open_share_part', 's.open_share_whole', 'Turns with an open question, of turns with a question.'),
    ('opportunity', 8, 'explored_share', 'ratio', 's.explored_share_part', 's.explored_share_whole', 'Openings explored, of openings with an occasion.'),
    ('opportunity', 9, 'acknowledged_share', 'ratio', 's.acknowledged_share_part', 's.acknowledged_share_whole', 'Cues of hardship acknowledged, of such cues with an occasion.'),
    ('opportunity', 10, 'needs_asked', 'ratio', 's.needs_asked_part', 's.needs_asked_whole', 'Conversations in which the need was asked for.'),
    ('opportunity', 11, 'opportunity_cues', 'count', 'case when s.scored > 0 then s.opportunity_cues end', null, 'Openings given.'),
    ('opportunity', 12, 'opportunity_explored', 'count', 'case when s.scored > 0 then s.opportunity_explored end', null, 'Openings met by a question about the need.'),
    ('opportunity', 13, 'opportunity_answered', 'count', 'case when s.scored > 0 then s.opportunity_answered end', null, 'Openings met by advice or an offer only.'),
    ('opportunity', 14, 'opportunity_missed', 'count', 'case when s.scored > 0 then s.opportunity_missed end', null, 'Openings not met.'),
    ('opportunity', 15, 'missed_share', 'ratio', 's.opportunity_missed', 's.explored_share_whole', 'Openings not met, of openings with an occasion.'),
    ('opportunity', 16, 'empathy_cues', 'count', 'case when s.scored > 0 then s.empathy_cues end', null, 'Cues of distress or frustration.'),
    ('opportunity', 17, 'empathy_acknowledged', 'count', 'case when s.scored > 0 then s.empathy_acknowledged end', null, 'Such cues that were acknowledged.'),
    ('opportunity', 18, 'empathy_gaps', 'count', 'case when s.scored > 0 then s.empathy_gaps end', null, 'Such cues that were not.'),
    ('opportunity', 19, 'empathy_latency_turns', 'turns', 's.empathy_latency_turns', 's.empathy_acknowledged', 'Passages of the agent up to an acknowledgement.'),
    ('opportunity', 20, 'empathy_latency', 's', 's.empathy_latency_ms / 1000', 's.latencies_ms', 'Time up to an acknowledgement, where times are known.'),
    ('opportunity', 21, 'agent_talk_share', 'ratio', 's.agent_talk_ms', 's.agent_talk_ms + s.customer_talk_ms', 'Speech of agents, of all speech.'),
    ('opportunity', 22, 'non_talk_share', 'ratio', 's.non_talk_ms', 's.agent_talk_ms + s.customer_talk_ms - s.cross_talk_ms + s.non_talk_ms',
        'Time in which nobody speaks, of all time between first and last word.');

-- One expression a lens: a call of figure_ratio for each figure took twice as long as all else.
do $$
declare
    made text;
    r record;
begin
    for r in select f.lens, string_agg(case when f.name = 'index' then $f$,"index":' || samtale.figure_index(s, weights, components_min) || '$f$ else format($f$,"%s":{"value":' || coalesce((%s)::text, 'null') || ',"unit":"%s","numerator":%s,"denominator":%s%s}$f$, f.name,
                        case when f.whole is null then f.part else format('(%s) / nullif(%s, 0)', f.part, f.whole) end, f.unit,
                        case when f.whole is null then 'null' else format($f$' || coalesce((%s)::text, 'null') || '$f$, f.part) end,
                        case when f.whole is null then 'null' else format($f$' || coalesce((%s)::text, 'null') || '$f$, f.whole) end,
                        case when f.variant then $f$,"variant":"' || variant || '"$f$ else '' end) end, '' order by f.n) as json
             from (select f.lens, f.n, f.name, f.unit, f.part, f.whole, false as variant from samtale.figure f where f.lens <> 'service_level'
                   union all
                   select 'efficiency', 7, 'service_level', 'ratio', 'case variant ' || string_agg(format('when %L then %s', f.name, f.part), ' ' order by f.n) || ' end',
                          'case variant ' || string_agg(format('when %L then %s', f.name, f.whole), ' ' order by f.n) || ' end', true
                   from samtale.figure f where f.lens = 'service_level'
                   union all
                   select 'opportunity', 6, 'index', 'index', '', null, false) as f group by f.lens
    loop
        if r.lens = 'efficiency' then
            execute format($f$create function samtale.efficiency(s samtale.efficiency_sums, variant text) returns text language plpgsql immutable parallel safe as
                $b$ begin return '{%s}'; end $b$ $f$, substr(r.json, 2));
        else
            execute format($f$create function samtale.opportunity(s samtale.opportunity_sums, e samtale.efficiency_sums, one_language boolean, weights float8[],
                components_min integer) returns text language plpgsql immutable parallel safe as
                $b$ begin return '{%s}'; end $b$ $f$, substr(r.json, 2));
        end if;
    end loop;
end
$$;
comment on function samtale.efficiency is 'The efficiency lens of a group, JSON; its service level by a named definition.';
comment on function samtale.opportunity is 'The opportunity lens of a group, JSON.';

-- ---- days ---------------------------------------------------------------------------------------------------------
create function samtale.utc_text(at timestamptz) returns text language sql immutable parallel safe
    return to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"');
comment on function samtale.utc_text is 'RFC 3339, whole seconds, UTC.';

create type samtale.day_range as (first_day date, last_day date);
comment on type samtale.day_range is 'Days of the site''s time zone, both included.';

-- Defaults and limits of from and to. SAM03: from is after to; SAM02: more days than most.
create function samtale.day_range_of(from_day date, to_day date, zone text, most integer) returns samtale.day_range
    language plpgsql stable parallel safe
as $$
declare
    r samtale.day_range;
begin
    r.last_day := coalesce(to_day, (now() at time zone zone)::date);
    r.first_day := coalesce(from_day, r.last_day - 27);
    if r.first_day > r.last_day then
        raise exception 'from % is after to %', r.first_day, r.last_day using errcode = 'SAM03';
    end if;
    if r.last_day - r.first_day + 1 > most then
        raise exception '% days are asked for, % are possible', r.last_day - r.first_day + 1, most using errcode = 'SAM02';
    end if;
    return r;
end
$$;
comment on function samtale.day_range_of is 'From and to as asked for, with defaults: today, and 27 days before to.';

-- Starts of the intervals and, last, the end of the range. A day is a day of the zone: 23 or 25 hours long where the clock changes.
create function samtale.interval_starts(days samtale.day_range, zone text, step text) returns timestamptz[] language sql stable parallel safe
    return case step
        when 'half_hour' then (select array_agg(t order by t) from generate_series((days).first_day::timestamp at time zone zone,
                                   ((days).last_day + 1)::timestamp at time zone zone, interval '30 minutes') as t)
        else (select array_agg(d::timestamp at time zone zone order by d) from generate_series((days).first_day, (days).last_day + 1, interval '1 day') as d
              where step = 'day' or d::date in ((days).first_day, (days).last_day + 1) or extract(isodow from d) = 1) end;
comment on function samtale.interval_starts is 'Boundaries of half hours, days or weeks (from Monday) of a range; the last one is the end.';

-- ---- overview -----------------------------------------------------------------------------------------------------
-- One row for each interval (queue_id null), each queue (slot null) and the whole (both null).
create function samtale.overview_groups(starts timestamptz[], queue_ids integer[], channels integer[], languages integer[], live integer[])
    returns table (slot integer, queue_id integer, e samtale.efficiency_sums, o samtale.opportunity_sums) language plpgsql stable parallel safe
    -- the planner cannot know that spans are few and short, and would read all half hours there are; a generic plan took twice to five times as long
    set jit = off set plan_cache_mode = force_custom_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
#variable_conflict use_column
declare
    -- levels have rows of all channels too, -1 of the live ones and -2 of the others, and of all languages: a sixth as many
    every_channel constant boolean := channels is null and live = '{1,2,5}';
    every_language constant boolean := every_channel and languages is null;
begin
    live := case when every_channel then live || -1 else live end;
    -- plpgsql, so that starts is a value: inlined, it would be computed again for every row
    return query
    with spans as materialized (
        select l.starts_at, l.ends_at, l.slot from samtale.level_spans(starts) as l
    ), half_hours as materialized (
        select r.slot, r.queue_id,
               sum(r.offered::float8) as offered, sum(r.answered::float8) as answered, sum(r.abandoned::float8) as abandoned, sum(r.short_abandoned::float8) as short_abandoned,
               sum(r.handled::float8) as handled, sum(r.talk_ms::float8) as talk_ms, sum(r.hold_ms::float8) as hold_ms, sum(r.wrap_ms::float8) as wrap_ms,
               sum(r.transferred::float8) as transferred, sum(r.conversations::float8) as conversations,
               sum(r.offered::float8) filter (where r.channel = any (live)) as live_offered,
               sum(r.abandoned::float8) filter (where r.channel = any (live)) as live_abandoned,
               sum(r.short_abandoned::float8) filter (where r.channel = any (live)) as live_short_abandoned,
               sum(r.flowed_out::float8) filter (where r.channel = any (live)) as live_flowed_out,
               sum(r.answered_in::float8) filter (where r.channel = any (live)) as live_answered_in,
               sum(r.abandoned_in::float8) filter (where r.channel = any (live)) as live_abandoned_in,
               sum(r.wait_answered_ms::float8) filter (where r.channel = any (live)) as live_wait_answered_ms,
               sum(r.waits_answered::float8) filter (where r.channel = any (live)) as live_waits_answered,
               sum(r.waits_abandoned::float8) filter (where r.channel = any (live)) as live_waits_abandoned,
               sum(r.with_transcript::float8) as with_transcript, sum(r.with_roles::float8) as with_roles
        from (select s.slot, r.queue_id, r.channel, r.offered, r.answered, r.abandoned, r.short_abandoned, r.handled, r.talk_ms, r.hold_ms, r.wrap_ms,
                   r.transferred, r.conversations, r.flowed_out, r.answered_in, r.abandoned_in, r.wait_answered_ms, r.waits_answered,
                   r.waits_abandoned, r.with_transcript, r.with_roles
              from spans s join samtale.level_half_hour r on r.starts_at = s.starts_at and r.channel >= case when every_channel then -2 else 0 end
                   and r.channel <= case when every_channel then -1 else 32767 end
              where s.slot is not null
              union all
              select width_bucket(r.half_hour, starts), r.queue_id, r.channel, r.offered, r.answered, r.abandoned, r.short_abandoned, r.handled, r.talk_ms, r.hold_ms, r.wrap_ms,
                   r.transferred, r.conversations, r.flowed_out, r.answered_in, r.abandoned_in, r.wait_answered_ms, r.waits_answered,
                   r.waits_abandoned, r.with_transcript, r.with_roles
              from spans s join samtale.rollup_half_hour r on r.half_hour >= s.starts_at and r.half_hour < s.ends_at where s.slot is null) as r
        where (queue_ids is null or r.queue_id = any (queue_ids)) and (channels is null or r.channel = any (channels))
        group by 1, 2
    ), moments as materialized (
        select r.slot, r.queue_id,
               sum(r.scored::float8) as scored, sum(r.latencies_ms::float8) as latencies_ms, sum(r.open_share_part::float8) as open_share_part,
               sum(r.open_share_whole::float8) as open_share_whole, sum(r.explored_share_part::float8) as explored_share_part,
               sum(r.explored_share_whole::float8) as explored_share_whole, sum(r.acknowledged_share_part::float8) as acknowledged_share_part,
               sum(r.acknowledged_share_whole::float8) as acknowledged_share_whole, sum(r.needs_asked_part::float8) as needs_asked_part,
               sum(r.needs_asked_whole::float8) as needs_asked_whole, sum(r.opportunity_cues::float8) as opportunity_cues,
               sum(r.opportunity_explored::float8) as opportunity_explored, sum(r.opportunity_answered::float8) as opportunity_answered,
               sum(r.opportunity_missed::float8) as opportunity_missed, sum(r.empathy_cues::float8) as empathy_cues,
               sum(r.empathy_acknowledged::float8) as empathy_acknowledged, sum(r.empathy_gaps::float8) as empathy_gaps,
               sum(r.empathy_latency_turns::float8) as empathy_latency_turns, sum(r.empathy_latency_ms::float8) as empathy_latency_ms,
               sum(r.agent_talk_ms::float8) as agent_talk_ms, sum(r.customer_talk_ms::float8) as customer_talk_ms, sum(r.non_talk_ms::float8) as non_talk_ms,
               sum(r.cross_talk_ms::float8) as cross_talk_ms
        from (select s.slot, r.queue_id, r.channel, r.language, r.score_set, r.scored, r.latencies_ms, r.open_share_part, r.open_share_whole,
                   r.explored_share_part, r.explored_share_whole, r.acknowledged_share_part, r.acknowledged_share_whole, r.needs_asked_part,
                   r.needs_asked_whole, r.opportunity_cues, r.opportunity_explored, r.opportunity_answered, r.opportunity_missed, r.empathy_cues,
                   r.empathy_acknowledged, r.empathy_gaps, r.empathy_latency_turns, r.empathy_latency_ms, r.agent_talk_ms, r.customer_talk_ms,
                   r.non_talk_ms, r.cross_talk_ms
              from spans s join samtale.level_opportunity r on r.starts_at = s.starts_at and r.channel >= case when every_language then -1 else 0 end
                   and r.channel <= case when every_language then -1 else 32767 end where s.slot is not null
              union all
              select width_bucket(r.half_hour, starts), r.queue_id, r.channel, r.language, r.score_set, r.scored, r.latencies_ms, r.open_share_part, r.open_share_whole,
                   r.explored_share_part, r.explored_share_whole, r.acknowledged_share_part, r.acknowledged_share_whole, r.needs_asked_part,
                   r.needs_asked_whole, r.opportunity_cues, r.opportunity_explored, r.opportunity_answered, r.opportunity_missed, r.empathy_cues,
                   r.empathy_acknowledged, r.empathy_gaps, r.empathy_latency_turns, r.empathy_latency_ms, r.agent_talk_ms, r.customer_talk_ms,
                   r.non_talk_ms, r.cross_talk_ms
              from spans s join samtale.rollup_opportunity r on r.half_hour >= s.starts_at and r.half_hour < s.ends_at where s.slot is null) as r
        where (queue_ids is null or r.queue_id = any (queue_ids)) and (channels is null or r.channel = any (channels))
          and (languages is null or r.language = any (languages))
          and r.score_set in (select s.score_set from samtale.score_set s where s.shown)
        group by 1, 2
    ), efficiency as (
        select h.slot, h.queue_id, row(coalesce(sum(h.offered), 0), coalesce(sum(h.answered), 0), coalesce(sum(h.abandoned), 0), coalesce(sum(h.short_abandoned), 0),
                   coalesce(sum(h.handled), 0), coalesce(sum(h.talk_ms), 0), coalesce(sum(h.hold_ms), 0), coalesce(sum(h.wrap_ms), 0),
                   coalesce(sum(h.transferred), 0), coalesce(sum(h.conversations), 0), coalesce(sum(h.live_offered), 0),
                   coalesce(sum(h.live_abandoned), 0), coalesce(sum(h.live_short_abandoned), 0), coalesce(sum(h.live_flowed_out), 0),
                   coalesce(sum(h.live_answered_in), 0), coalesce(sum(h.live_abandoned_in), 0), coalesce(sum(h.live_wait_answered_ms), 0),
                   coalesce(sum(h.live_waits_answered), 0), coalesce(sum(h.live_waits_abandoned), 0),
                   coalesce(sum(h.with_transcript), 0), coalesce(sum(h.with_roles), 0))::samtale.efficiency_sums as e
        from half_hours h group by grouping sets ((h.slot), (h.queue_id), ())
    ), opportunity as (
        select m.slot, m.queue_id, row(coalesce(sum(m.scored), 0), coalesce(sum(m.latencies_ms), 0), coalesce(sum(m.open_share_part), 0),
                   coalesce(sum(m.open_share_whole), 0), coalesce(sum(m.explored_share_part), 0), coalesce(sum(m.explored_share_whole), 0),
                   coalesce(sum(m.acknowledged_share_part), 0), coalesce(sum(m.acknowledged_share_whole), 0), coalesce(sum(m.needs_asked_part), 0),
                   coalesce(sum(m.needs_asked_whole), 0), coalesce(sum(m.opportunity_cues), 0), coalesce(sum(m.opportunity_explored), 0),
                   coalesce(sum(m.opportunity_answered), 0), coalesce(sum(m.opportunity_missed), 0), coalesce(sum(m.empathy_cues), 0),
                   coalesce(sum(m.empathy_acknowledged), 0), coalesce(sum(m.empathy_gaps), 0), coalesce(sum(m.empathy_latency_turns), 0),
                   coalesce(sum(m.empathy_latency_ms), 0), coalesce(sum(m.agent_talk_ms), 0), coalesce(sum(m.customer_talk_ms), 0),
                   coalesce(sum(m.non_talk_ms), 0), coalesce(sum(m.cross_talk_ms), 0))::samtale.opportunity_sums as o
        from moments m group by grouping sets ((m.slot), (m.queue_id), ())
    )
    select coalesce(x.slot, y.slot), coalesce(x.queue_id, y.queue_id), x.e, y.o
    from efficiency x
    full join opportunity y on coalesce(x.slot, -1) = coalesce(y.slot, -1) and coalesce(x.queue_id, -1) = coalesce(y.queue_id, -1);
end
$$;
comment on function samtale.overview_groups is 'Sums of both lenses by interval, by queue and in all. live: channels where somebody waits on the line.';

create function samtale.channel_names(channels integer[]) returns text[] language sql immutable parallel safe
    return (select coalesce(array_agg(samtale.channel_name(c::smallint) order by c), '{}') from unnest(channels) as c);
comment on function samtale.channel_names is 'Names of channels.';

create type samtale.overview_question as (
    days samtale.day_range, zone text, step text, queues text[], queue_ids integer[], channels integer[], languages integer[], live integer[], variant text,
    weights float8[], components_min integer);
comment on type samtale.overview_question is 'What an overview is asked for, with defaults filled in.';

-- Both lenses by interval ("series", n from 1), by queue ("queue") and in all ("total").
create function samtale.overview_rows(q samtale.overview_question)
    returns table (kind text, n integer, starts_at timestamptz, ends_at timestamptz, queue text, efficiency text, opportunity text)
    language sql stable parallel safe
begin atomic
    with boundaries as materialized (
        select samtale.interval_starts((q).days, (q).zone, (q).step) as starts
    ), groups as materialized (
        select g.slot, g.queue_id, g.e, g.o from boundaries b, samtale.overview_groups(b.starts, (q).queue_ids, (q).channels, (q).languages, (q).live) as g
    ), nothing as materialized (
        select row(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)::samtale.efficiency_sums as e,
               row(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)::samtale.opportunity_sums as o
    ), shown as (
        select 'series' as kind, i as n, b.starts[i] as starts_at, b.starts[i + 1] as ends_at, null::text as queue, g.e, g.o
        from boundaries b cross join generate_series(1, cardinality(b.starts) - 1) as i left join groups g on g.slot = i
        union all
        select 'queue', null, null, null, nullif(k.name, ''), g.e, g.o from groups g join samtale.queue k using (queue_id)
        union all
        select 'total', null, null, null, null, g.e, g.o from groups g where g.slot is null and g.queue_id is null
    )
    select s.kind, s.n, s.starts_at, s.ends_at, s.queue, samtale.efficiency(coalesce(s.e, z.e), (q).variant),
           samtale.opportunity(coalesce(s.o, z.o), coalesce(s.e, z.e), (q).languages is not null, (q).weights, (q).components_min)
    from shown s cross join nothing z;
end;
comment on function samtale.overview_rows is 'The rows of an overview.';

create function samtale.overview_question_of(from_day date, to_day date, zone text, step text, queues text[], channels integer[], languages integer[],
                                             variant text, weights float8[], components_min integer) returns samtale.overview_question
    language sql stable parallel safe /* 1 voice, 2 chat, 5 video */
    return row(samtale.day_range_of(from_day, to_day, zone, case step when 'half_hour' then 14 when 'day' then 800 else 3700 end), zone, step, queues,
               case when queues is not null then coalesce((select array_agg(k.queue_id) from samtale.queue k where k.name = any (queues)), '{}') end,
               channels, languages, coalesce(channels, '{1,2,5}'), variant, weights, components_min)::samtale.overview_question;
comment on function samtale.overview_question_of is 'The question of an overview, with default days. Errors as day_range_of.';

create function samtale.overview(q samtale.overview_question) returns text language sql stable parallel safe
begin atomic
    with answered as materialized (select r.kind, r.n, r.starts_at, r.ends_at, r.queue, r.efficiency, r.opportunity from samtale.overview_rows(q) as r),
    head as (
        select left(json_build_object(
            'from', ((q).days).first_day, 'to', ((q).days).last_day, 'time_zone', (q).zone, 'interval', (q).step,
            'filter', json_build_object('queue', coalesce((q).queues, '{}'), 'channel', samtale.channel_names(coalesce((q).channels, '{}')),
                'language', coalesce((select array_agg(samtale.language_name(l::smallint)) from unnest((q).languages) as l), '{}')),
            'variant', json_build_object('service_level', (q).variant,
                'threshold_s', (select case when min(k.service_level_ms) = max(k.service_level_ms) then min(k.service_level_ms) / 1000.0 end from samtale.queue k
                                where k.queue_id <> 0 and ((q).queue_ids is null or k.queue_id = any ((q).queue_ids))),
                'wait_channels', samtale.channel_names((q).live),
                'scorer', (select s.version from samtale.score_set s where s.shown order by s.score_set desc limit 1)))::text, -1) as text
    )
    select h.text
        || ',"totals":' || (select '{"efficiency":' || a.efficiency || ',"opportunity":' || a.opportunity || '}' from answered a where a.kind = 'total')
        || ',"series":[' || coalesce((select string_agg('{"start":"' || samtale.utc_text(a.starts_at) || '","end":"' || samtale.utc_text(a.ends_at)
               || '","efficiency":' || a.efficiency || ',"opportunity":' || a.opportunity || '}', ',' order by a.n) from answered a where a.kind = 'series'), '')
        || '],"queues":[' || coalesce((select string_agg('{"queue":' || coalesce(to_json(a.queue)::text, 'null')
               || ',"efficiency":' || a.efficiency || ',"opportunity":' || a.opportunity || '}', ',' order by a.queue) from answered a where a.kind = 'queue'), '')
        || ']}'
    from head h;
end;
comment on function samtale.overview is 'GET /v1/overview, JSON.';

-- ---- CSV ----------------------------------------------------------------------------------------------------------
create function samtale.csv_text(value text) returns text language sql immutable parallel safe
    return case when value ~ E'^[=+@\t\r\n\uff1d\uff0b\uff0d\uff20-]' then '"''' || replace(value, '"', '""') || '"'
                when value ~ '[",\r\n]' then '"' || replace(value, '"', '""') || '"' else coalesce(value, '') end;
comment on function samtale.csv_text is 'A field of RFC 4180. An apostrophe stands before what a spreadsheet would take for a formula (OWASP, CSV injection).';

-- A count is one field; a ratio is three: value, numerator, denominator.
create function samtale.csv_figures(lens json) returns text language sql immutable parallel safe
    return (select string_agg(case when f.value ->> 'unit' = 'count' then coalesce(f.value ->> 'value', '')
                                   else concat(f.value ->> 'value', ',', f.value ->> 'numerator', ',', f.value ->> 'denominator') end, ',' order by f.i)
            from json_each(lens) with ordinality as f(key, value, i));
comment on function samtale.csv_figures is 'Fields of all figures of a lens.';

create function samtale.csv_figure_names(lens json) returns text language sql immutable parallel safe
    return (select string_agg(case when f.value ->> 'unit' = 'count' then f.key else concat(f.key, ',', f.key, '_numerator,', f.key, '_denominator') end, ','
                              order by f.i)
            from json_each(lens) with ordinality as f(key, value, i));
comment on function samtale.csv_figure_names is 'Names of the fields of csv_figures.';

create function samtale.overview_csv(q samtale.overview_question, kind text) returns text language sql stable parallel safe
begin atomic
    with answered as materialized (select r.kind, r.n, r.starts_at, r.ends_at, r.queue, r.efficiency, r.opportunity from samtale.overview_rows(q) as r)
    select (select case overview_csv.kind when 'series' then 'start,end,' else 'queue,' end || samtale.csv_figure_names(a.efficiency::json) || ','
                   || samtale.csv_figure_names(a.opportunity::json) || E'\r\n' from answered a where a.kind = 'total')
           || coalesce((select string_agg(concat(case overview_csv.kind when 'series' then samtale.utc_text(a.starts_at) || ',' || samtale.utc_text(a.ends_at)
                                                 else samtale.csv_text(a.queue) end, ',', samtale.csv_figures(a.efficiency::json), ',',
                                                 samtale.csv_figures(a.opportunity::json), E'\r\n'), '' order by a.n, a.queue)
                        from answered a where a.kind = overview_csv.kind), '');
end;
comment on function samtale.overview_csv is 'GET /v1/overview?format=csv: kind is series or queue.';

-- ---- conversations ------------------------------------------------------------------------------------------------
create function samtale.flag_names(flags integer) returns text[] language sql immutable parallel safe
    return (select coalesce(array_agg(f.name order by f.bit), '{}') from (values (0, 'no_record'), (1, 'no_transcript'), (2, 'conflict'), (3, 'clock_skew'),
                (4, 'role_derived'), (5, 'role_unknown'), (6, 'no_times'), (7, 'documentation_only'), (8, 'refused'), (9, 'repaired')) as f(bit, name)
            where flags & (1 << f.bit) <> 0);
comment on function samtale.flag_names is 'Names of the bits of enum sam_flag.';

create function samtale.figure_index_of(value real) returns json language sql immutable parallel safe
    return json_build_object('value', value, 'unit', 'index', 'numerator', null, 'denominator', null);
comment on function samtale.figure_index_of is 'The index of one conversation; its components say what it was made of.';

create type samtale.conversation_question as (
    days samtale.day_range, zone text, queues text[], channels integer[], languages integer[], scored boolean, missed boolean, gap boolean, undated boolean,
    after_at timestamptz, after_id bigint, most integer);
comment on type samtale.conversation_question is 'What a list of conversations is asked for.';

create function samtale.conversation_matches(q samtale.conversation_question) returns setof samtale.conversation language sql stable parallel safe
begin atomic
    select c.* from samtale.conversation c
    where case when (q).undated then c.started_at is null
               else c.started_at >= ((q).days).first_day::timestamp at time zone (q).zone
                    and c.started_at < (((q).days).last_day + 1)::timestamp at time zone (q).zone end
      and ((q).queues is null or c.queue_id in (select k.queue_id from samtale.queue k where k.name = any ((q).queues))
           or exists (select from samtale.leg l join samtale.queue k using (queue_id)
                      where l.conversation_id = c.conversation_id and k.name = any ((q).queues)))
      and ((q).channels is null or c.channel = any ((q).channels))
      and ((q).languages is null or c.language = any ((q).languages))
      and ((q).scored is null or c.scored = (q).scored)
      and ((q).missed is null or (coalesce(c.missed, 0) > 0) = (q).missed)
      and ((q).gap is null or (coalesce(c.gaps, 0) > 0) = (q).gap)
      and ((q).after_id is null or case when (q).undated then c.conversation_id < (q).after_id
                                        else (c.started_at, c.conversation_id) < ((q).after_at, (q).after_id) end)
    order by c.started_at desc, c.conversation_id desc
    limit (q).most;
end;
comment on function samtale.conversation_matches is 'Conversations that a question asks for, newest first.';

create function samtale.conversation_item(c samtale.conversation) returns json language sql stable parallel safe
    return (select json_build_object(
        'id', (c).conversation_id::text, 'source', s.name, 'external_id', (c).external_id,
        'started_at', samtale.utc_text((c).started_at), 'ended_at', samtale.utc_text((c).ended_at),
        'channel', samtale.channel_name((c).channel), 'direction', samtale.direction_name((c).direction), 'language', samtale.language_name((c).language),
        'queues', coalesce((select array_agg(k.name order by k.n) from (select k.name, min(l.n) as n from samtale.leg l join samtale.queue k using (queue_id)
                            where l.conversation_id = (c).conversation_id and k.name <> '' group by k.name) as k), '{}'),
        'teams', coalesce((select array_agg(t.name order by t.name) from samtale.team t where t.team_id = any ((c).team_ids)), '{}'),
        'disposition', samtale.disposition_name((c).disposition), 'transfers', (c).transfers,
        'wait_ms', (c).wait_ms, 'talk_ms', (c).talk_ms, 'handle_ms', (c).handle_ms,
        'scored', (c).scored, 'not_scored_because', (c).unscored_reason, 'index', samtale.figure_index_of((c).opportunity_index),
        'opportunity_missed', (c).missed, 'opportunity_cues', o.opportunity_cues, 'empathy_gaps', (c).gaps, 'empathy_cues', o.empathy_cues,
        'flags', samtale.flag_names((c).flags))
    from samtale.source s
    left join samtale.conversation_score o on o.conversation_id = (c).conversation_id and o.score_set = (c).score_set
    where s.source_id = (c).source_id);
comment on function samtale.conversation_item is 'A conversation in a list.';

create function samtale.conversation_csv(item json) returns text language sql immutable parallel safe
    return concat_ws(',', item ->> 'id', samtale.csv_text(item ->> 'source'), samtale.csv_text(item ->> 'external_id'), coalesce(item ->> 'started_at', ''),
        coalesce(item ->> 'ended_at', ''), item ->> 'channel', item ->> 'direction', item ->> 'language',
        samtale.csv_text((select string_agg(k, '; ') from json_array_elements_text(item -> 'queues') as k)),
        samtale.csv_text((select string_agg(t, '; ') from json_array_elements_text(item -> 'teams') as t)),
        item ->> 'disposition', coalesce(item ->> 'transfers', ''), coalesce(item ->> 'wait_ms', ''), coalesce(item ->> 'talk_ms', ''),
        coalesce(item ->> 'handle_ms', ''), item ->> 'scored', coalesce(item ->> 'not_scored_because', ''), coalesce(item -> 'index' ->> 'value', ''),
        coalesce(item ->> 'opportunity_missed', ''), coalesce(item ->> 'opportunity_cues', ''), coalesce(item ->> 'empathy_gaps', ''),
        coalesce(item ->> 'empathy_cues', ''));
comment on function samtale.conversation_csv is 'A conversation in a list as fields of RFC 4180.';

-- ---- one conversation ---------------------------------------------------------------------------------------------
-- The stored turns, each with the party that findings speak of: found by the agent's id, else as the only one of its role.
create function samtale.transcript_json(id bigint) returns json language sql stable parallel safe
begin atomic
    with body as materialized (
        select p.part_id, p.body::json as j from samtale.part p where p.conversation_id = transcript_json.id and p.kind = 2
    ), people as materialized (
        select p.n, p.role, a.name, count(*) over (partition by p.role) as alike
        from samtale.party p left join samtale.agent a using (agent_id) where p.conversation_id = transcript_json.id
    ), speakers as materialized (
        select b.part_id, s.i - 1 as i, coalesce(s.party ->> 'role', 'unknown') as role,
               coalesce((select w.n from people w where w.name = s.party ->> 'id' limit 1),
                        (select w.n from people w where w.alike = 1 and samtale.role_name(w.role) = s.party ->> 'role')) as n
        from body b, json_array_elements(b.j -> 'parties') with ordinality as s(party, i)
    )
    select json_build_object('turns', json_agg(json_build_object(
               'i', (t.turn ->> 'i')::integer,
               'party', coalesce(s.n, (select w.n from people w where s.i is null and w.alike = 1 and samtale.role_name(w.role) = t.turn ->> 'speaker')),
               'role', coalesce(s.role, t.turn ->> 'speaker', 'unknown'),
               'start_ms', (t.turn ->> 'start_ms')::bigint, 'end_ms', (t.turn ->> 'end_ms')::bigint, 'text', t.turn -> 'text') order by b.part_id, t.i))
    from body b cross join json_array_elements(b.j -> 'turns') with ordinality as t(turn, i)
    left join speakers s on s.part_id = b.part_id and s.i = (t.turn ->> 'party')::integer
    having count(*) > 0;
end;
comment on function samtale.transcript_json is 'Turns of a conversation as stored (masked); null when it has none.';

create function samtale.api_names(agent integer, team integer) returns boolean language sql stable parallel safe
    return agent = any (samtale.api_agents())
        or coalesce(current_setting('samtale.agent_names', true) = 'shown', false) and (samtale.api_all() or team = any (samtale.api_teams()));
comment on function samtale.api_names is 'Whether the caller of the HTTP interface sees the name of an agent who was of a team (setting samtale.agent_names).';

create function samtale.conversation_json(c samtale.conversation, zone text) returns json language sql stable parallel safe
    return (select json_build_object(
        'id', (c).conversation_id::text, 'source', s.name, 'external_id', (c).external_id,
        'started_at', samtale.utc_text((c).started_at), 'ended_at', samtale.utc_text((c).ended_at), 'time_zone', zone,
        'channel', samtale.channel_name((c).channel), 'direction', samtale.direction_name((c).direction),
        'language', samtale.language_name((c).language), 'declared_language', samtale.language_name((c).declared_language),
        'consent', samtale.consent_name((c).consent), 'purpose', (c).purpose, 'customer_since', (c).customer_since,
        'disposition', samtale.disposition_name((c).disposition), 'transfers', (c).transfers,
        'wait_ms', (c).wait_ms, 'talk_ms', (c).talk_ms, 'hold_ms', (c).hold_ms, 'wrap_ms', (c).wrap_ms, 'handle_ms', (c).handle_ms,
        'flags', samtale.flag_names((c).flags),
        'names_hidden', exists (select from samtale.party p where p.conversation_id = (c).conversation_id and p.agent_id is not null
                                and not samtale.api_names(p.agent_id, p.team_id))
                        or exists (select from samtale.leg l where l.conversation_id = (c).conversation_id and l.agent_id is not null
                                   and not samtale.api_names(l.agent_id, l.team_id)),
        'legs', (select coalesce(json_agg(json_build_object('n', l.n, 'queue', nullif(k.name, ''), 'agent', case when samtale.api_names(l.agent_id, l.team_id) then coalesce(nullif(a.display_name, ''), a.name) end,
                    'team', t.name, 'queued_at', samtale.utc_text(l.queued_at), 'answered_at', samtale.utc_text(l.answered_at), 'ended_at', samtale.utc_text(l.ended_at),
                    'wait_ms', l.wait_ms, 'talk_ms', l.talk_ms, 'hold_ms', l.hold_ms, 'wrap_ms', l.wrap_ms,
                    'disposition', samtale.disposition_name(l.disposition), 'transfer', samtale.transfer_name(l.transfer)) order by l.n), '[]')
                 from samtale.leg l join samtale.queue k using (queue_id) left join samtale.agent a on a.agent_id = l.agent_id
                 left join samtale.team t on t.team_id = l.team_id where l.conversation_id = (c).conversation_id),
        'parties', (select coalesce(json_agg(json_build_object('n', p.n, 'role', samtale.role_name(p.role),
                        'name', case when samtale.api_names(p.agent_id, p.team_id) then coalesce(nullif(a.display_name, ''), a.name) end, 'team', t.name)
                        order by p.n), '[]')
                    from samtale.party p left join samtale.agent a on a.agent_id = p.agent_id left join samtale.team t on t.team_id = p.team_id
                    where p.conversation_id = (c).conversation_id),
        'transcript', samtale.transcript_json((c).conversation_id),
        'findings', (select coalesce(json_agg(json_build_object('turn', m.turn, 'party', m.party, 'label', samtale.label_name(m.label),
                        'start', m.span_start, 'end', m.span_end, 'rule', r.name, 'weight', m.weight) order by m.turn, m.span_start, m.n), '[]')
                     from samtale.finding f
                     cross join lateral unnest(f.turns, f.parties, f.labels, f.span_starts, f.span_ends, f.rule_ids, f.weights) with ordinality
                         as m(turn, party, label, span_start, span_end, rule_id, weight, n)
                     join samtale.rule r using (rule_id)
                     where f.conversation_id = (c).conversation_id and f.score_set = (c).score_set),
        'moments', (select coalesce(json_agg(json_build_object('kind', samtale.moment_kind_name(e.kind), 'cue', samtale.label_name(e.cue),
                        'met', samtale.met_name(e.met), 'cue_turn', e.cue_turn, 'answer_turn', e.answer_turn, 'latency_turns', e.latency_turns,
                        'latency_ms', e.latency_ms, 'suggestion', e.suggestion) order by e.cue_turn, e.n), '[]')
                    from samtale.moment m
                    cross join lateral unnest(m.kinds, m.cues, m.mets, m.cue_turns, m.answer_turns, m.latencies_turns, m.latencies_ms, m.suggestions)
                        with ordinality as e(kind, cue, met, cue_turn, answer_turn, latency_turns, latency_ms, suggestion, n)
                    where m.conversation_id = (c).conversation_id and m.score_set = (c).score_set),
        'measures', coalesce((select json_object_agg(x.key, x.value order by x.i) from json_each(row_to_json(o)) with ordinality as x(key, value, i)
                     where x.key not in ('conversation_id', 'score_set', 'language', 'opportunity_index') and x.key !~ '_(part|whole)$'), '{}'),
        'opportunity', json_build_object('scored', (c).scored, 'not_scored_because', (c).unscored_reason,
            'index', samtale.figure_index_of((c).opportunity_index),
            'components', json_build_object('open_share', samtale.figure_ratio(o.open_share_part, o.open_share_whole, 'ratio')::json,
                'explored_share', samtale.figure_ratio(o.explored_share_part, o.explored_share_whole, 'ratio')::json,
                'acknowledged_share', samtale.figure_ratio(o.acknowledged_share_part, o.acknowledged_share_whole, 'ratio')::json,
                'needs_asked', samtale.figure_ratio(o.needs_asked_part, o.needs_asked_whole, 'ratio')::json)),
        'scorer', (select json_build_object('version', x.version, 'packs', x.packs -> 'packs', 'scored_at', samtale.utc_text((c).updated_at))
                   from samtale.score_set x where x.score_set = (c).score_set and o.conversation_id is not null),
        'surveys', (select coalesce(json_agg(json_build_object('id', v.part_id, 'answered_at', samtale.utc_text(v.answered_at), 'nps', v.nps,
                        'csat', case when v.csat is not null then json_build_object('score', v.csat, 'min', v.csat_min, 'max', v.csat_max) end,
                        'ces', case when v.ces is not null then json_build_object('score', v.ces, 'min', v.ces_min, 'max', v.ces_max, 'reversed', v.ces_reversed) end)
                        order by v.answered_at, v.part_id), '[]') from samtale.survey v where v.conversation_id = (c).conversation_id),
        'outcomes', (select coalesce(json_agg(json_build_object('id', w.part_id, 'at', samtale.utc_text(w.happened_at), 'resolved', w.resolved, 'churned', w.churned,
                        'winback', w.winback, 'sold', w.sold, 'amount_minor', w.amount_minor, 'currency', w.currency) order by w.happened_at, w.part_id), '[]')
                     from samtale.outcome w where w.conversation_id = (c).conversation_id))
    from samtale.source s
    left join samtale.conversation_score o on o.conversation_id = (c).conversation_id and o.score_set = (c).score_set
    where s.source_id = (c).source_id);
comment on function samtale.conversation_json is 'GET /v1/conversations/{id}.';
