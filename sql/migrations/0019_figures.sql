-- 0019: the key figures that need whole conversations, counted at night as repeat contacts are: what the dialogue was worth, what its hours went to, quadrants by
-- dated thresholds, acknowledgements said word for word; and the answer of GET /v1/figures, made of the rows of samtale.figure as everything else.
set local role samtale_owner;

create function samtale.chore_since(name text) returns timestamptz language sql stable set search_path = pg_catalog, pg_temp as $$
    select c.done_at - c.took_ms * interval '1 millisecond' - interval '1 hour' from samtale.chore c where c.name = chore_since.name $$;
comment on function samtale.chore_since is 'From when on a nightly chore has to look at what was written; null: at everything.';
create function samtale.changed_day(name text, back integer) returns date language sql stable set search_path = pg_catalog, pg_temp as $$
    select (min(coalesce(c.ended_at, c.started_at)) at time zone (select s.time_zone from samtale.site s))::date - back
    from samtale.conversation c where samtale.chore_since(changed_day.name) is null or c.updated_at >= samtale.chore_since(changed_day.name) $$;
comment on function samtale.changed_day is 'The first day that a nightly chore has to count again, some days back from the earliest conversation written since; null: none.';

-- ---- what the dialogue was worth ------------------------------------------------------------------------------------
create table samtale.rollup_worth (
    day date not null,
    queue_id integer not null,
    channel smallint not null,
    kind smallint not null,
    met smallint not null,
    conversations bigint not null,
    sold_n bigint not null,
    sold bigint not null,
    resolved_n bigint not null,
    resolved bigint not null,
    churned_n bigint not null,
    churned bigint not null,
    nps_n bigint not null,
    nps_promoters bigint not null,
    nps_detractors bigint not null,
    repeat_n bigint not null,
    repeated bigint not null,
    primary key (day, queue_id, channel, kind, met)
);
comment on table samtale.rollup_worth is 'What followed conversations with a cue, by what came of it; a conversation counts once for each way its cues of a kind were met. Counted at night.';
comment on column samtale.rollup_worth.day is 'Day of the site''s zone, by completion.';
comment on column samtale.rollup_worth.queue_id is 'Queue of the conversation.';
comment on column samtale.rollup_worth.channel is 'samtale.channel_name().';
comment on column samtale.rollup_worth.kind is 'samtale.moment_kind_name().';
comment on column samtale.rollup_worth.met is 'samtale.met_name(); -1: any, each conversation once.';
comment on column samtale.rollup_worth.conversations is 'Conversations.';
comment on column samtale.rollup_worth.sold_n is 'Of these, with a known outcome of selling.';
comment on column samtale.rollup_worth.sold is 'Of these, something was sold.';
comment on column samtale.rollup_worth.resolved_n is 'Of these, known whether resolved.';
comment on column samtale.rollup_worth.resolved is 'Of these, resolved.';
comment on column samtale.rollup_worth.churned_n is 'Of these, known whether the customer left.';
comment on column samtale.rollup_worth.churned is 'Of these, the customer left.';
comment on column samtale.rollup_worth.nps_n is 'Of these, with an NPS answer, the last one.';
comment on column samtale.rollup_worth.nps_promoters is 'Answers of 9 and 10.';
comment on column samtale.rollup_worth.nps_detractors is 'Answers of 0 to 6.';
comment on column samtale.rollup_worth.repeat_n is 'Of these, inbound, of known customers, seven days ago or more.';
comment on column samtale.rollup_worth.repeated is 'Of these, followed by another contact within seven days.';

create function samtale.worth_count() returns bigint language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    zone text := (select s.time_zone from samtale.site s);
    first_day date := least(samtale.changed_day('worth', 8), (now() at time zone zone)::date - 9); -- windows that closed meanwhile
    counted bigint;
begin
    delete from samtale.rollup_worth w where w.day >= first_day;
    with cue as materialized (
        select distinct m.conversation_id, e.kind, x.met
        from samtale.moment m join samtale.conversation c on c.conversation_id = m.conversation_id and c.score_set = m.score_set
        cross join lateral unnest(m.kinds, m.mets) as e(kind, met) cross join lateral (values (e.met), (-1::smallint)) as x(met)
        where c.started_at >= (first_day - 1)::timestamp at time zone zone - interval '60 days'
    ), talk as materialized (
        select c.conversation_id, (coalesce(c.ended_at, c.started_at) at time zone zone)::date as day, c.queue_id, c.channel, o.sold, o.resolved, o.churned, v.nps,
               c.customer_key is not null and c.direction not in (2, 3) and coalesce(c.ended_at, c.started_at) < now() - interval '7 days' as window_closed,
               exists (select from samtale.conversation n where n.customer_key = c.customer_key and n.conversation_id <> c.conversation_id and n.direction not in (2, 3)
                       and n.started_at > coalesce(c.ended_at, c.started_at) and n.started_at <= coalesce(c.ended_at, c.started_at) + interval '7 days') as again
        from samtale.conversation c
        left join lateral (select bool_or(o.sold) as sold, bool_or(o.resolved) as resolved, bool_or(o.churned) as churned from samtale.outcome o
                           where o.conversation_id = c.conversation_id) as o on true
        left join lateral (select v.nps from samtale.survey v where v.conversation_id = c.conversation_id and v.nps is not null order by v.answered_at desc nulls last limit 1) as v on true
        where c.conversation_id in (select q.conversation_id from cue q) and (coalesce(c.ended_at, c.started_at) at time zone zone)::date >= first_day
    )
    insert into samtale.rollup_worth (day, queue_id, channel, kind, met, conversations, sold_n, sold, resolved_n, resolved, churned_n, churned, nps_n, nps_promoters, nps_detractors, repeat_n, repeated)
    select t.day, t.queue_id, t.channel, q.kind, q.met, count(*), count(t.sold), count(*) filter (where t.sold), count(t.resolved), count(*) filter (where t.resolved),
           count(t.churned), count(*) filter (where t.churned), count(t.nps), count(*) filter (where t.nps >= 9), count(*) filter (where t.nps <= 6),
           count(*) filter (where t.window_closed), count(*) filter (where t.window_closed and t.again)
    from cue q join talk t using (conversation_id) group by 1, 2, 3, 4, 5;
    select count(distinct w.day) into counted from samtale.rollup_worth w where w.day >= first_day;
    return counted;
end
$$;
comment on function samtale.worth_count is 'Counts what followed cues; how many days were counted again.';

