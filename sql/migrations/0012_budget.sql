-- 0012: targets and staffing, and what the AHT budget is computed from. The models themselves are the room kpi (include/samtale/kpi.h).
set local role samtale_owner;

create table samtale.target (
    target_id integer generated always as identity primary key,
    queue_id integer references samtale.queue,
    team_id integer references samtale.team,
    measure text not null,
    value float8 not null check (value between 0 and 1e9),
    valid_from date not null,
    valid_to date check (valid_to >= valid_from),
    set_at timestamptz not null default now(),
    check (queue_id is null or team_id is null)
);
create unique index target_one on samtale.target (coalesce(queue_id, -1), coalesce(team_id, -1), measure, valid_from);
comment on table samtale.target is 'What a figure is to reach, from a day on. Where periods overlap the one that began last holds, so that a day has one target.';
comment on column samtale.target.target_id is 'Its number here.';
comment on column samtale.target.queue_id is 'The queue it is for; null: not for a queue.';
comment on column samtale.target.team_id is 'The team it is for; both null: for all that have no own.';
comment on column samtale.target.measure is 'Name of a figure, samtale.figure, e.g. service_level, aht, explored_share.';
comment on column samtale.target.value is 'In the figure''s unit: 0.8 for 80 %, seconds.';
comment on column samtale.target.valid_from is 'First day.';
comment on column samtale.target.valid_to is 'Last day; null: until another one begins.';
comment on column samtale.target.set_at is 'When it was set.';

create table samtale.staffing (
    queue_id integer not null references samtale.queue,
    valid_from date not null,
    weekday smallint not null check (weekday between 1 and 7),
    begins time not null,
    ends interval not null check (ends > begins::interval and ends <= interval '24 hours'),
    agents float8 not null check (agents between 0 and 50000),
    primary key (queue_id, valid_from, weekday, begins)
);
comment on table samtale.staffing is 'Agents on a queue by weekday and time, a plan from a day on: the plan that began last holds as a whole. Where rows of a plan overlap their agents add up.';
comment on column samtale.staffing.queue_id is 'The queue.';
comment on column samtale.staffing.valid_from is 'First day of the plan.';
comment on column samtale.staffing.weekday is '1 Monday to 7 Sunday.';
comment on column samtale.staffing.begins is 'Local time.';
comment on column samtale.staffing.ends is 'Local time after midnight, not included; up to 24:00.';
comment on column samtale.staffing.agents is 'How many; halves are possible, e.g. one shared with another queue.';

create function samtale.target_of(queue integer, team integer, figure text, on_day date) returns float8 language sql stable parallel safe
    return (select t.value from samtale.target t
            where t.measure = figure and on_day >= t.valid_from and (t.valid_to is null or on_day <= t.valid_to)
              and (t.queue_id = queue or t.team_id = team or (t.queue_id is null and t.team_id is null))
            order by t.queue_id is null and t.team_id is null, t.valid_from desc, t.target_id desc limit 1);
comment on function samtale.target_of is 'The target of a queue or team on a day: its own, else the one for all; null: none.';

create function samtale.target_set(queue text, team text, figure text, value float8, from_day date, to_day date) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    queue_number integer := (select k.queue_id from samtale.queue k where k.name = target_set.queue);
    team_number integer := (select t.team_id from samtale.team t where t.name = target_set.team);
begin
    if target_set.queue is not null and queue_number is null then
        raise exception 'there is no queue %: queues are known from messages', target_set.queue using errcode = 'SAM03';
    elsif target_set.team is not null and team_number is null then
        raise exception 'there is no team %: teams are known from messages', target_set.team using errcode = 'SAM03';
    elsif figure <> 'service_level' and figure <> 'index' and not exists (select from samtale.figure f where f.name = figure and f.whole is not null and f.lens <> 'service_level') then
        raise exception 'there is no figure %: see docs/measures.md', figure using errcode = 'SAM03';
    elsif to_day < from_day then
        raise exception 'the last day % is before the first, %', to_day, from_day using errcode = 'SAM03';
    end if;
    insert into samtale.target (queue_id, team_id, measure, value, valid_from, valid_to) values (queue_number, team_number, figure, target_set.value, from_day, to_day)
    on conflict (coalesce(queue_id, -1), coalesce(team_id, -1), measure, valid_from) do update set value = excluded.value, valid_to = excluded.valid_to, set_at = now();
end
$$;
comment on function samtale.target_set is 'Sets a target from a day on; the same first day again replaces it.';

-- A line of a plan: WEEKDAY,FROM,TO,AGENTS.
create function samtale.staffing_set(queue text, from_day date, weekdays integer[], begins text[], ends text[], agents float8[]) returns bigint language plpgsql
    set search_path = pg_catalog, pg_temp as $$
declare
    queue_number integer := (select k.queue_id from samtale.queue k where k.name = staffing_set.queue);
    rows bigint;
begin
    if queue_number is null then
        raise exception 'there is no queue %: queues are known from messages', staffing_set.queue using errcode = 'SAM03';
    end if;
    delete from samtale.staffing s where s.queue_id = queue_number and s.valid_from = from_day;
    insert into samtale.staffing (queue_id, valid_from, weekday, begins, ends, agents)
    select queue_number, from_day, p.weekday, p.begins::time, p.ends::interval, p.agents
    from unnest(weekdays, staffing_set.begins, staffing_set.ends, staffing_set.agents) as p(weekday, begins, ends, agents);
    get diagnostics rows = row_count;
    return rows;
end
$$;
comment on function samtale.staffing_set is 'Replaces the plan of a queue that begins on a day; how many rows it has.';

