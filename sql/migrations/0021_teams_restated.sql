-- 0021: figures of teams against their targets, counted at night; periods of targets do not overlap; and days whose figures changed after they were closed.
set local role samtale_owner;

-- ---- teams --------------------------------------------------------------------------------------------------------------------------
create table samtale.rollup_team (
    day date not null,
    team_id integer not null,
    channel smallint not null,
    agents integer not null,
    handled bigint not null,
    talk_ms bigint not null,
    hold_ms bigint not null,
    wrap_ms bigint not null,
    answered bigint not null,
    transferred bigint not null,
    scored bigint not null,
    open_share_part bigint not null,
    open_share_whole bigint not null,
    explored_share_part bigint not null,
    explored_share_whole bigint not null,
    acknowledged_share_part bigint not null,
    acknowledged_share_whole bigint not null,
    needs_asked_part bigint not null,
    needs_asked_whole bigint not null,
    primary key (day, team_id, channel)
);
alter table samtale.rollup_team enable row level security;
create policy bi on samtale.rollup_team for select to samtale_bi_owner
    using ((select samtale.bi_all(current_user)) or team_id = any ((select samtale.bi_teams(current_user))::integer[]));
comment on table samtale.rollup_team is 'Figures of teams, a day of the site''s zone, by completion; counted at night. Opportunity sums are of conversations that one team had alone.';
comment on column samtale.rollup_team.day is 'Day of the site''s zone.';
comment on column samtale.rollup_team.team_id is 'The team as it was then.';
comment on column samtale.rollup_team.channel is 'samtale.channel_name().';
comment on column samtale.rollup_team.agents is 'Agents of the team who answered that day, by this channel.';
comment on column samtale.rollup_team.handled is 'Answered entries whose talk is known.';
comment on column samtale.rollup_team.talk_ms is 'Their talk.';
comment on column samtale.rollup_team.hold_ms is 'Their hold.';
comment on column samtale.rollup_team.wrap_ms is 'Their after-call work.';
comment on column samtale.rollup_team.answered is 'Answered entries.';
comment on column samtale.rollup_team.transferred is 'Answered entries that ended by a transfer.';
comment on column samtale.rollup_team.scored is 'Scored conversations that this team had alone.';
comment on column samtale.rollup_team.open_share_part is 'Component "open share of questions": sum of its parts.';
comment on column samtale.rollup_team.open_share_whole is 'Component "open share of questions": sum of its wholes.';
comment on column samtale.rollup_team.explored_share_part is 'Component "openings explored of openings given": sum of its parts.';
comment on column samtale.rollup_team.explored_share_whole is 'Component "openings explored of openings given": sum of its wholes.';
comment on column samtale.rollup_team.acknowledged_share_part is 'Component "cues acknowledged of cues given": sum of its parts.';
comment on column samtale.rollup_team.acknowledged_share_whole is 'Component "cues acknowledged of cues given": sum of its wholes.';
comment on column samtale.rollup_team.needs_asked_part is 'Component "needs asked for": sum of its parts.';
comment on column samtale.rollup_team.needs_asked_whole is 'Component "needs asked for": sum of its wholes.';

-- Days whose rows [retention] has deleted are not counted anew: nothing would be left of them.
create function samtale.first_day_kept() returns date language sql stable parallel safe set search_path = pg_catalog, pg_temp as $$
    select (samtale.frozen_before() at time zone s.time_zone)::date from samtale.site s $$;
comment on function samtale.first_day_kept is 'First day whose conversations are not deleted; -infinity: none is.';

create or replace function samtale.changed_day(name text, back integer) returns date language sql stable set search_path = pg_catalog, pg_temp as $$
    select case when t.day < samtale.first_day_kept() then samtale.first_day_kept() else t.day end
    from (select (min(coalesce(c.ended_at, c.started_at)) at time zone (select s.time_zone from samtale.site s))::date - back as day
          from samtale.conversation c where samtale.chore_since(changed_day.name) is null or c.updated_at >= samtale.chore_since(changed_day.name)) as t $$;

create function samtale.teams_count() returns bigint language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    zone text := (select s.time_zone from samtale.site s);
    first_day date := samtale.changed_day('teams', 0);
    counted bigint;