-- ---- what the hours went to --------------------------------------------------------------------------------------------
create table samtale.rollup_use (
    day date not null,
    queue_id integer not null,
    channel smallint not null,
    conversations bigint not null,
    exploring_ms bigint not null,
    advising_ms bigint not null,
    informing_ms bigint not null,
    verifying_ms bigint not null,
    refusing_ms bigint not null,
    relating_ms bigint not null,
    listening_ms bigint not null,
    silence_ms bigint not null,
    hold_ms bigint not null,
    wait_ms bigint not null,
    primary key (day, queue_id, channel)
);
comment on table samtale.rollup_use is 'What dialogue hours went to: conversations with times of turns, by completion. Counted at night.';
comment on column samtale.rollup_use.day is 'Day of the site''s zone.';
comment on column samtale.rollup_use.queue_id is 'Queue of the conversation.';
comment on column samtale.rollup_use.channel is 'samtale.channel_name().';
comment on column samtale.rollup_use.conversations is 'Conversations whose times of turns are known.';
comment on column samtale.rollup_use.exploring_ms is 'Agent talk that explores.';
comment on column samtale.rollup_use.advising_ms is 'Agent talk that advises or offers.';
comment on column samtale.rollup_use.informing_ms is 'The rest of the agent talk.';
comment on column samtale.rollup_use.verifying_ms is 'Agent talk that asks closed questions.';
comment on column samtale.rollup_use.refusing_ms is 'Agent talk that refuses.';
comment on column samtale.rollup_use.relating_ms is 'Agent talk that greets, acknowledges, relates or closes.';
comment on column samtale.rollup_use.listening_ms is 'Talk of the customer while the agent does not speak.';
comment on column samtale.rollup_use.silence_ms is 'Time in which nobody speaks, less hold.';
comment on column samtale.rollup_use.hold_ms is 'Hold.';
comment on column samtale.rollup_use.wait_ms is 'Wait in queues.';

create function samtale.uses_count() returns bigint language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    zone text := (select s.time_zone from samtale.site s);
    first_day date := samtale.changed_day('uses', 0);
    counted bigint;
begin
    if first_day is null then
        return 0;
    end if;
    delete from samtale.rollup_use u where u.day >= first_day;
    insert into samtale.rollup_use (day, queue_id, channel, conversations, exploring_ms, advising_ms, informing_ms, verifying_ms, refusing_ms, relating_ms, listening_ms, silence_ms, hold_ms, wait_ms)
    select t.day, t.queue_id, t.channel, count(*), sum(t.exploring_ms), sum(t.advising_ms), sum(t.informing_ms), sum(t.verifying_ms), sum(t.refusing_ms), sum(t.relating_ms),
           sum(greatest(t.customer_talk_ms - t.cross_talk_ms, 0)), sum(greatest(t.non_talk_ms - coalesce(t.hold_ms, 0), 0)), sum(coalesce(t.hold_ms, 0)), sum(coalesce(t.wait_ms, 0))
    from (select (coalesce(c.ended_at, c.started_at) at time zone zone)::date as day, c.queue_id, c.channel, c.hold_ms, c.wait_ms, o.exploring_ms, o.advising_ms, o.informing_ms, o.verifying_ms,
                 o.refusing_ms, o.relating_ms, o.customer_talk_ms, o.cross_talk_ms, o.non_talk_ms
          from samtale.conversation c join samtale.conversation_score o on o.conversation_id = c.conversation_id and o.score_set = c.score_set
          where o.exploring_ms is not null and o.customer_talk_ms is not null and o.non_talk_ms is not null) as t
    where t.day >= first_day group by 1, 2, 3;
    select count(distinct u.day) into counted from samtale.rollup_use u where u.day >= first_day;
    return counted;
end
$$;
comment on function samtale.uses_count is 'Sums what dialogue hours went to; how many days were summed again.';

-- ---- quadrants -----------------------------------------------------------------------------------------------------------
create table samtale.quadrant_threshold (
    queue_id integer not null,
    channel smallint not null,
    valid_from date not null,
    handle_ms bigint not null,
    opportunity_index real not null,
    conversations bigint not null,
    by_target boolean not null,
    fixed_at timestamptz not null default now(),
    primary key (queue_id, channel, valid_from)
);
comment on table samtale.quadrant_threshold is 'What is long and what is rich in a week: fixed on its Monday from the four weeks before, and never changed.';
comment on column samtale.quadrant_threshold.queue_id is 'Queue.';
comment on column samtale.quadrant_threshold.channel is 'samtale.channel_name(): a mail is no long call.';
comment on column samtale.quadrant_threshold.valid_from is 'Monday of the week, site''s zone.';
comment on column samtale.quadrant_threshold.handle_ms is 'Median handle time of those weeks; longer is long.';
comment on column samtale.quadrant_threshold.opportunity_index is 'Target of the index on that Monday, else the median index of those weeks; at or above is rich.';
comment on column samtale.quadrant_threshold.conversations is 'Scored conversations with a handle time in those weeks, 30 at least.';
comment on column samtale.quadrant_threshold.by_target is 'The index is a target (samtaled target set index).';
comment on column samtale.quadrant_threshold.fixed_at is 'When it was fixed.';

create function samtale.quadrant_of(c samtale.conversation, zone text) returns text language sql stable parallel safe
    return (select case when (c).handle_ms <= t.handle_ms then 'short' else 'long' end || case when (c).opportunity_index >= t.opportunity_index then '_rich' else '_poor' end
            from samtale.quadrant_threshold t
            where t.queue_id = (c).queue_id and t.channel = (c).channel and (c).handle_ms is not null and (c).opportunity_index is not null
              and t.valid_from = date_trunc('week', coalesce((c).ended_at, (c).started_at) at time zone zone)::date);
comment on function samtale.quadrant_of is 'short_rich, long_rich, short_poor or long_poor by the thresholds of its week; null: not measured.';

create table samtale.rollup_quadrant (
    day date not null,
    queue_id integer not null,
    channel smallint not null,
    short_rich bigint not null,
    long_rich bigint not null,
    short_poor bigint not null,
    long_poor bigint not null,
    primary key (day, queue_id, channel)
);
comment on table samtale.rollup_quadrant is 'Scored conversations by handle time and opportunity index, both by the thresholds of their week. Counted at night.';
comment on column samtale.rollup_quadrant.day is 'Day of the site''s zone, by completion.';
comment on column samtale.rollup_quadrant.queue_id is 'Queue of the conversation.';
comment on column samtale.rollup_quadrant.channel is 'samtale.channel_name().';
comment on column samtale.rollup_quadrant.short_rich is 'Handled in the median time or less, index at the threshold or above.';
comment on column samtale.rollup_quadrant.long_rich is 'Longer, index at the threshold or above.';
comment on column samtale.rollup_quadrant.short_poor is 'In the median time or less, index below.';
comment on column samtale.rollup_quadrant.long_poor is 'Longer, index below.';

