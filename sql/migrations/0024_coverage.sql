-- 0024: coverage: how much of what happened can be seen. A record without its transcript, or a transcript without its record, waits for the other; after
-- [sources] incomplete_after it is incomplete, which is a figure of its own and never a zero in another. An entry that nobody answered has no words to wait for.
set local role samtale_owner;
alter table samtale.site add column incomplete_after interval not null default interval '2 days' check (incomplete_after > interval '0');
comment on column samtale.site.incomplete_after is '[sources] incomplete_after: a conversation that ended longer ago and still lacks record or transcript is incomplete.';

alter table samtale.site add column short_abandons jsonb not null default '{}';
comment on column samtale.site.short_abandons is '[short_abandons]: queue -> ms; a queue that is not in it has its own limit.';

create function samtale.lacks(flags integer, disposition smallint) returns text language sql immutable parallel safe
    return case when flags & 1 <> 0 then 'record' when flags & 2 <> 0 and disposition = 1 then 'transcript' end;
comment on function samtale.lacks is 'What a conversation still waits for: record, transcript (only where it was answered), or nothing (null).';

create function samtale.incomplete(c samtale.conversation) returns text language sql stable parallel safe
    return case when coalesce((c).ended_at, (c).started_at, (c).updated_at) < now() - (select s.incomplete_after from samtale.site s)
                then samtale.lacks((c).flags, (c).disposition) end;
comment on function samtale.incomplete is 'What a conversation lacks though it ended longer ago than [sources] incomplete_after; null: nothing, or it still waits.';

-- ---- lists --------------------------------------------------------------------------------------------------------
alter type samtale.conversation_question add attribute derived boolean, add attribute incomplete boolean;

-- $1 the question, $2 and $3 when it begins and ends, $4 to $6 numbers of its queues, channels and languages. Those are
-- smallint already: a cast is no index condition under row security, which must come before whatever might fail, and the walk over time came back.
-- Plans are made for each question: what is not asked for is not in the query.
create or replace function samtale.conversation_matches(q samtale.conversation_question) returns setof samtale.conversation language plpgsql stable parallel safe set jit = off as $$
declare
    queue_ids constant integer[] := case when q.queues is not null then array(select k.queue_id from samtale.queue k where k.name = any (q.queues)) end;
    channels constant smallint[] := coalesce(q.channels, '{0,1,2,3,4,5,6,7}')::smallint[];
    languages constant smallint[] := coalesce(q.languages, '{0,1,2,3,4,5,6,7}')::smallint[];
    newest constant text := ' order by c.started_at desc, c.conversation_id desc limit ' || q.most;
    within text := ' c.started_at >= $2 and c.started_at < $3';
    wanted text := '';
    source text;
begin
    if q.after_id is not null then
        within := within || ' and (c.started_at, c.conversation_id) < (($1).after_at, ($1).after_id)';
    end if;
    wanted := concat(case when q.scored is not null then ' and c.scored = ($1).scored' end,
                     case when q.missed is not null then format(' and %s coalesce(c.missed, 0) > 0', case when not q.missed then 'not' end) end,
                     case when q.gap is not null then format(' and %s coalesce(c.gaps, 0) > 0', case when not q.gap then 'not' end) end,
                     case when q.derived is not null then format(' and %s c.flags & 16 <> 0', case when not q.derived then 'not' end) end,
                     case when q.incomplete is not null then format(' and samtale.incomplete(c) is %s null', case when q.incomplete then 'not' end) end,
                     case when q.quadrant is not null then ' and samtale.quadrant_of(c, ($1).zone) = ($1).quadrant' end);
    if q.undated then
        source := concat('select c.* from samtale.conversation c where c.started_at is null', wanted, case when q.after_id is not null then ' and c.conversation_id < ($1).after_id' end,
                         case when q.queues is not null then ' and (c.queue_id = any ($4) or exists (select from samtale.leg l where l.conversation_id = c.conversation_id and l.queue_id = any ($4)))' end, case when q.channels is not null then ' and c.channel = any ($5)' end,
                         case when q.languages is not null then ' and c.language = any ($6)' end, newest);
    elsif q.queues is null and q.channels is null and q.languages is null then
        source := concat('select c.* from samtale.conversation c where ', within, wanted, newest);
    else
        source := concat('select t.* from (select c.* from (select c.* from ', case when q.queues is null then '(select k.queue_id from samtale.queue k)' else 'unnest($4)' end, ' as a(queue_id), ',
                         'unnest($5) as b(channel), unnest($6) as d(language) cross join lateral (select c.conversation_id, c.started_at from samtale.conversation c ',
                         'where c.queue_id = a.queue_id and c.channel = b.channel and c.language = d.language and ', within, wanted, newest, ') as c',
                         case when q.queues is not null then concat(' union all select c.* from (select c.conversation_id, c.started_at from samtale.conversation c where c.flags & 32768 <> 0 and c.queue_id <> all ($4) and ',
                             'exists (select from samtale.leg l where l.conversation_id = c.conversation_id and l.queue_id = any ($4))',
                             case when q.channels is not null then ' and c.channel = any ($5)' end, case when q.languages is not null then ' and c.language = any ($6)' end,
                             ' and ', within, wanted, newest, ') as c') end, ') as c', newest, ') as c join samtale.conversation t using (conversation_id) order by t.started_at desc, t.conversation_id desc');
    end if;
    return query execute source using q, (q.days).first_day::timestamp at time zone q.zone, ((q.days).last_day + 1)::timestamp at time zone q.zone, queue_ids, channels, languages;
end
$$;