begin
    delete from samtale.rollup_team t where t.day >= first_day;
    insert into samtale.rollup_team (day, team_id, channel, agents, handled, talk_ms, hold_ms, wrap_ms, answered, transferred, scored, open_share_part, open_share_whole,
        explored_share_part, explored_share_whole, acknowledged_share_part, acknowledged_share_whole, needs_asked_part, needs_asked_whole)
    select t.day, t.team_id, t.channel, count(distinct t.agent_id), count(t.talk_ms), coalesce(sum(t.talk_ms), 0), coalesce(sum(t.hold_ms) filter (where t.talk_ms is not null), 0),
           coalesce(sum(t.wrap_ms) filter (where t.talk_ms is not null), 0), count(*), count(*) filter (where t.transfer <> 0), count(o.conversation_id),
           coalesce(sum(o.open_share_part) filter (where o.open_share_whole is not null), 0), coalesce(sum(o.open_share_whole) filter (where o.open_share_part is not null), 0),
           coalesce(sum(o.explored_share_part) filter (where o.explored_share_whole is not null), 0), coalesce(sum(o.explored_share_whole) filter (where o.explored_share_part is not null), 0),
           coalesce(sum(o.acknowledged_share_part) filter (where o.acknowledged_share_whole is not null), 0),
           coalesce(sum(o.acknowledged_share_whole) filter (where o.acknowledged_share_part is not null), 0),
           coalesce(sum(o.needs_asked_part) filter (where o.needs_asked_whole is not null), 0), coalesce(sum(o.needs_asked_whole) filter (where o.needs_asked_part is not null), 0)
    from (select (coalesce(l.ended_at, l.answered_at, c.ended_at, c.started_at) at time zone zone)::date as day, l.team_id, c.channel, l.agent_id, l.talk_ms, l.hold_ms, l.wrap_ms, l.transfer,
                 c.conversation_id, c.score_set, c.team_ids = array[l.team_id] and l.n = min(l.n) over (partition by l.conversation_id) as alone
          from samtale.conversation c join samtale.leg l using (conversation_id)
          where l.team_id is not null and l.disposition = 1 and c.started_at >= (first_day - 60)::timestamp at time zone zone) as t
    left join samtale.conversation_score o on t.alone and o.conversation_id = t.conversation_id and o.score_set = t.score_set
    where t.day >= first_day group by 1, 2, 3;
    select count(distinct t.day) into counted from samtale.rollup_team t where t.day >= first_day;
    return counted;
end
$$;
comment on function samtale.teams_count is 'Counts figures of teams; how many days were counted again.';
insert into samtale.chore (name, does) values ('teams', 'teams_count');
grant select, insert, update, delete on samtale.rollup_team to samtale_daemon;
grant select on samtale.rollup_team to samtale_bi_owner;
grant execute on function samtale.first_day_kept to samtale_daemon;

-- ---- repeat contacts of customers who are forgotten -----------------------------------------------------------------------------------
-- Counting a day anew would lose them, and figures of the past would change: what they were is kept when the customer goes.
create table samtale.rollup_repeat_kept (like samtale.rollup_repeat including comments, primary key (day, queue_id, channel, days));
comment on table samtale.rollup_repeat_kept is 'What conversations whose customer is forgotten are in rollup_repeat; added whenever their day is counted again.';
grant select, insert, update, delete on samtale.rollup_repeat_kept to samtale_daemon;

create or replace function samtale.customers_forget(ids bigint[]) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    zone text := (select s.time_zone from samtale.site s);
    today date := (now() at time zone zone)::date;
