-- 0027: results of queues and teams against their targets for the HTTP interface, and coverage that counts without calling a function for each conversation.
set local role samtale_owner;

-- ---- who a team was --------------------------------------------------------------------------------------------------------------------
-- Numbers of agents of single days do not tell how many a team has in a month: a team of eight of whom four work a day is no small group.
create table samtale.team_agent (
    day date not null,
    team_id integer not null,
    channel smallint not null,
    agent_id integer not null,
    primary key (day, team_id, channel, agent_id)
);
alter table samtale.team_agent enable row level security;
create policy api on samtale.team_agent for select to samtale_api
    using ((select samtale.api_all()) or team_id = any ((select samtale.api_teams())::integer[]));
create policy api on samtale.rollup_team for select to samtale_api
    using ((select samtale.api_all()) or team_id = any ((select samtale.api_teams())::integer[]));
comment on table samtale.team_agent is 'Who answered for a team on a day, counted at night: for the least number of agents that figures of a team are shown of. BI does not read it.';
comment on column samtale.team_agent.day is 'Day of the site''s zone.';
comment on column samtale.team_agent.team_id is 'The team as it was then.';
comment on column samtale.team_agent.channel is 'samtale.channel_name().';
comment on column samtale.team_agent.agent_id is 'The agent.';
grant select, insert, update, delete on samtale.team_agent to samtale_daemon;
grant select on samtale.team_agent, samtale.rollup_team to samtale_api;
reset role;
do $$
declare
    body text := pg_get_functiondef('samtale.teams_count()'::regprocedure);
    place constant text := '    select count(distinct t.day) into counted';
begin
    if length(body) - length(replace(body, place, '')) <> length(place) then
        raise exception 'teams_count() is made in another way than it was';
    end if;
    execute replace(body, place, $p$    delete from samtale.team_agent t where t.day >= first_day;
    insert into samtale.team_agent (day, team_id, channel, agent_id)
    select distinct t.day, t.team_id, t.channel, t.agent_id
    from (select (coalesce(l.ended_at, l.answered_at, c.ended_at, c.started_at) at time zone zone)::date as day, l.team_id, c.channel, l.agent_id
          from samtale.conversation c join samtale.leg l using (conversation_id)
          where l.team_id is not null and l.agent_id is not null and l.disposition = 1 and c.started_at >= (first_day - 60)::timestamp at time zone zone) as t
    where t.day >= first_day;
$p$ || place);
end
$$;
set local role samtale_owner;
update samtale.chore c set done_at = null where c.name = 'teams';

-- ---- results ------------------------------------------------------------------------------------------------------------------------------
create function samtale.less_is_better(figure text) returns boolean language sql immutable parallel safe
    return figure in ('asa', 'abandon_rate', 'aht', 'average_talk', 'average_hold', 'average_wrap', 'transfer_rate', 'missed_share', 'empathy_latency_turns', 'empathy_latency',
                      'agent_talk_share', 'non_talk_share', 'flow_out_rate', 'short_abandon_share', 'average_wait_abandoned', 'hold_share', 'average_hold_held', 'wrap_ratio', 'ces_mean',
                      'churn_rate', 'repeat_rate', 'word_for_word_share', 'short_poor_share', 'long_poor_share', 'refusing_share', 'silence_share', 'wait_share');
comment on function samtale.less_is_better is 'Whether a figure reaches its target at or below it; the others at or above.';

create function samtale.is_reached(figure text, value float8, target float8) returns boolean language sql immutable parallel safe
    return case when samtale.less_is_better(figure) then value <= target else value >= target end;
comment on function samtale.is_reached is 'Whether a figure reached its target; null: not measured.';

create type samtale.result as (name text, figure text, result jsonb, target float8, days integer, days_reached integer, hidden text);
comment on type samtale.result is 'A figure of a queue or team beside its target; days: those on which it was measured and had a target.';

create function samtale.result_json(r samtale.result) returns jsonb language sql immutable parallel safe
    return jsonb_build_object('name', (r).name, 'figure', (r).figure, 'result', (r).result, 'target', (r).target, 'less_is_better', samtale.less_is_better((r).figure),
        'difference', ((r).result ->> 'value')::float8 - (r).target, 'reached', samtale.is_reached((r).figure, ((r).result ->> 'value')::float8, (r).target),
        'days', (r).days, 'days_reached', (r).days_reached, 'hidden', (r).hidden);
comment on function samtale.result_json is 'A result as the HTTP interface has it.';

create function samtale.targets_in(days samtale.day_range) returns table (measure text) language sql stable parallel safe
begin atomic
    select distinct t.measure from samtale.target t where t.valid_from <= (days).last_day and (t.valid_to is null or t.valid_to >= (days).first_day);
end;
comment on function samtale.targets_in is 'Figures that have a target in a period.';

-- Figures of the overview day by day; the others, most of which are counted at night, for the whole period.
create function samtale.queue_results(q samtale.overview_question, queue integer, queue_name text) returns setof samtale.result language plpgsql stable parallel safe as $$
declare
    all_days jsonb;
    others jsonb;