create function samtale.quadrants_count() returns bigint language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    zone text := (select s.time_zone from samtale.site s);
    first_day date := samtale.changed_day('quadrants', 0);
    counted bigint;
begin
    if first_day is null then
        return 0;
    end if;
    insert into samtale.quadrant_threshold (queue_id, channel, valid_from, handle_ms, opportunity_index, conversations, by_target)
    select t.queue_id, t.channel, w.monday, percentile_disc(0.5) within group (order by t.handle_ms),
           coalesce(samtale.target_of(t.queue_id, null, 'index', w.monday), percentile_disc(0.5) within group (order by t.opportunity_index)), count(*),
           samtale.target_of(t.queue_id, null, 'index', w.monday) is not null
    from (select c.queue_id, c.channel, c.handle_ms, c.opportunity_index, (coalesce(c.ended_at, c.started_at) at time zone zone)::date as day from samtale.conversation c
          where c.handle_ms is not null and c.opportunity_index is not null and c.started_at >= (first_day - 70)::timestamp at time zone zone) as t
    cross join lateral (select (date_trunc('week', t.day::timestamp) + n * interval '1 week')::date as monday from generate_series(1, 4) as n) as w
    where w.monday <= (now() at time zone zone)::date and w.monday + 6 >= first_day
    group by t.queue_id, t.channel, w.monday having count(*) >= 30
    on conflict do nothing;
    delete from samtale.rollup_quadrant r where r.day >= first_day;
    insert into samtale.rollup_quadrant (day, queue_id, channel, short_rich, long_rich, short_poor, long_poor)
    select t.day, t.queue_id, t.channel, count(*) filter (where t.quadrant = 'short_rich'), count(*) filter (where t.quadrant = 'long_rich'),
           count(*) filter (where t.quadrant = 'short_poor'), count(*) filter (where t.quadrant = 'long_poor')
    from (select (coalesce(c.ended_at, c.started_at) at time zone zone)::date as day, c.queue_id, c.channel, samtale.quadrant_of(c, zone) as quadrant from samtale.conversation c
          where c.opportunity_index is not null and c.handle_ms is not null) as t
    where t.day >= first_day and t.quadrant is not null group by 1, 2, 3;
    select count(distinct r.day) into counted from samtale.rollup_quadrant r where r.day >= first_day;
    return counted;
end
$$;
comment on function samtale.quadrants_count is 'Fixes the thresholds of weeks that began, and counts quadrants; how many days were counted again.';

-- ---- acknowledgements said word for word -----------------------------------------------------------------------------------
create table samtale.acknowledgement (
    conversation_id bigint not null,
    n smallint not null,
    day date not null,
    queue_id integer not null,
    channel smallint not null,
    words smallint not null,
    sentence bytea not null,
    primary key (conversation_id, n)
);
create index acknowledgement_sentence on samtale.acknowledgement (sentence, day);
alter table samtale.acknowledgement enable row level security;
create policy daemon on samtale.acknowledgement to samtale_daemon using (true) with check (true);
comment on table samtale.acknowledgement is 'Sentences that acknowledged a cue, as hashes: what tells a scripted one. They go when the conversation''s text goes.';
comment on column samtale.acknowledgement.conversation_id is 'The conversation.';
comment on column samtale.acknowledgement.n is 'The cue''s place in samtale.moment.';
comment on column samtale.acknowledgement.day is 'Day of the site''s zone, by completion.';
comment on column samtale.acknowledgement.queue_id is 'Queue of the conversation.';
comment on column samtale.acknowledgement.channel is 'samtale.channel_name().';
comment on column samtale.acknowledgement.words is 'Words of the sentence.';
comment on column samtale.acknowledgement.sentence is 'MD5 of its words in small letters, without punctuation.';

create table samtale.rollup_acknowledgement (
    day date not null,
    queue_id integer not null,
    channel smallint not null,
    acknowledgements bigint not null,
    repeated bigint not null,
    primary key (day, queue_id, channel)
);
comment on table samtale.rollup_acknowledgement is 'Acknowledgements, and those said word for word as in other conversations. Counted at night.';
comment on column samtale.rollup_acknowledgement.day is 'Day of the site''s zone, by completion.';
comment on column samtale.rollup_acknowledgement.queue_id is 'Queue of the conversation.';
comment on column samtale.rollup_acknowledgement.channel is 'samtale.channel_name().';
comment on column samtale.rollup_acknowledgement.acknowledgements is 'Cues that were acknowledged.';
comment on column samtale.rollup_acknowledgement.repeated is 'Of these, by a sentence of four words or more that two other conversations of the 28 days up to then have word for word.';

create function samtale.sentence_at(turn text, place integer) returns text language sql immutable parallel safe
    return btrim(regexp_replace(lower(regexp_replace(left(turn, place), '^.*[.!?:;]', '') || substring(substr(turn, place + 1) from '^[^.!?:;]*')), '[^[:alnum:]]+', ' ', 'g'));
comment on function samtale.sentence_at is 'Words of the sentence around a place in a turn, in small letters; without punctuation the whole turn.';

create function samtale.acknowledgements_count() returns bigint language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    zone text := (select s.time_zone from samtale.site s);
    since timestamptz := samtale.chore_since('acknowledgements');
    first_day date := samtale.changed_day('acknowledgements', 0);
    counted bigint;