begin
    insert into samtale.rollup_repeat_kept as k (day, queue_id, channel, days, contacts, repeated, repeated_queue, repeated_voice)
    select c.day, c.queue_id, c.channel, w.days, count(*), count(*) filter (where c.next_at <= c.ends_at + w.days * interval '1 day'),
           count(*) filter (where c.next_queue_at <= c.ends_at + w.days * interval '1 day'), count(*) filter (where c.next_voice_at <= c.ends_at + w.days * interval '1 day')
    from (select (f.started_at at time zone zone)::date as day, f.queue_id, f.channel, coalesce(f.ended_at, f.started_at) as ends_at, n.*
          from samtale.conversation f
          cross join lateral (select min(o.started_at) as next_at, min(o.started_at) filter (where o.queue_id = f.queue_id) as next_queue_at,
                                     min(o.started_at) filter (where o.channel = 1) as next_voice_at
                              from samtale.conversation o
                              where o.customer_key = f.customer_key and o.conversation_id <> f.conversation_id and o.direction not in (2, 3)
                                and (o.started_at, o.conversation_id) > (coalesce(f.ended_at, f.started_at), f.conversation_id)
                                and o.started_at <= coalesce(f.ended_at, f.started_at) + interval '14 days') as n
          where f.conversation_id = any (ids) and f.customer_key is not null and f.direction not in (2, 3) and f.started_at is not null) as c
    cross join (values (7), (14)) as w(days)
    where c.day + w.days + 1 < today
    group by 1, 2, 3, 4
    on conflict (day, queue_id, channel, days) do update set contacts = k.contacts + excluded.contacts, repeated = k.repeated + excluded.repeated,
        repeated_queue = k.repeated_queue + excluded.repeated_queue, repeated_voice = k.repeated_voice + excluded.repeated_voice;
    update samtale.survey s set part_id = gen_random_uuid()::text where s.conversation_id = any (ids);
    update samtale.outcome o set part_id = gen_random_uuid()::text where o.conversation_id = any (ids);
    update samtale.conversation c set external_id = null, customer_key = null, customer_since = null, purpose = null where c.conversation_id = any (ids);
end
$$;

-- Days whose rows are deleted are left alone by what counts, and the forgotten are added.
reset role;
do $$
declare
    r record;
    body text;
begin
    for r in select * from (values
        ('repeats_count', 'delete from samtale.rollup_repeat ', 'first_day := case when first_day < samtale.first_day_kept() then samtale.first_day_kept() else first_day end;' || E'\n    delete from samtale.rollup_repeat '),
        ('histograms_count', 'create temporary table counted_leg ', 'first_day := case when first_day < samtale.first_day_kept() then samtale.first_day_kept() else first_day end;' || E'\n    create temporary table counted_leg '),
        ('repeats_count', 'select count(distinct r.day) into counted', $q$insert into samtale.rollup_repeat as r select k.* from samtale.rollup_repeat_kept k where k.day >= first_day
    on conflict (day, queue_id, channel, days) do update set contacts = r.contacts + excluded.contacts, repeated = r.repeated + excluded.repeated,
        repeated_queue = r.repeated_queue + excluded.repeated_queue, repeated_voice = r.repeated_voice + excluded.repeated_voice;
    select count(distinct r.day) into counted$q$)) as t(name, was, becomes) loop
        body := pg_get_functiondef(format('samtale.%I()', r.name)::regprocedure);
        if (length(body) - length(replace(body, r.was, ''))) <> length(r.was) then
            raise exception '% is made in another way than it was', r.name;
        end if;
        execute replace(body, r.was, r.becomes);
    end loop;
    -- with the forgotten kept, a switch of scores may say that it wrote the row: nightly figures of scores are counted again
    body := pg_get_functiondef('samtale.rescore_swap(integer, bigint, integer)'::regprocedure);
    if position('contribution = p.contribution' in body) = 0 then
        raise exception 'rescore_swap is made in another way than it was';
    end if;
    execute replace(body, 'contribution = p.contribution', 'contribution = p.contribution, updated_at = now()');
end
$$;
set local role samtale_owner;

-- ---- targets: one at a time ------------------------------------------------------------------------------------------------------------
comment on table samtale.target is 'What a figure is to reach, from a day on; periods of one figure of one queue or team do not overlap.';
create or replace function samtale.target_set(queue text, team text, figure text, value float8, from_day date, to_day date) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    queue_number integer := (select k.queue_id from samtale.queue k where k.name = target_set.queue);
    team_number integer := (select t.team_id from samtale.team t where t.name = target_set.team);
    other samtale.target;