begin
    q.queues := array[queue_name];
    q.queue_ids := array[queue];
    q.step := 'day';
    select jsonb_agg(jsonb_build_object('kind', r.kind, 'day', (r.starts_at at time zone q.zone)::date, 'figures', r.efficiency::jsonb || r.opportunity::jsonb)) into all_days
    from samtale.overview_rows(q) as r where r.kind in ('series', 'total');
    if exists (select from samtale.targets_in(q.days) t where not (all_days -> 0 -> 'figures') ? t.measure) then
        others := samtale.figures(q)::jsonb;
        others := (others -> 'acknowledgement') || (others -> 'quadrant') || (others -> 'use') || (others -> 'retention') || (others -> 'repeat' -> '7') || (others -> 'service') || (others -> 'outcome');
    end if;
    return query
    select queue_name, t.measure, coalesce(total.figure, others -> t.measure), samtale.target_of(queue, null, t.measure, (q.days).last_day),
           case when total.figure is not null then day.n end, case when total.figure is not null then day.reached end, null::text
    from samtale.targets_in(q.days) t
    left join lateral (select d -> 'figures' -> t.measure as figure from jsonb_array_elements(all_days) as d where d ->> 'kind' = 'total') as total on true
    left join lateral (select count(*)::integer as n, (count(*) filter (where samtale.is_reached(t.measure, s.value, s.target)))::integer as reached
                       from (select (d -> 'figures' -> t.measure ->> 'value')::float8 as value, samtale.target_of(queue, null, t.measure, (d ->> 'day')::date) as target
                             from jsonb_array_elements(all_days) as d where d ->> 'kind' = 'series') as s
                       where s.value is not null and s.target is not null) as day on true
    where coalesce(total.figure, others -> t.measure) is not null and samtale.target_of(queue, null, t.measure, (q.days).last_day) is not null;
end
$$;
comment on function samtale.queue_results is 'Figures of one queue that have a target on the last day of a period.';

create function samtale.team_figure(sums jsonb, figure text, weights float8[], components_min integer) returns jsonb language sql stable parallel safe
    return (select case figure
        when 'index' then samtale.figure_index(jsonb_populate_record(null::samtale.opportunity_sums, sums), weights, components_min)
        when 'aht' then samtale.figure_ratio(((sums ->> 'talk_ms')::float8 + (sums ->> 'hold_ms')::float8 + (sums ->> 'wrap_ms')::float8) / 1000, (sums ->> 'handled')::float8, 's')
        when 'transfer_rate' then samtale.figure_ratio((sums ->> 'transferred')::float8, (sums ->> 'answered')::float8, 'ratio')
        else samtale.figure_ratio((sums ->> (figure || '_part'))::float8, (sums ->> (figure || '_whole'))::float8, 'ratio') end::jsonb);
comment on function samtale.team_figure is 'A figure of a team out of its sums.';

-- A team with fewer agents in the period than [privacy] group_min shows no figure.
create function samtale.team_results(q samtale.overview_question, team integer, team_name text) returns setof samtale.result language plpgsql stable parallel safe as $$
declare
    few constant boolean := (select count(distinct a.agent_id) from samtale.team_agent a where a.team_id = team and a.day between (q.days).first_day and (q.days).last_day
                             and (q.channels is null or a.channel = any (q.channels))) < (select s.group_min from samtale.site s);
    sums constant text := (select string_agg(format('coalesce(sum(r.%1$I), 0) as %1$I', a.attname), ', ') from pg_attribute a
                           where a.attrelid = 'samtale.rollup_team'::regclass and a.attnum > 0 and not a.attisdropped and a.atttypid = 'bigint'::regtype);
begin
    return query execute format($q$
        with days as materialized (
            select r.day, to_jsonb(r) - 'day' as sums from (select r.day, %1$s from samtale.rollup_team r
                where r.team_id = $2 and r.day between (($1).days).first_day and (($1).days).last_day and (($1).channels is null or r.channel = any (($1).channels)) group by r.day) as r
        ), whole as materialized (
            select to_jsonb(r) as sums from (select %1$s from samtale.rollup_team r
                where r.team_id = $2 and r.day between (($1).days).first_day and (($1).days).last_day and (($1).channels is null or r.channel = any (($1).channels))) as r
        )
        select $3, t.measure, case when not $4 then samtale.team_figure(w.sums, t.measure, ($1).weights, ($1).components_min) end, samtale.target_of(null, $2, t.measure, (($1).days).last_day),
               case when not $4 then d.n end, case when not $4 then d.reached end, case when $4 then 'few_agents' end
        from samtale.targets_in(($1).days) t cross join whole w
        left join lateral (select count(*)::integer as n, (count(*) filter (where samtale.is_reached(t.measure, s.value, s.target)))::integer as reached
                           from (select (samtale.team_figure(d.sums, t.measure, ($1).weights, ($1).components_min) ->> 'value')::float8 as value,
                                        samtale.target_of(null, $2, t.measure, d.day) as target from days d) as s
                           where s.value is not null and s.target is not null) as d on true
        where t.measure in ('aht', 'transfer_rate', 'index', 'open_share', 'explored_share', 'acknowledged_share', 'needs_asked')
          and samtale.target_of(null, $2, t.measure, (($1).days).last_day) is not null $q$, sums) using q, team, team_name, few;