begin
    delete from samtale.acknowledgement a where not exists (select from samtale.part p where p.conversation_id = a.conversation_id and p.kind = 2);
    if first_day is null then
        return 0;
    end if;
    delete from samtale.acknowledgement a where a.conversation_id in (select c.conversation_id from samtale.conversation c where since is null or c.updated_at >= since);
    insert into samtale.acknowledgement (conversation_id, n, day, queue_id, channel, words, sentence)
    select c.conversation_id, e.n, (coalesce(c.ended_at, c.started_at) at time zone zone)::date, c.queue_id, c.channel,
           coalesce(cardinality(string_to_array(nullif(t.sentence, ''), ' ')), 0), decode(md5(t.sentence), 'hex')
    from samtale.conversation c join samtale.moment m on m.conversation_id = c.conversation_id and m.score_set = c.score_set
    cross join lateral unnest(m.mets, m.answer_turns) with ordinality as e(met, turn, n)
    join samtale.finding f on f.conversation_id = c.conversation_id and f.score_set = c.score_set
    cross join lateral (select min(k.place) as place from unnest(f.turns, f.labels, f.span_starts) as k(turn, label, place)
                        where k.turn = e.turn and samtale.label_name(k.label) like 'empathy.%') as k
    cross join lateral (select samtale.sentence_at(j.turn ->> 'text', k.place) as sentence from samtale.part p cross join lateral json_array_elements(p.body::json -> 'turns') as j(turn)
                        where p.conversation_id = c.conversation_id and p.kind = 2 and (j.turn ->> 'i')::integer = e.turn limit 1) as t
    where e.met = 3 and k.place is not null and coalesce(c.ended_at, c.started_at) is not null and (since is null or c.updated_at >= since);
    delete from samtale.rollup_acknowledgement r where r.day >= first_day;
    insert into samtale.rollup_acknowledgement (day, queue_id, channel, acknowledgements, repeated)
    select a.day, a.queue_id, a.channel, count(*),
           count(*) filter (where a.words >= 4 and (select count(distinct o.conversation_id) from samtale.acknowledgement o
                                                     where o.sentence = a.sentence and o.day between a.day - 27 and a.day and o.conversation_id <> a.conversation_id) >= 2)
    from samtale.acknowledgement a where a.day >= first_day group by 1, 2, 3;
    select count(distinct r.day) into counted from samtale.rollup_acknowledgement r where r.day >= first_day;
    return counted;
end
$$;
comment on function samtale.acknowledgements_count is 'Counts acknowledgements said word for word; how many days were counted again.';

-- ---- latencies beside waits ----------------------------------------------------------------------------------------------
-- Written on their own, since histograms_count knows legs only.
comment on column samtale.rollup_histogram.measure is '1 wait of answered entries, 2 wait of abandoned ones, 3 handle time, 4 time up to an acknowledgement.';
create function samtale.latencies_count() returns bigint language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    zone text := (select s.time_zone from samtale.site s);
    first_day date := samtale.changed_day('latencies', 0);
    counted bigint;
begin
    if first_day is null then
        return 0;
    end if;
    delete from samtale.rollup_histogram h where h.day >= first_day and h.measure = 4;
    insert into samtale.rollup_histogram (day, queue_id, channel, measure, bucket, n)
    select t.day, t.queue_id, t.channel, 4, samtale.bucket_of(t.ms), count(*)
    from (select (coalesce(c.ended_at, c.started_at) at time zone zone)::date as day, c.queue_id, c.channel, e.ms
          from samtale.conversation c join samtale.moment m on m.conversation_id = c.conversation_id and m.score_set = c.score_set
          cross join lateral unnest(m.mets, m.latencies_ms) as e(met, ms) where e.met = 3 and e.ms is not null) as t
    where t.day >= first_day group by 1, 2, 3, 4, 5;
    select count(distinct h.day) into counted from samtale.rollup_histogram h where h.day >= first_day and h.measure = 4;
    return counted;
end
$$;
comment on function samtale.latencies_count is 'Counts the histogram of times up to an acknowledgement; how many days were counted again.';
create or replace function samtale.histograms_count() returns bigint language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    zone text := (select s.time_zone from samtale.site s);
    since timestamptz := samtale.chore_since('histograms');
    first_day date := (select (min(c.started_at) at time zone zone)::date from samtale.conversation c where since is null or c.updated_at >= since);
    counted bigint;
begin
    if first_day is null then
        return 0;
    end if;
    create temporary table counted_leg on commit drop as
        select t.day, t.queue_id, t.channel, t.kind, t.wait_ms, t.handle_ms
        from (select (coalesce(l.ended_at, l.answered_at, c.ended_at, c.started_at) at time zone zone)::date as day, l.queue_id, c.channel,
                     case when c.direction in (2, 3) then 0 when l.disposition = 1 then 1 when l.disposition in (2, 3) then 2 else 0 end as kind, l.wait_ms,
                     case when l.disposition = 1 then l.talk_ms + coalesce(l.hold_ms, 0) + coalesce(l.wrap_ms, 0) end as handle_ms
              from samtale.conversation c join samtale.leg l using (conversation_id)
              where c.started_at >= (first_day - 60)::timestamp at time zone zone) as t
        where t.day >= first_day; -- an entry of sixty days is no queue's any more
    delete from samtale.rollup_histogram h where h.day >= first_day and h.measure <= 3;
    delete from samtale.rollup_longest h where h.day >= first_day;
    insert into samtale.rollup_histogram (day, queue_id, channel, measure, bucket, n)
    select l.day, l.queue_id, l.channel, m.measure, samtale.bucket_of(m.ms), count(*)
    from counted_leg l cross join lateral (values (1, case when l.kind = 1 then l.wait_ms end), (2, case when l.kind = 2 then l.wait_ms end), (3, l.handle_ms)) as m(measure, ms)
    where m.ms is not null group by 1, 2, 3, 4, 5;
    insert into samtale.rollup_longest (day, queue_id, channel, longest_answered_ms, longest_abandoned_ms)
    select l.day, l.queue_id, l.channel, max(l.wait_ms) filter (where l.kind = 1), max(l.wait_ms) filter (where l.kind = 2) from counted_leg l where l.kind <> 0 group by 1, 2, 3;
    select count(distinct l.day) into counted from counted_leg l;
    drop table counted_leg;
    return counted;
end
$$;

insert into samtale.chore (name, does) values ('acknowledgements', 'acknowledgements_count'), ('latencies', 'latencies_count'), ('quadrants', 'quadrants_count'),
    ('uses', 'uses_count'), ('worth', 'worth_count');
comment on column samtale.chore.name is 'dead_letters: deleted ones; retention: conversations and rows of the log that were ended; verify: sums that are not what the facts give; all others: days counted.';