begin
    if target_set.queue is not null and queue_number is null then
        raise exception 'there is no queue %: queues are known from messages', target_set.queue using errcode = 'SAM03';
    elsif target_set.team is not null and team_number is null then
        raise exception 'there is no team %: teams are known from messages', target_set.team using errcode = 'SAM03';
    elsif figure <> 'service_level' and figure <> 'index' and not exists (select from samtale.figure f where f.name = figure and f.whole is not null and f.lens <> 'service_level') then
        raise exception 'there is no figure %: see docs/measures.md', figure using errcode = 'SAM03';
    elsif team_number is not null and figure not in ('aht', 'transfer_rate', 'index', 'open_share', 'explored_share', 'acknowledged_share', 'needs_asked') then
        raise exception 'a team has no figure %: aht, transfer_rate, index, open_share, explored_share, acknowledged_share and needs_asked are measured of teams', figure using errcode = 'SAM03';
    elsif to_day < from_day then
        raise exception 'the last day % is before the first, %', to_day, from_day using errcode = 'SAM03';
    end if;
    lock table samtale.target in share row exclusive mode; -- two at once could overlap
    select t.* into other from samtale.target t
    where t.measure = figure and t.queue_id is not distinct from queue_number and t.team_id is not distinct from team_number and t.valid_from <> from_day
      and case when t.valid_from < from_day then t.valid_to >= from_day else t.valid_from <= to_day end
    order by t.valid_from limit 1;
    if other.target_id is not null then
        raise exception 'the target of % from % to % overlaps the one from % to %', figure, from_day, coalesce(to_day::text, 'another'), other.valid_from, coalesce(other.valid_to::text, 'another')
            using errcode = 'SAM03', hint = 'End that one first: set it again with another last day.';
    end if;
    with ended as (
        update samtale.target t set valid_to = from_day - 1
        where t.measure = figure and t.queue_id is not distinct from queue_number and t.team_id is not distinct from team_number and t.valid_from < from_day and t.valid_to is null
        returning t.value as value_then
    )
    insert into samtale.target (queue_id, team_id, measure, value, valid_from) -- days with another target within one that goes on: it does, behind them
    select queue_number, team_number, figure, e.value_then, to_day + 1 from ended e where to_day is not null;
    if to_day is null then
        to_day := (select min(t.valid_from) - 1 from samtale.target t where t.measure = figure and t.queue_id is not distinct from queue_number and t.team_id is not distinct from team_number
                   and t.valid_from > from_day);
    end if;
    insert into samtale.target (queue_id, team_id, measure, value, valid_from, valid_to) values (queue_number, team_number, figure, target_set.value, from_day, to_day)
    on conflict (coalesce(queue_id, -1), coalesce(team_id, -1), measure, valid_from) do update set value = excluded.value, valid_to = excluded.valid_to, set_at = now();
end
$$;
comment on function samtale.target_set is 'Sets a target from a day on; the same first day again replaces it; one without an end ends where the next begins, and goes on behind one with an end. Overlapping periods are refused.';

-- ---- closed days and what changed in them since --------------------------------------------------------------------------------------------
alter table samtale.site add column settled_after interval not null default '24 hours';
comment on column samtale.site.settled_after is '[numbers] settled_after: a day is closed so long after its sums were first ready.';
drop function samtale.policy_put(bigint, bigint, bigint, bigint, text, integer, date, boolean);
create function samtale.policy_put(words_ms bigint, customers_ms bigint, conversations_ms bigint, access_ms bigint, purposes text, group_min integer, agents_from date, pseudonyms boolean, settled_ms bigint)
    returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    update samtale.site s set words_kept = nullif(words_ms, 0) * interval '1 millisecond', customers_kept = nullif(customers_ms, 0) * interval '1 millisecond',
        conversations_kept = nullif(conversations_ms, 0) * interval '1 millisecond', access_kept = nullif(access_ms, 0) * interval '1 millisecond',
        group_min = policy_put.group_min, agents_from = policy_put.agents_from, agents_pseudonyms = policy_put.pseudonyms, settled_after = settled_ms * interval '1 millisecond';
    delete from samtale.purpose_kept;
    insert into samtale.purpose_kept (purpose, kept)
    select substr(l, strpos(l, ' ') + 1), nullif(split_part(l, ' ', 1)::bigint, 0) * interval '1 millisecond' from unnest(string_to_array(nullif(purposes, ''), E'\n')) as l
    on conflict do nothing;