create function samtale.agents_planned(queue integer, at timestamptz, zone text) returns float8 language sql stable parallel safe
    return (select sum(s.agents * extract(epoch from least(s.ends, (at at time zone zone)::time::interval + interval '30 minutes')
                                          - greatest(s.begins::interval, (at at time zone zone)::time::interval))::float8 / 1800)
            from samtale.staffing s
            where s.queue_id = queue and s.weekday = extract(isodow from at at time zone zone)
              and s.valid_from = (select max(p.valid_from) from samtale.staffing p where p.queue_id = queue and p.valid_from <= (at at time zone zone)::date)
              and s.begins::interval < (at at time zone zone)::time::interval + interval '30 minutes' and s.ends > (at at time zone zone)::time::interval);
comment on function samtale.agents_planned is 'Agents on a queue in the half hour that begins at a time: of the plan that holds, those there for a part of it in part; null: no plan for then.';

-- ---- what a budget is asked for and made of ---------------------------------------------------------------------------------------
create type samtale.budget_question as (queue_id integer, queue text, zone text, days samtale.day_range);
comment on type samtale.budget_question is 'A queue and the days its budget is asked for.';
create function samtale.budget_question_of(from_day date, to_day date, zone text, queue text) returns samtale.budget_question language plpgsql stable parallel safe as $$
declare
    last_day date := coalesce(to_day, (now() at time zone zone)::date - 1);
begin
    return row((select k.queue_id from samtale.queue k where k.name = queue), queue, zone, samtale.day_range_of(coalesce(from_day, last_day - 6), last_day, zone, 31))::samtale.budget_question;
end
$$;
comment on function samtale.budget_question_of is 'The question of a budget: yesterday and the six days before unless told. Errors as day_range_of.';

-- Targets and agents leave as whole numbers (parts per million, thousandths).
create function samtale.budget_head(q samtale.budget_question)
    returns table (queue_id integer, first_day text, last_day text, service_level_ms integer, short_abandon_ms integer, target_ppm bigint) language sql stable parallel safe
begin atomic
    select k.queue_id, ((q).days).first_day::text, ((q).days).last_day::text, k.service_level_ms, k.short_abandon_ms,
           round(1000000 * samtale.target_of(k.queue_id, null, 'service_level', ((q).days).last_day))::bigint
    from samtale.queue k where k.queue_id = (q).queue_id;
end;
comment on function samtale.budget_head is 'The queue of a budget with its threshold and target; no row: no such queue.';

create function samtale.budget_intervals(q samtale.budget_question)
    returns table (starts_at text, day text, offered bigint, answered bigint, abandoned bigint, short_abandoned bigint, flowed_out bigint, answered_in bigint, abandoned_in bigint,
                   wait_ms bigint, waits_abandoned bigint, handled bigint, handle_ms bigint, agents_milli bigint) language sql stable parallel safe
begin atomic
    select samtale.utc_text(r.half_hour), ((r.half_hour at time zone (q).zone)::date)::text, r.offered, r.waits_answered, r.waits_abandoned, least(r.short_abandoned, r.waits_abandoned),
           r.flowed_out, r.answered_in, r.abandoned_in, r.wait_answered_ms + r.wait_abandoned_ms, r.waits_abandoned, r.handled, r.talk_ms + r.hold_ms + r.wrap_ms,
           round(1000 * samtale.agents_planned(r.queue_id, r.half_hour, (q).zone))::bigint
    from samtale.rollup_half_hour r
    where r.queue_id = (q).queue_id and r.channel = 1 and r.half_hour >= ((q).days).first_day::timestamp at time zone (q).zone
      and r.half_hour < (((q).days).last_day + 1)::timestamp at time zone (q).zone
    order by r.half_hour;
end;
comment on function samtale.budget_intervals is 'Half hours of calls of a queue: chats run side by side and mails wait, which no Erlang model knows.';

grant select, insert, update, delete on samtale.target, samtale.staffing to samtale_daemon;
grant usage on sequence samtale.target_target_id_seq to samtale_daemon;
grant select on samtale.target, samtale.staffing to samtale_api, samtale_bi_owner;

set local role samtale_bi_owner;
create view bi.target with (security_barrier) as
    select t.target_id, t.queue_id, t.team_id, t.measure, t.value, t.valid_from, t.valid_to from samtale.target t;
create view bi.staffing with (security_barrier) as
    select s.queue_id, s.valid_from, s.weekday, s.begins, s.ends, s.agents from samtale.staffing s;
comment on view bi.target is 'Targets of queues and teams with the days they hold; where periods overlap the one that began last.';
comment on column bi.target.target_id is 'Its number.';
comment on column bi.target.queue_id is 'The queue it is for; null: not for a queue.';
comment on column bi.target.team_id is 'The team it is for; both null: for all that have no own.';
comment on column bi.target.measure is 'Name of a figure.';
comment on column bi.target.value is 'In the figure''s unit.';
comment on column bi.target.valid_from is 'First day.';
comment on column bi.target.valid_to is 'Last day; null: until another one begins.';
comment on view bi.staffing is 'Agents on a queue by weekday and time.';
comment on column bi.staffing.queue_id is 'The queue.';
comment on column bi.staffing.valid_from is 'First day of the plan.';
comment on column bi.staffing.weekday is '1 Monday to 7 Sunday.';
comment on column bi.staffing.begins is 'Local time.';
comment on column bi.staffing.ends is 'Local time after midnight, not included.';
comment on column bi.staffing.agents is 'How many.';
grant select on bi.target, bi.staffing to samtale_bi;