-- ---- definitions -----------------------------------------------------------------------------------------------------------
insert into samtale.figure (lens, n, name, unit, part, whole, said) values
    ('service', 1, 'flowed_out', 'count', 's.flowed_out', null, 'Entries that left the queue in another way: voicemail, callback, timeout, full, closed, failed.'),
    ('service', 2, 'flow_out_rate', 'ratio', 's.flowed_out', 's.answered + s.abandoned + s.flowed_out', 'Flowed out, of all entries that ended.'),
    ('service', 3, 'short_abandon_share', 'ratio', 's.short_abandoned', 's.abandoned', 'Short abandons, of abandons.'),
    ('service', 4, 'average_wait_abandoned', 's', 's.wait_abandoned_ms / 1000', 's.waits_abandoned', 'Wait of the abandoned, mean.'),
    ('service', 5, 'hold_share', 'ratio', 's.held', 's.handled', 'Handled entries with hold, of handled entries.'),
    ('service', 6, 'average_hold_held', 's', 's.hold_ms / 1000', 's.held', 'Hold by entries that were held.'),
    ('service', 7, 'wrap_ratio', 'ratio', 's.wrap_ms', 's.talk_ms + s.hold_ms + s.wrap_ms', 'After-call work, of handle time.'),
    ('retention', 1, 'save_rate', 'ratio', 's.churned_n - s.churned', 's.churned_n', 'Customers who spoke of leaving and stayed, of those of whom it is known.'),
    ('retention', 2, 'save_rate_attempted', 'ratio', 's.attempted_n - s.attempted_churned', 's.attempted_n', 'The same, of conversations in which the agent tried to keep them.'),
    ('retention', 3, 'attempt_share', 'ratio', 's.attempted', 's.attempted + s.missed', 'Conversations with an attempt to keep the customer, of those with a cue and an occasion.'),
    ('acknowledgement', 1, 'word_for_word_share', 'ratio', 's.repeated', 's.acknowledgements',
        'Acknowledgements by a sentence of four words or more that two other conversations of the 28 days up to then have word for word: scripted, and no acknowledgement.'),
    ('acknowledgement', 2, 'own_words', 'count', 's.acknowledgements - s.repeated', null, 'Acknowledgements in own words.'),
    ('quadrant', 1, 'short_rich_share', 'ratio', 's.short_rich', 's.short_rich + s.long_rich + s.short_poor + s.long_poor', 'Handled within the median time, index at the threshold or above.'),
    ('quadrant', 2, 'long_rich_share', 'ratio', 's.long_rich', 's.short_rich + s.long_rich + s.short_poor + s.long_poor', 'Longer, index at the threshold or above.'),
    ('quadrant', 3, 'short_poor_share', 'ratio', 's.short_poor', 's.short_rich + s.long_rich + s.short_poor + s.long_poor', 'Within the median time, index below the threshold.'),
    ('quadrant', 4, 'long_poor_share', 'ratio', 's.long_poor', 's.short_rich + s.long_rich + s.short_poor + s.long_poor', 'Longer, index below the threshold.');
insert into samtale.figure (lens, n, name, unit, part, whole, said)
    select 'use', u.n, u.name || '_share', 'ratio', 's.' || u.name || '_ms',
           's.exploring_ms + s.advising_ms + s.informing_ms + s.verifying_ms + s.refusing_ms + s.relating_ms + s.listening_ms + s.silence_ms + s.hold_ms + s.wait_ms', u.said
    from (values (1, 'exploring', 'Dialogue time in which the agent explores.'), (2, 'advising', 'In which the agent advises or offers.'), (3, 'informing', 'In which the agent informs.'),
                 (4, 'verifying', 'In which the agent asks closed questions.'), (5, 'refusing', 'In which the agent refuses.'),
                 (6, 'relating', 'In which the agent greets, acknowledges, relates or closes.'), (7, 'listening', 'In which the customer speaks alone.'),
                 (8, 'silence', 'In which nobody speaks, hold left out.'), (9, 'hold', 'On hold.'), (10, 'wait', 'In which the customer waits in a queue.')) as u(n, name, said);
insert into samtale.figure (lens, n, name, unit, part, whole, said) values
    ('worth', 1, 'sold_share', 'ratio', 's.sold', 's.sold_n', 'Something was sold, of conversations of which it is known.'),
    ('worth', 2, 'resolved_share', 'ratio', 's.resolved', 's.resolved_n', 'Resolved, of conversations of which it is known.'),
    ('worth', 3, 'churn_rate', 'ratio', 's.churned', 's.churned_n', 'Customer left, of conversations of which it is known.'),
    ('worth', 4, 'nps', 'points', '100 * (s.nps_promoters - s.nps_detractors)', 's.nps_n', 'Net promoter score.'),
    ('worth', 5, 'repeat_rate', 'ratio', 's.repeated', 's.repeat_n', 'Followed by another contact within seven days.');

-- The figures of a lens as JSON, out of their sums as a record; one expression a lens, as 0006 does it. Shares have Wilson's interval.
create function samtale.figure_whole(part float8, whole float8, unit text, counted boolean) returns json language sql immutable parallel safe
    return json_build_object('value', part / nullif(whole, 0), 'unit', unit, 'numerator', part, 'denominator', whole, 'interval', case when counted then samtale.wilson(part, whole) end);
comment on function samtale.figure_whole is 'A ratio of sums with its sums and, where both count (shares of time and means do not), Wilson''s interval of 95 %.';
create procedure samtale.lens_make(lens text, source text) language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    execute (select format('create or replace function samtale.lens_%I(s %s) returns json language sql immutable parallel safe return json_build_object(%s)', lens_make.lens, lens_make.source,
                           string_agg(format('%L, %s', f.name, case when f.whole is null then format('samtale.figure_count((%s)::float8)::json', f.part)
                                                                    else format('samtale.figure_whole((%s)::float8, (%s)::float8, %L, %L)', f.part, f.whole, f.unit,
                                                                                     f.unit = 'ratio' and f.part || f.whole !~ '_(ms|ppm)\M') end), ', ' order by f.n))
             from samtale.figure f where f.lens = lens_make.lens);
    execute format('comment on function samtale.lens_%I is %L', lens_make.lens, 'Figures of the lens ' || lens_make.lens || ', JSON.');
end
$$;
comment on procedure samtale.lens_make is 'Makes a function that gives the figures of a lens out of a record of sums, by the rows of samtale.figure.';
do $$
declare
    t record;