end
$$;
comment on function samtale.policy_put is 'What retention, views of agents and closing of days need of the settings.';

create table samtale.closed_day (
    starts_at timestamptz primary key,
    ready_at timestamptz not null default now(),
    facts bytea not null,
    scores bytea not null,
    conversations bigint not null,
    offered bigint not null,
    scored bigint not null,
    restated_at timestamptz,
    facts_changed boolean not null default false,
    scores_changed boolean not null default false,
    conversations_now bigint,
    offered_now bigint,
    scored_now bigint
);
create index closed_day_restated on samtale.closed_day (starts_at) where restated_at is not null;
comment on table samtale.closed_day is 'Days of the site''s zone as they were when they were closed, and what they are now where that is something else.';
comment on column samtale.closed_day.starts_at is 'Beginning of the day.';
comment on column samtale.closed_day.ready_at is 'When its sums were first ready; closed site.settled_after later.';
comment on column samtale.closed_day.facts is 'Digest of its efficiency and outcome sums when it was closed.';
comment on column samtale.closed_day.scores is 'Digest of its opportunity sums then.';
comment on column samtale.closed_day.conversations is 'Conversations that ended on it, then.';
comment on column samtale.closed_day.offered is 'Entries into queues, then.';
comment on column samtale.closed_day.scored is 'Scored conversations, then.';
comment on column samtale.closed_day.restated_at is 'When its sums were last made and were others; null: they are what they were.';
comment on column samtale.closed_day.facts_changed is 'Sums of calls and outcomes are others.';
comment on column samtale.closed_day.scores_changed is 'Sums of scores are others.';
comment on column samtale.closed_day.conversations_now is 'As conversations, now; null: not restated.';
comment on column samtale.closed_day.offered_now is 'As offered, now; null: not restated.';
comment on column samtale.closed_day.scored_now is 'As scored, now; null: not restated.';

-- Of sums by queue that are not 0, so that a new sum changes no digest; the number of a score set does: another version is another figure, whatever it says.
create function samtale.day_digest(name text, day timestamptz) returns bytea language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    made bytea;
begin
    execute format($q$ select sha256(convert_to(coalesce(string_agg(t.said, E'\n' order by t.said), ''), 'UTF8'))
        from (select samtale.row_part(to_jsonb(r) - 'starts_at', 'channel, queue_id, score_set, language', true)::text
                     || samtale.row_part(to_jsonb(r) - 'starts_at', 'channel, queue_id, score_set, language', false)::text as said from samtale.level_%I r
              where r.starts_at = $1 and r.channel < 0 and r.queue_id >= 0) as t where t.said is not null $q$, name) into made using day;
    return made;
end
$$;
comment on function samtale.day_digest is 'Digest of a day''s sums of one level.';

create function samtale.day_close() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    day samtale.closed_day := (select d from samtale.closed_day d where d.starts_at = new.starts_at);
    n samtale.closed_day;
begin
    n.facts := sha256(samtale.day_digest('half_hour', new.starts_at) || samtale.day_digest('outcome', new.starts_at));
    n.scores := samtale.day_digest('opportunity', new.starts_at);
    select coalesce(sum(r.conversations), 0), coalesce(sum(r.offered), 0), coalesce(sum(r.scored), 0) into n.conversations, n.offered, n.scored
    from samtale.level_half_hour r where r.starts_at = new.starts_at and r.channel >= 0;
    if day.starts_at is null then
        insert into samtale.closed_day (starts_at, facts, scores, conversations, offered, scored) values (new.starts_at, n.facts, n.scores, n.conversations, n.offered, n.scored);
    elsif now() < day.ready_at + (select s.settled_after from samtale.site s) then
        update samtale.closed_day d set facts = n.facts, scores = n.scores, conversations = n.conversations, offered = n.offered, scored = n.scored where d.starts_at = new.starts_at;
    elsif n.facts = day.facts and n.scores = day.scores then
        update samtale.closed_day d set restated_at = null, facts_changed = false, scores_changed = false, conversations_now = null, offered_now = null, scored_now = null
        where d.starts_at = new.starts_at and d.restated_at is not null;
    else
        update samtale.closed_day d set restated_at = now(), facts_changed = n.facts <> day.facts, scores_changed = n.scores <> day.scores,
            conversations_now = n.conversations, offered_now = n.offered, scored_now = n.scored where d.starts_at = new.starts_at;
    end if;
    return null;