-- ---- figures --------------------------------------------------------------------------------------------------------
create function samtale.coverage_figures(conversations bigint, with_transcript bigint, with_roles bigint, derived bigint, scored bigint, no_record bigint, no_transcript bigint,
    waiting bigint) returns jsonb language sql immutable parallel safe
    return jsonb_build_object(
        'conversations', samtale.figure_count(conversations)::jsonb,
        'transcript_share', samtale.figure_ratio(with_transcript, conversations, 'ratio')::jsonb,
        'role_share', samtale.figure_ratio(with_roles, conversations, 'ratio')::jsonb,
        'derived_share', samtale.figure_ratio(derived, with_transcript, 'ratio')::jsonb,
        'scored_share', samtale.figure_ratio(scored, conversations, 'ratio')::jsonb,
        'incomplete', samtale.figure_count(no_record + no_transcript)::jsonb,
        'without_record', samtale.figure_count(no_record)::jsonb,
        'without_transcript', samtale.figure_count(no_transcript)::jsonb,
        'waiting', samtale.figure_count(waiting)::jsonb);
comment on function samtale.coverage_figures is 'Counts of coverage as figures of the HTTP interface.';

create function samtale.coverage(days samtale.day_range, zone text, queues text[], channels integer[]) returns text language sql stable parallel safe
begin atomic
    with sums as materialized (
        select (c.started_at at time zone zone)::date as day, count(*) as conversations, count(*) filter (where c.turns > 0) as with_transcript,
               count(*) filter (where c.turns > 0 and c.flags & 32 = 0) as with_roles, count(*) filter (where c.turns > 0 and c.flags & 16 <> 0) as derived,
               count(*) filter (where c.scored) as scored, count(*) filter (where i.lacks = 'record') as no_record,
               count(*) filter (where i.lacks = 'transcript') as no_transcript,
               count(*) filter (where i.lacks is null and samtale.lacks(c.flags, c.disposition) is not null) as waiting
        from samtale.conversation c cross join lateral (select samtale.incomplete(c) as lacks) as i
        where c.started_at >= (days).first_day::timestamp at time zone zone and c.started_at < ((days).last_day + 1)::timestamp at time zone zone
          and (queues is null or c.queue_id in (select k.queue_id from samtale.queue k where k.name = any (queues)))
          and (channels is null or c.channel = any (channels))
        group by 1
    )
    select jsonb_build_object('from', (days).first_day, 'to', (days).last_day, 'time_zone', zone,
        'incomplete_after_s', (select extract(epoch from s.incomplete_after)::bigint from samtale.site s),
        'totals', (select samtale.coverage_figures(coalesce(sum(s.conversations), 0)::bigint, coalesce(sum(s.with_transcript), 0)::bigint, coalesce(sum(s.with_roles), 0)::bigint,
                       coalesce(sum(s.derived), 0)::bigint, coalesce(sum(s.scored), 0)::bigint, coalesce(sum(s.no_record), 0)::bigint,
                       coalesce(sum(s.no_transcript), 0)::bigint, coalesce(sum(s.waiting), 0)::bigint) from sums s),
        'series', (select coalesce(jsonb_agg(jsonb_build_object('start', s.day) || samtale.coverage_figures(s.conversations, s.with_transcript, s.with_roles, s.derived, s.scored,
                       s.no_record, s.no_transcript, s.waiting) order by s.day), '[]') from sums s))::text;
end;
comment on function samtale.coverage is 'GET /v1/coverage: by day, how many conversations have transcript, roles and a score, and how many are incomplete.';

-- ---- bi -----------------------------------------------------------------------------------------------------------------
grant execute on function samtale.lacks, samtale.incomplete, samtale.coverage, samtale.coverage_figures to samtale_api, samtale_daemon, samtale_bi_owner;
set local role samtale_bi_owner;
create view bi.coverage_day with (security_barrier) as
    select (c.started_at at time zone s.time_zone)::date as day, c.queue_id, samtale.channel_name(c.channel) as channel, count(*) as conversations,
           count(*) filter (where c.turns > 0) as with_transcript, count(*) filter (where c.turns > 0 and c.flags & 32 = 0) as with_roles,
           count(*) filter (where c.turns > 0 and c.flags & 16 <> 0) as with_derived_roles, count(*) filter (where c.scored) as scored,
           count(*) filter (where samtale.incomplete(c) = 'record') as without_record, count(*) filter (where samtale.incomplete(c) = 'transcript') as without_transcript,
           count(*) filter (where samtale.incomplete(c) is null and samtale.lacks(c.flags, c.disposition) is not null) as waiting
    from samtale.conversation c cross join samtale.site s where c.started_at is not null group by 1, 2, 3;
comment on view bi.coverage_day is 'How much of what happened can be seen: conversations of a day with transcript, roles and a score, and those that are incomplete.';
comment on column bi.coverage_day.day is 'Day of the site''s time zone on which they started.';
comment on column bi.coverage_day.queue_id is 'Queue of the leg that talked last, else of the last leg; 0: none.';
comment on column bi.coverage_day.channel is 'Channel.';
comment on column bi.coverage_day.conversations is 'All of them.';
comment on column bi.coverage_day.with_transcript is 'Of these, with a transcript.';
comment on column bi.coverage_day.with_roles is 'Of these, with a transcript in which it is known who spoke.';
comment on column bi.coverage_day.with_derived_roles is 'Of these, with a transcript in which a role was derived from hints, not stated.';
comment on column bi.coverage_day.scored is 'Of these, scored.';
comment on column bi.coverage_day.without_record is 'Incomplete: a transcript whose record has not come within [sources] incomplete_after.';
comment on column bi.coverage_day.without_transcript is 'Incomplete: answered, but no transcript has come within [sources] incomplete_after.';
comment on column bi.coverage_day.waiting is 'The same, but younger: the other part may still come.';
grant select on bi.coverage_day to samtale_bi;