end
$$;
comment on function samtale.team_results is 'Figures of one team that have a target on the last day of a period; hidden where few agents answered for it.';

create function samtale.results(q samtale.overview_question) returns text language plpgsql stable parallel safe set jit = off as $$
declare
    queues jsonb;
    teams jsonb;
begin
    select jsonb_agg(samtale.result_json(r) order by k.name, (r).figure) into queues
    from samtale.queue k cross join lateral samtale.queue_results(q, k.queue_id, k.name) as r
    where k.name <> '' and (q.queue_ids is null or k.queue_id = any (q.queue_ids))
      and (((r).result ->> 'value') is not null or exists (select from samtale.target t where t.queue_id = k.queue_id and t.measure = (r).figure));
    select jsonb_agg(samtale.result_json(r) order by k.name, (r).figure) into teams
    from samtale.team k cross join lateral samtale.team_results(q, k.team_id, k.name) as r
    where q.queue_ids is null and ((select samtale.api_all()) or k.team_id = any ((select samtale.api_teams())::integer[]))
      and exists (select from samtale.rollup_team t where t.team_id = k.team_id and t.day between (q.days).first_day and (q.days).last_day);
    return jsonb_build_object('from', (q.days).first_day, 'to', (q.days).last_day, 'time_zone', q.zone,
        'filter', jsonb_build_object('queue', coalesce(q.queues, '{}'), 'channel', samtale.channel_names(coalesce(q.channels, '{}'))),
        'variant', jsonb_build_object('service_level', q.variant, 'wait_channels', samtale.channel_names(q.live)),
        'group_min', (select s.group_min from samtale.site s),
        'teams_counted', (select samtale.utc_text(c.done_at) from samtale.chore c where c.name = 'teams'),
        'queues', coalesce(queues, '[]'), 'teams', coalesce(teams, '[]'))::text;
end
$$;
comment on function samtale.results is 'GET /v1/results, JSON.';

-- ---- coverage ------------------------------------------------------------------------------------------------------------------------------
create or replace function samtale.coverage(days samtale.day_range, zone text, queues text[], channels integer[]) returns text language plpgsql stable parallel safe set jit = off as $$
declare
    cut constant timestamptz := (select now() - s.incomplete_after from samtale.site s);
    queue_ids constant integer[] := case when queues is not null then array(select k.queue_id from samtale.queue k where k.name = any (queues)) end;
begin
    return (with sums as materialized (
        select (c.started_at at time zone zone)::date as day, count(*) as conversations, count(*) filter (where c.turns > 0) as with_transcript,
               count(*) filter (where c.turns > 0 and c.flags & 32 = 0) as with_roles, count(*) filter (where c.turns > 0 and c.flags & 16 <> 0) as derived,
               count(*) filter (where c.scored) as scored, count(*) filter (where c.late and c.lacks = 'record') as no_record,
               count(*) filter (where c.late and c.lacks = 'transcript') as no_transcript, count(*) filter (where not c.late and c.lacks is not null) as waiting
        from (select c.started_at, c.turns, c.flags, c.scored, samtale.lacks(c.flags, c.disposition) as lacks, coalesce(c.ended_at, c.started_at, c.updated_at) < cut as late
              from samtale.conversation c
              where c.started_at >= (days).first_day::timestamp at time zone zone and c.started_at < ((days).last_day + 1)::timestamp at time zone zone
                and (queue_ids is null or c.queue_id = any (queue_ids)) and (channels is null or c.channel = any (channels))) as c
        group by 1
    )
    select jsonb_build_object('from', (days).first_day, 'to', (days).last_day, 'time_zone', zone,
        'incomplete_after_s', (select extract(epoch from s.incomplete_after)::bigint from samtale.site s),
        'totals', (select samtale.coverage_figures(coalesce(sum(s.conversations), 0)::bigint, coalesce(sum(s.with_transcript), 0)::bigint, coalesce(sum(s.with_roles), 0)::bigint,
                       coalesce(sum(s.derived), 0)::bigint, coalesce(sum(s.scored), 0)::bigint, coalesce(sum(s.no_record), 0)::bigint,
                       coalesce(sum(s.no_transcript), 0)::bigint, coalesce(sum(s.waiting), 0)::bigint) from sums s),
        'series', (select coalesce(jsonb_agg(jsonb_build_object('start', s.day) || samtale.coverage_figures(s.conversations, s.with_transcript, s.with_roles, s.derived, s.scored,
                       s.no_record, s.no_transcript, s.waiting) order by s.day), '[]') from sums s))::text);
end
$$;