end
$$;
comment on function samtale.day_close is 'Keeps what a day was when it was closed, and notes when its sums are others.';
create trigger day_close after insert on samtale.level for each row when (new.ends_at - new.starts_at > interval '2 hours') execute function samtale.day_close();
grant select, insert, update, delete on samtale.closed_day to samtale_daemon;
grant select on samtale.closed_day to samtale_api, samtale_bi_owner;

create function samtale.restated_days(days samtale.day_range, zone text) returns text language sql stable parallel safe
    return (select coalesce('[' || string_agg(format('{"day":"%s","at":"%s","changed":"%s","conversations":%s,"offered":%s,"scored":%s}', (d.starts_at at time zone zone)::date,
                samtale.utc_text(d.restated_at), case when not d.scores_changed then 'facts' when not d.facts_changed then 'scores' else 'both' end,
                d.conversations_now - d.conversations, d.offered_now - d.offered, d.scored_now - d.scored), ',' order by d.starts_at) || ']', '[]')
            from samtale.closed_day d
            where d.restated_at is not null and d.starts_at >= (days).first_day::timestamp at time zone zone and d.starts_at < ((days).last_day + 1)::timestamp at time zone zone);
comment on function samtale.restated_days is 'Days of a range whose figures changed after they were closed, JSON, with the difference.';
reset role;
do $$
declare
    body text := pg_get_functiondef('samtale.overview(samtale.overview_question)'::regprocedure);
    place constant text := $p$|| ',"totals":'$p$;
begin
    if position(place in body) = 0 then
        raise exception 'overview() is made in another way than it was';
    end if;
    execute replace(body, place, $p$|| ',"restated":' || samtale.restated_days((q).days, (q).zone) $p$ || place);
end
$$;

-- ---- bi ----------------------------------------------------------------------------------------------------------------------------------
set local role samtale_bi_owner;
create view bi.team_day with (security_barrier) as
    select r.day, r.team_id, samtale.channel_name(r.channel) as channel, r.agents, r.answered, r.handled, r.talk_ms, r.hold_ms, r.wrap_ms, r.transferred, r.scored, r.open_share_part, r.open_share_whole,
           r.explored_share_part, r.explored_share_whole, r.acknowledged_share_part, r.acknowledged_share_whole, r.needs_asked_part, r.needs_asked_whole,
           (r.talk_ms + r.hold_ms + r.wrap_ms)::float8 / 1000 / nullif(r.handled, 0) as aht, r.transferred::float8 / nullif(r.answered, 0) as transfer_rate,
           r.open_share_part::float8 / nullif(r.open_share_whole, 0) as open_share, r.explored_share_part::float8 / nullif(r.explored_share_whole, 0) as explored_share,
           r.acknowledged_share_part::float8 / nullif(r.acknowledged_share_whole, 0) as acknowledged_share, r.needs_asked_part::float8 / nullif(r.needs_asked_whole, 0) as needs_asked,
           (select 100 * sum(s.weights[x.n] * x.value) / nullif(sum(s.weights[x.n]), 0)
            from (values (1, r.open_share_part::float8 / nullif(r.open_share_whole, 0)), (2, r.explored_share_part::float8 / nullif(r.explored_share_whole, 0)),
                         (3, r.acknowledged_share_part::float8 / nullif(r.acknowledged_share_whole, 0)), (4, r.needs_asked_part::float8 / nullif(r.needs_asked_whole, 0))) as x(n, value)
            where x.value is not null having count(*) >= s.components_min) as opportunity_index
    from samtale.rollup_team r cross join samtale.site s where r.agents >= s.group_min;