begin
    -- a type a lens: its sums, as numbers that divide
    for t in select * from (values ('service', 'rollup_half_hour', ''), ('outcome', 'rollup_outcome', ''), ('repeat', 'rollup_repeat', ''), ('worth', 'rollup_worth', ''), ('use', 'rollup_use', ''),
                                   ('quadrant', 'rollup_quadrant', ''), ('acknowledgement', 'rollup_acknowledgement', ''),
                                   ('retention', 'rollup_worth', ', attempted float8, missed float8, attempted_n float8, attempted_churned float8')) as v(lens, source, more) loop
        execute (select format('create type samtale.%I as (%s%s)', t.lens || '_sums', string_agg(format('%I float8', a.attname), ', ' order by a.attnum), t.more)
                 from pg_attribute a where a.attrelid = ('samtale.' || t.source)::regclass and a.attnum > 0 and not a.attisdropped and a.atttypid = 'bigint'::regtype);
        execute format('comment on type samtale.%I is %L', t.lens || '_sums', 'Sums behind the figures of the lens ' || t.lens || '.');
        call samtale.lens_make(t.lens, 'samtale.' || t.lens || '_sums');
    end loop;
    call samtale.lens_make('service_level', 'samtale.efficiency_sums');
end
$$;

-- ---- what there is in a range of days ------------------------------------------------------------------------------------------
create function samtale.range_sums(rollup text, q samtale.overview_question) returns jsonb language plpgsql stable parallel safe set jit = off set enable_seqscan = off as $$
declare
    asked constant text := '($2 is null or r.queue_id = any ($2)) and ($3 is null or r.channel = any ($3))';
    columns text;
    sums text;
    found jsonb;
begin
    select string_agg('r.' || c, ', '), string_agg(format('coalesce(sum(r.%1$I)%2$s, 0) as %1$I', c, case when c like 'wait%' then ' filter (where r.channel = any ($4))' else '' end), ', ')
        into columns, sums from unnest(samtale.bi_sums(range_sums.rollup)) as c;
    execute format('select to_jsonb(t) from (select %1$s from (
                        select r.* from samtale.level_spans($1) as s cross join lateral (select r.channel, %4$s from samtale.level_%2$I r where r.starts_at = s.starts_at and r.channel >= 0 and %3$s offset 0) as r
                        where s.slot is not null
                        union all
                        select r.* from samtale.level_spans($1) as s cross join lateral (select r.channel, %4$s from samtale.rollup_%2$I r where r.half_hour >= s.starts_at and r.half_hour < s.ends_at
                                                                                         and %3$s offset 0) as r where s.slot is null) as r) as t',
                   sums, range_sums.rollup, asked, columns)
        into found using array[(q.days).first_day::timestamp at time zone q.zone, ((q.days).last_day + 1)::timestamp at time zone q.zone], q.queue_ids, q.channels, q.live;
    return found;
end
$$;
comment on function samtale.range_sums is 'Sums of rollup_half_hour or rollup_outcome over the days, queues and channels that are asked for; waits of channels where somebody waits on the line.';

create function samtale.day_sums(rollup text, q samtale.overview_question, more text default 'true') returns jsonb language plpgsql stable parallel safe set jit = off as $$
declare
    found jsonb;
begin
    execute (select format('select to_jsonb(t) from (select %s from samtale.rollup_%I r where r.day between $1 and $2 and ($3 is null or r.queue_id = any ($3)) and ($4 is null or r.channel = any ($4)) and %s) as t',
                           string_agg(format('coalesce(sum(r.%1$I), 0) as %1$I', a.attname), ', '), day_sums.rollup, more)
             from pg_attribute a where a.attrelid = ('samtale.rollup_' || day_sums.rollup)::regclass and a.attnum > 0 and not a.attisdropped and a.atttypid = 'bigint'::regtype)
        into found using (q.days).first_day, (q.days).last_day, q.queue_ids, q.channels;
    return found;
end
$$;
comment on function samtale.day_sums is 'Sums of what is counted at night over the days, queues and channels that are asked for.';

create function samtale.figures_percentiles(q samtale.overview_question) returns json language sql stable parallel safe set jit = off as $$
    select json_object_agg(m.name, json_build_object('n', coalesce(h.n, 0), 'unit', 's', 'p50', h.p50, 'p90', h.p90, 'p95', h.p95,
               'longest', case m.measure when 1 then w.answered / 1000.0 when 2 then w.abandoned / 1000.0 end) order by m.measure)
    from (values (1, 'wait_answered'), (2, 'wait_abandoned'), (3, 'handle'), (4, 'acknowledgement')) as m(measure, name)
    left join lateral (select sum(b.n)::bigint as n, samtale.percentile(array_agg(b.bucket), array_agg(b.n), 0.5) / 1000 as p50, samtale.percentile(array_agg(b.bucket), array_agg(b.n), 0.9) / 1000 as p90,
                              samtale.percentile(array_agg(b.bucket), array_agg(b.n), 0.95) / 1000 as p95
                       from (select h.bucket::integer as bucket, sum(h.n)::bigint as n from samtale.rollup_histogram h
                             where h.day between (q.days).first_day and (q.days).last_day and h.measure = m.measure and (q.queue_ids is null or h.queue_id = any (q.queue_ids))
                               and h.channel = any (case when m.measure <= 2 then q.live else coalesce(q.channels, '{0,1,2,3,4,5,6}') end) group by 1) as b) as h on true
    left join lateral (select max(r.longest_answered_ms)::float8 as answered, max(r.longest_abandoned_ms)::float8 as abandoned from samtale.rollup_longest r
                       where r.day between (q.days).first_day and (q.days).last_day and (q.queue_ids is null or r.queue_id = any (q.queue_ids)) and r.channel = any (q.live)) as w on true $$;
comment on function samtale.figures_percentiles is 'Percentiles and longest waits, seconds; null: none.';

create function samtale.figures_worth(q samtale.overview_question) returns json language sql stable parallel safe set jit = off as $$
    select coalesce(json_agg(json_build_object('kind', samtale.moment_kind_name(w.kind), 'met', samtale.met_name(w.met), 'conversations', w.conversations, 'figures',
                        samtale.lens_worth(row(w.conversations, w.sold_n, w.sold, w.resolved_n, w.resolved, w.churned_n, w.churned, w.nps_n, w.nps_promoters, w.nps_detractors, w.repeat_n,
                                               w.repeated)::samtale.worth_sums)) order by w.kind, w.met), '[]')
    from (select r.kind, r.met, sum(r.conversations) as conversations, sum(r.sold_n) as sold_n, sum(r.sold) as sold, sum(r.resolved_n) as resolved_n, sum(r.resolved) as resolved,
                 sum(r.churned_n) as churned_n, sum(r.churned) as churned, sum(r.nps_n) as nps_n, sum(r.nps_promoters) as nps_promoters, sum(r.nps_detractors) as nps_detractors,
                 sum(r.repeat_n) as repeat_n, sum(r.repeated) as repeated
          from samtale.rollup_worth r
          where r.met > 0 and r.day between (q.days).first_day and (q.days).last_day and (q.queue_ids is null or r.queue_id = any (q.queue_ids)) and (q.channels is null or r.channel = any (q.channels))
          group by r.kind, r.met) as w $$;