create view bi.team_result_day with (security_barrier) as
    select d.day, d.team_id, d.channel, f.measure, f.value, t.value as target, f.value - t.value as difference,
           case when f.measure in ('aht', 'transfer_rate') then f.value <= t.value else f.value >= t.value end as reached
    from bi.team_day d
    cross join lateral (values ('aht', d.aht), ('transfer_rate', d.transfer_rate), ('index', d.opportunity_index), ('open_share', d.open_share), ('explored_share', d.explored_share),
                               ('acknowledged_share', d.acknowledged_share), ('needs_asked', d.needs_asked)) as f(measure, value)
    cross join lateral (select t.value from samtale.target t
                        where t.measure = f.measure and d.day >= t.valid_from and (t.valid_to is null or d.day <= t.valid_to)
                          and (t.team_id = d.team_id or (t.queue_id is null and t.team_id is null))
                        order by t.team_id is null, t.valid_from desc, t.target_id desc limit 1) as t
    where f.value is not null;
create view bi.restated_day with (security_barrier) as
    select (d.starts_at at time zone s.time_zone)::date as day, d.ready_at + s.settled_after as closed_at, d.restated_at,
           case when not d.scores_changed then 'facts' when not d.facts_changed then 'scores' else 'both' end as changed,
           d.conversations as conversations_then, d.conversations_now, d.offered as offered_then, d.offered_now, d.scored as scored_then, d.scored_now
    from samtale.closed_day d cross join samtale.site s where d.restated_at is not null;
comment on view bi.team_day is 'Figures of a team''s day and channel, counted at night; only where at least [privacy] group_min agents answered. Opportunity figures are of conversations that the team had alone.';
comment on view bi.team_result_day is 'Figures of a team''s day beside their targets; only figures that have one, and were measured.';
comment on view bi.restated_day is 'Days whose figures changed after they were closed: a late part, a correction, another version of scores.';
reset role;
do $$
declare
    c record;
begin
    for c in
        select v.relname as view, a.attname as name,
               coalesce((select w.said from (values
                   ('aht', 'Average handle time: talk, hold and wrap-up of handled entries, seconds.'), ('transfer_rate', 'Transferred of answered.'),
                   ('open_share', 'Turns with an open question, of turns with a question.'), ('explored_share', 'Openings explored, of openings with an occasion.'),
                   ('acknowledged_share', 'Cues of hardship acknowledged, of such cues with an occasion.'), ('needs_asked', 'Conversations in which the need was asked for.'),
                   ('opportunity_index', 'Opportunity index 0-100, of summed components; null: too few could be measured.'), ('channel', 'Channel.'),
                   ('measure', 'aht, transfer_rate, index, open_share, explored_share, acknowledged_share or needs_asked.'), ('value', 'The figure.'),
                   ('target', 'What it was to reach on that day: the team''s own target, else the one for all.'), ('difference', 'Figure less target.'),
                   ('reached', 'Whether it was: aht and transfer_rate at or below, the others at or above their target.'), ('closed_at', 'When it was closed.'),
                   ('restated_at', 'When its sums were last made.'), ('changed', 'facts: sums of calls and outcomes; scores: sums of scores; both.'),
                   ('conversations_then', 'Conversations when it was closed.'), ('conversations_now', 'Conversations now.'), ('offered_then', 'Entries into queues when it was closed.'),
                   ('offered_now', 'Entries into queues now.'), ('scored_then', 'Scored conversations when it was closed.'), ('scored_now', 'Scored conversations now.')) as w(name, said) where w.name = a.attname),
                   (select col_description('samtale.rollup_team'::regclass, t.attnum) from pg_attribute t where t.attrelid = 'samtale.rollup_team'::regclass and t.attname = a.attname)) as said
        from pg_class v join pg_attribute a on a.attrelid = v.oid and a.attnum > 0
        where v.relnamespace = 'bi'::regnamespace and v.relname in ('team_day', 'team_result_day', 'restated_day')
    loop
        execute format('comment on column bi.%I.%I is %L', c.view, c.name, c.said);
    end loop;
end
$$;
set local role samtale_bi_owner;
grant select on bi.team_day, bi.team_result_day, bi.restated_day to samtale_bi;