comment on function samtale.figures_worth is 'What followed cues by what came of them: association, not cause.';

create function samtale.figures(q samtale.overview_question) returns text language plpgsql stable parallel safe set jit = off as $$
declare
    starts constant timestamptz[] := array[(q.days).first_day::timestamp at time zone q.zone, ((q.days).last_day + 1)::timestamp at time zone q.zone];
    levels samtale.efficiency_sums := (select g.e from samtale.overview_groups(starts, q.queue_ids, q.channels, null, q.live) g where g.slot is null and g.queue_id is null);
    left_over jsonb := samtale.day_sums('worth', q, 'r.kind = 2 and r.met = -1');
    tried jsonb := samtale.day_sums('worth', q, 'r.kind = 2 and r.met = 4');
begin
    return json_build_object('from', (q.days).first_day, 'to', (q.days).last_day, 'time_zone', q.zone,
        'filter', json_build_object('queue', coalesce(q.queues, '{}'), 'channel', samtale.channel_names(coalesce(q.channels, '{}'))),
        'variant', json_build_object('service_level', q.variant, 'wait_channels', samtale.channel_names(q.live)),
        'service_level', samtale.lens_service_level(coalesce(levels, row(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)::samtale.efficiency_sums)),
        'service', samtale.lens_service(jsonb_populate_record(null::samtale.service_sums, samtale.range_sums('half_hour', q))),
        'waits', samtale.figures_percentiles(q),
        'outcome', samtale.lens_outcome(jsonb_populate_record(null::samtale.outcome_sums, samtale.range_sums('outcome', q))),
        'repeat', json_build_object('7', samtale.lens_repeat(jsonb_populate_record(null::samtale.repeat_sums, samtale.day_sums('repeat', q, 'r.days = 7'))),
                                    '14', samtale.lens_repeat(jsonb_populate_record(null::samtale.repeat_sums, samtale.day_sums('repeat', q, 'r.days = 14')))),
        'retention', samtale.lens_retention(jsonb_populate_record(null::samtale.retention_sums, left_over || jsonb_build_object('attempted', tried -> 'conversations',
                         'missed', samtale.day_sums('worth', q, 'r.kind = 2 and r.met = 5') -> 'conversations', 'attempted_n', tried -> 'churned_n', 'attempted_churned', tried -> 'churned'))),
        'use', samtale.lens_use(jsonb_populate_record(null::samtale.use_sums, samtale.day_sums('use', q))),
        'quadrant', samtale.lens_quadrant(jsonb_populate_record(null::samtale.quadrant_sums, samtale.day_sums('quadrant', q))),
        'acknowledgement', samtale.lens_acknowledgement(jsonb_populate_record(null::samtale.acknowledgement_sums, samtale.day_sums('acknowledgement', q))),
        'worth', samtale.figures_worth(q),
        'counted', (select json_object_agg(c.name, samtale.utc_text(c.done_at) order by c.name) from samtale.chore c where c.name not in ('dead_letters', 'verify')))::text;
end
$$;
comment on function samtale.figures is 'GET /v1/figures, JSON.';

-- ---- the budget that was spent ----------------------------------------------------------------------------------------------------
-- Newcombe's interval of a difference of two shares (method 10), as sam_kpi_difference().
create function samtale.share_difference(part float8, whole float8, other_part float8, other_whole float8) returns json language sql immutable parallel safe
    return (select case when x.a is not null and x.b is not null then json_build_object('value', x.p - x.q, 'unit', 'ratio', 'interval',
                json_build_array(x.p - x.q - sqrt((x.p - x.a[1]) ^ 2 + (x.b[2] - x.q) ^ 2), x.p - x.q + sqrt((x.a[2] - x.p) ^ 2 + (x.q - x.b[1]) ^ 2))) end
            from (select part / nullif(whole, 0) as p, other_part / nullif(other_whole, 0) as q, samtale.wilson(part, whole) as a, samtale.wilson(other_part, other_whole) as b) as x);
comment on function samtale.share_difference is 'Difference of two shares with its interval of 95 %; null where one is not measured.';

-- Where the seconds of longer calls went, against as many days before: by use of the dialogue, and whether fewer customers came back.
create function samtale.budget_spent(q samtale.budget_question) returns text language plpgsql stable parallel safe set jit = off as $$
declare
    length integer := (q.days).last_day - (q.days).first_day + 1;
    this samtale.overview_question := row(q.days, q.zone, 'day', null, array[q.queue_id], '{1}'::integer[], null, '{1}'::integer[], null, null, null)::samtale.overview_question;
    former samtale.overview_question := this;
    h jsonb;
    h_former jsonb;
    u jsonb;
    u_former jsonb;
    r jsonb;
    r_former jsonb;
    aht float8;
    aht_former float8;
begin
    former.days := row((q.days).first_day - length, (q.days).first_day - 1)::samtale.day_range;
    h := samtale.range_sums('half_hour', this);
    h_former := samtale.range_sums('half_hour', former);
    u := samtale.day_sums('use', this);
    u_former := samtale.day_sums('use', former);
    r := samtale.day_sums('repeat', this, 'r.days = 7');
    r_former := samtale.day_sums('repeat', former, 'r.days = 7');
    aht := ((h ->> 'talk_ms')::float8 + (h ->> 'hold_ms')::float8 + (h ->> 'wrap_ms')::float8) / 1000 / nullif((h ->> 'handled')::float8, 0);
    aht_former := ((h_former ->> 'talk_ms')::float8 + (h_former ->> 'hold_ms')::float8 + (h_former ->> 'wrap_ms')::float8) / 1000 / nullif((h_former ->> 'handled')::float8, 0);
    return json_build_object('from', (former.days).first_day, 'to', (former.days).last_day,
        'aht', json_build_object('value', aht - aht_former, 'unit', 's', 'former', aht_former, 'present', aht),
        'uses', (select json_object_agg(k.name, json_build_object('value', k.present - k.former, 'unit', 's', 'former', k.former, 'present', k.present) order by k.i)
                 from (select left(n.name, -3) as name, n.i, (u ->> n.name)::float8 / 1000 / nullif((u ->> 'conversations')::float8, 0) as present,
                              (u_former ->> n.name)::float8 / 1000 / nullif((u_former ->> 'conversations')::float8, 0) as former
                       from unnest(samtale.bi_sums('use')) with ordinality as n(name, i) where n.name like '%\_ms' and n.name <> 'wait_ms') as k),
        'conversations', json_build_object('former', u_former -> 'conversations', 'present', u -> 'conversations'),
        'repeat_rate', json_build_object('former', samtale.lens_repeat(jsonb_populate_record(null::samtale.repeat_sums, r_former)) -> 'repeat_rate',
                                         'present', samtale.lens_repeat(jsonb_populate_record(null::samtale.repeat_sums, r)) -> 'repeat_rate',
                                         'change', samtale.share_difference((r ->> 'repeated')::float8, (r ->> 'contacts')::float8, (r_former ->> 'repeated')::float8, (r_former ->> 'contacts')::float8)),
        'break_even', json_build_object('value', case when aht > aht_former then (aht - aht_former) / aht end, 'unit', 'ratio'))::text;
end
$$;
comment on function samtale.budget_spent is 'Member "spent" of GET /v1/budget, JSON; break_even: the share of repeat contacts that had to go away for the longer calls to pay for themselves.';

grant select, insert, update, delete on samtale.rollup_worth, samtale.rollup_use, samtale.rollup_quadrant, samtale.quadrant_threshold, samtale.acknowledgement,
    samtale.rollup_acknowledgement to samtale_daemon;
grant select on samtale.rollup_worth, samtale.rollup_use, samtale.rollup_quadrant, samtale.quadrant_threshold, samtale.rollup_acknowledgement to samtale_api, samtale_bi_owner;

-- ---- bi -------------------------------------------------------------------------------------------------------------------------
reset role;
do $$
declare
    v record;
begin
    for v in select * from (values
        ('worth_day', 'worth', 'worth', ', samtale.moment_kind_name(r.kind) as kind, coalesce(samtale.met_name(r.met), ''any'') as met', 'What followed conversations with a cue, a day, queue, channel, kind and what came of it. Association, not cause.'),
        ('use_day', 'use', 'use', '', 'What dialogue hours went to, a day, queue and channel: voice with times.'),
        ('quadrant_day', 'quadrant', 'quadrant', '', 'Conversations by handle time and opportunity index, a day, queue and channel; thresholds: bi.quadrant_threshold.'),
        ('acknowledgement_day', 'acknowledgement', 'acknowledgement', '', 'Acknowledgements, and those said word for word, a day, queue and channel.')) as t(name, rollup, lens, keys, said)
    loop
        execute (select format('create view bi.%I with (security_barrier) as select r.day, r.queue_id, samtale.channel_name(r.channel) as channel %s, %s, %s from samtale.rollup_%I r
                                cross join lateral (select %s) as s', v.name, v.keys, string_agg('r.' || c, ', '),
                               (select string_agg(format('(%s) / nullif(%s, 0) as %I', f.part, f.whole, f.name), ', ' order by f.n) from samtale.figure f where f.lens = v.lens and f.whole is not null), v.rollup,
                               string_agg(format('r.%1$I::float8 as %1$I', c), ', ')) from unnest(samtale.bi_sums(v.rollup)) as c);
        execute format('alter view bi.%I owner to samtale_bi_owner', v.name);
        execute format('comment on view bi.%I is %L', v.name, v.said);
        execute (select string_agg(format('comment on column bi.%I.%I is %L', v.name, a.attname,
                     coalesce((select f.said from samtale.figure f where f.lens = v.lens and f.name = a.attname and f.whole is not null),
                              case a.attname when 'channel' then 'Channel.' when 'kind' then 'opportunity, empathy or churn.' when 'met' then 'What came of the cues; any: each conversation once.'
                                             else (select col_description(t.attrelid, t.attnum) from pg_attribute t where t.attrelid = ('samtale.rollup_' || v.rollup)::regclass and t.attname = a.attname) end)), '; ')
                 from pg_attribute a where a.attrelid = ('bi.' || v.name)::regclass and a.attnum > 0);
        execute format('grant select on bi.%I to samtale_bi', v.name);
    end loop;
end
$$;
set local role samtale_bi_owner;
create view bi.quadrant_threshold with (security_barrier) as
    select t.queue_id, samtale.channel_name(t.channel) as channel, t.valid_from, t.handle_ms, t.opportunity_index, t.conversations, t.by_target from samtale.quadrant_threshold t;
comment on view bi.quadrant_threshold is 'What is long and what is rich in a week: fixed on its Monday from the four weeks before.';
comment on column bi.quadrant_threshold.queue_id is 'Queue.';
comment on column bi.quadrant_threshold.channel is 'Channel.';
comment on column bi.quadrant_threshold.valid_from is 'Monday of the week.';
comment on column bi.quadrant_threshold.handle_ms is 'Median handle time of those weeks; longer is long.';
comment on column bi.quadrant_threshold.opportunity_index is 'Target of the index, else the median index of those weeks; at or above is rich.';
comment on column bi.quadrant_threshold.conversations is 'Scored conversations with a handle time in those weeks.';
comment on column bi.quadrant_threshold.by_target is 'The index is a target.';
grant select on bi.quadrant_threshold to samtale_bi;
reset role;
set local role samtale_bi_owner;
create or replace view bi.percentile_day with (security_barrier) as
    select h.day, h.queue_id, samtale.channel_name(h.channel) as channel, (array['wait_answered', 'wait_abandoned', 'handle', 'acknowledgement'])[h.measure] as measure, sum(h.n)::bigint as n,
           samtale.percentile(array_agg(h.bucket::integer), array_agg(h.n), 0.5) / 1000 as p50, samtale.percentile(array_agg(h.bucket::integer), array_agg(h.n), 0.9) / 1000 as p90,
           samtale.percentile(array_agg(h.bucket::integer), array_agg(h.n), 0.95) / 1000 as p95
    from samtale.rollup_histogram h group by h.day, h.queue_id, h.channel, h.measure;
create or replace view bi.histogram_day with (security_barrier) as
    select h.day, h.queue_id, samtale.channel_name(h.channel) as channel, (array['wait_answered', 'wait_abandoned', 'handle', 'acknowledgement'])[h.measure] as measure, h.bucket,
           samtale.bucket_start(h.bucket) / 1000 as starts_s, h.n
    from samtale.rollup_histogram h;
comment on column bi.percentile_day.measure is 'wait_answered, wait_abandoned, handle or acknowledgement: from the end of a cue to its acknowledgement.';
comment on column bi.histogram_day.measure is 'wait_answered, wait_abandoned, handle or acknowledgement: from the end of a cue to its acknowledgement.';
