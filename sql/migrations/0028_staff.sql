-- 0028: states of agents, and what comes of them: occupancy, contacts per hour, and how many were on a queue. The states are facts as they were told; the time in each
-- state is summed by half hour, team and queue, and by agent and day, exactly, whatever order they come in; docs/measures.md says what each rule is.
set local role samtale_owner;

alter table samtale.site
    add column state_longest interval not null default '12 hours',
    add column states_kept interval;
comment on column samtale.site.state_longest is '[agents] longest_state: a state that nobody ended lasts so long at most.';
comment on column samtale.site.states_kept is '[retention] agent_states: how long states and days of single agents are kept; null: for ever.';

create function samtale.state_name(state smallint) returns text language sql immutable parallel safe
    return (array['withdrawn', 'offline', 'pause', 'ready', 'available', 'wrap', 'on_contact'])[state + 1];
comment on function samtale.state_name is 'Name of an enum sam_state.';

-- ---- facts --------------------------------------------------------------------------------------------------------------------------
create table samtale.agent_state (
    agent_id integer not null,
    from_at timestamptz not null,
    source_id integer not null,
    queue_id integer not null,
    state smallint not null check (state between 0 and 6),
    ends_at timestamptz check (ends_at >= from_at),
    version bigint not null,
    team_id integer,
    reason text,
    primary key (agent_id, from_at, source_id, queue_id)
);
comment on table samtale.agent_state is 'From when on an agent was in a state, as a source told it of a queue or of all. It holds until the next one of the same source and queue.';
comment on column samtale.agent_state.agent_id is 'The agent.';
comment on column samtale.agent_state.from_at is 'When it began.';
comment on column samtale.agent_state.source_id is 'System that told it.';
comment on column samtale.agent_state.queue_id is 'Queue; 0: all queues of the agent.';
comment on column samtale.agent_state.state is 'samtale.state_name(); withdrawn: was told before and is taken back.';
comment on column samtale.agent_state.ends_at is 'Its own end; null: until the next one begins.';
comment on column samtale.agent_state.version is 'The message''s version; the greatest counts.';
comment on column samtale.agent_state.team_id is 'The agent''s team as it was then; null: not stated.';
comment on column samtale.agent_state.reason is 'Why the agent paused, as the source says it, masked; null after erasure.';

create table samtale.agent_watch (
    agent_id integer primary key,
    counted_to timestamptz not null default '-infinity',
    settled_to timestamptz not null default '-infinity'
);
comment on table samtale.agent_watch is 'Agents whose states are known. The row is locked first in every write, agents in order.';
comment on column samtale.agent_watch.agent_id is 'The agent.';
comment on column samtale.agent_watch.counted_to is 'Up to when their time is in the sums: the begin of their last state, since nobody knows yet how long that lasts.';
comment on column samtale.agent_watch.settled_to is 'Up to when retention has taken what was left of it into the sums.';

create table samtale.agent_tail (
    agent_id integer not null,
    n integer not null,
    begins timestamptz not null,
    ends timestamptz not null,
    queue_id integer not null,
    team_id integer not null,
    state smallint not null,
    nth integer not null,
    parts integer not null,
    primary key (agent_id, n)
);
create index agent_tail_begins on samtale.agent_tail (begins, ends);
comment on table samtale.agent_tail is 'What the last states of agents will have been if nothing more comes; whoever reads takes what is past of it.';
comment on column samtale.agent_tail.agent_id is 'The agent.';
comment on column samtale.agent_tail.n is 'From 1.';
comment on column samtale.agent_tail.begins is 'From when.';
comment on column samtale.agent_tail.ends is 'To when: as long as a state may last.';
comment on column samtale.agent_tail.queue_id is 'Queue; 0: none stated.';
comment on column samtale.agent_tail.team_id is 'Team; 0: none stated.';
comment on column samtale.agent_tail.state is 'samtale.state_name().';
comment on column samtale.agent_tail.nth is 'Which of parts equal parts of the time this queue has, from 0.';
comment on column samtale.agent_tail.parts is 'Queues among which the time is shared.';

create table samtale.agent_tombstone (
    digest bytea primary key,
    erased_at timestamptz not null default now()
);
comment on table samtale.agent_tombstone is 'Agents who were erased: states of theirs from before are left out when they are told again.';
comment on column samtale.agent_tombstone.digest is 'As samtale.tombstone.digest, of the agent.';
comment on column samtale.agent_tombstone.erased_at is 'When.';

create table samtale.state_left_out (
    why text primary key check (why in ('erased', 'too_old')),
    states bigint not null
);
comment on table samtale.state_left_out is 'How many states were told and not kept.';
comment on column samtale.state_left_out.why is 'erased: of an agent who was erased, from before; too_old: of days that [retention] has ended.';
comment on column samtale.state_left_out.states is 'How many.';

-- ---- sums ----------------------------------------------------------------------------------------------------------------------------
-- In microseconds: nothing is rounded, so that what is taken out is what was added.
create table samtale.rollup_staff (
    half_hour timestamptz not null,
    team_id integer not null,
    queue_id integer not null,
    pause_us bigint not null,
    ready_us bigint not null,
    available_us bigint not null,
    wrap_us bigint not null,
    contact_us bigint not null,
    primary key (half_hour, queue_id, team_id)
) with (fillfactor = 50);
comment on table samtale.rollup_staff is 'Time of agents in each state, by half hour (UTC), team and queue, up to the begin of each agent''s last state; samtale.staff has the rest, too.';
create table samtale.rollup_staff_day (
    day date not null,
    agent_id integer not null,
    team_id integer not null,
    queue_id integer not null,
    pause_us bigint not null,
    ready_us bigint not null,
    available_us bigint not null,
    wrap_us bigint not null,
    contact_us bigint not null,
    primary key (day, agent_id, team_id, queue_id)
) with (fillfactor = 50);
comment on table samtale.rollup_staff_day is 'The same by agent and day of the site''s zone.';
create table samtale.staff_kept (
    day date not null,
    queue_id integer not null,
    agents integer not null,
    primary key (day, queue_id)
);
comment on table samtale.staff_kept is 'How many agents days had whose rows by agent [retention] has ended.';
comment on column samtale.staff_kept.day is 'Day of the site''s zone.';
comment on column samtale.staff_kept.queue_id is 'Queue; 0: states that named none; -1: of any.';
comment on column samtale.staff_kept.agents is 'Agents.';
do $$
declare
    t text;
begin
    foreach t in array array['rollup_staff', 'rollup_staff_day'] loop
        execute format('comment on column samtale.%I.team_id is %L', t, 'Team as it was then; 0: none stated.');
        execute format('comment on column samtale.%I.queue_id is %L', t, 'Queue; 0: states that named none.');
        execute format('comment on column samtale.%I.pause_us is %L', t, 'Signed in and paused, microseconds.');
        execute format('comment on column samtale.%I.ready_us is %L', t, 'Takes contacts; the source does not tell whether on one or waiting.');
        execute format('comment on column samtale.%I.available_us is %L', t, 'Waits for a contact.');
        execute format('comment on column samtale.%I.wrap_us is %L', t, 'Work after a contact.');
        execute format('comment on column samtale.%I.contact_us is %L', t, 'On a contact.');
        execute format('alter table samtale.%I enable row level security', t);
        execute format('create policy daemon on samtale.%I to samtale_daemon using (true) with check (true)', t);
        execute format('create policy bi on samtale.%I for select to samtale_bi_owner using ((select samtale.bi_all(current_user)) or team_id = any ((select samtale.bi_teams(current_user))::integer[]))', t);
    end loop;
    foreach t in array array['agent_state', 'agent_watch', 'agent_tail'] loop
        execute format('alter table samtale.%I enable row level security', t);
        execute format('create policy daemon on samtale.%I to samtale_daemon using (true) with check (true)', t);
    end loop;
end
$$;
comment on column samtale.rollup_staff.half_hour is 'Start of the half hour.';
comment on column samtale.rollup_staff_day.day is 'Day of the site''s zone.';
comment on column samtale.rollup_staff_day.agent_id is 'The agent.';

-- ---- what an agent did when ------------------------------------------------------------------------------------------------------------
-- Of each source and queue the last state counts, until it ends or is as old as a state may be; one that names no queue is of all queues the agent is in, and stands for itself
-- where he is in none. An agent does one thing at a time: the greatest of all these states; its time is shared evenly among the queues that are in it. So what is true of a
-- moment follows from the states that began within site.state_longest before it, and from nothing else.
create function samtale.agent_timeline(agent integer, from_at timestamptz, to_at timestamptz)
    returns table (begins timestamptz, ends timestamptz, queue_id integer, team_id integer, state smallint, nth integer, parts integer) language plpgsql stable
    set search_path = pg_catalog, pg_temp as $$
declare
    longest constant interval := (select s.state_longest from samtale.site s);
    e record;
    sources integer[] := '{}';
    queues integer[] := '{}';
    told samtale.agent_state[] := '{}'; -- the last state of each source and queue
    untils timestamptz[] := '{}';
    states smallint[];
    teams integer[];
    at timestamptz;
    until timestamptz;
    place integer;
    whole integer;
    inside boolean;
    best smallint;
begin
    for e in
        select s.*, least(s.ends_at, s.from_at + longest) as until_at, s as row from samtale.agent_state s
        where s.agent_id = agent and s.state > 0 and s.from_at > agent_timeline.from_at - longest and s.from_at < agent_timeline.to_at
        union all
        select null::integer, agent_timeline.to_at, null, null, null, null, null, null, null, null, null
        order by 2, 3, 4
    loop
        while at < e.from_at loop
            select least(e.from_at, min(u)) into until from unnest(untils) as u where u > at;
            until := coalesce(until, e.from_at);
            if until > agent_timeline.from_at and cardinality(sources) > 0 then
                states := array_fill(1::smallint, array[cardinality(sources)]);
                teams := array_fill(0, array[cardinality(sources)]);
                for i in 1 .. cardinality(sources) loop
                    continue when queues[i] = 0 or untils[i] <= at or told[i].state = 1;
                    states[i] := told[i].state;
                    teams[i] := coalesce(told[i].team_id, 0);
                    whole := null;
                    for k in 1 .. cardinality(sources) loop
                        if sources[k] = sources[i] and queues[k] = 0 and untils[k] > at and told[k].from_at > told[i].from_at then
                            states[i] := told[k].state;
                            teams[i] := coalesce(told[k].team_id, teams[i]);
                        end if;
                    end loop;
                end loop;
                for i in 1 .. cardinality(sources) loop
                    continue when queues[i] <> 0 or untils[i] <= at;
                    inside := false;
                    for k in 1 .. cardinality(sources) loop
                        inside := inside or (sources[k] = sources[i] and queues[k] <> 0 and states[k] > 1);
                    end loop;
                    if not inside then
                        states[i] := told[i].state;
                        teams[i] := coalesce(told[i].team_id, 0);
                    end if;
                end loop;
                best := (select max(s) from unnest(states) as s);
                if best > 1 then
                    begins := greatest(at, agent_timeline.from_at);
                    ends := until;
                    state := best;
                    parts := (select count(*) from unnest(states) as s where s = best);
                    nth := 0;
                    for i in 1 .. cardinality(sources) loop
                        continue when states[i] <> best;
                        queue_id := queues[i];
                        team_id := teams[i];
                        return next;
                        nth := nth + 1;
                    end loop;
                end if;
            end if;
            at := until;
        end loop;
        exit when e.agent_id is null;
        at := e.from_at;
        place := null;
        for i in 1 .. cardinality(sources) loop
            place := case when sources[i] = e.source_id and queues[i] = e.queue_id then i else place end;
        end loop;
        if place is null then
            place := cardinality(sources) + 1;
            sources[place] := e.source_id;
            queues[place] := e.queue_id;
        end if;
        told[place] := e.row;
        untils[place] := e.until_at;
    end loop;
end
$$;
comment on function samtale.agent_timeline is 'What an agent did in a stretch of time, by queue; nothing where he was not signed in.';

-- The part of a stretch that one of some queues gets: by the clock, so that two halves of a stretch have the same parts as the whole.
create function samtale.time_share(begins timestamptz, ends timestamptz, nth integer, parts integer) returns bigint language sql immutable parallel safe
    return (select case when parts = 1 then t.e - t.b else (t.e * (nth + 1) / parts - t.e * nth / parts) - (t.b * (nth + 1) / parts - t.b * nth / parts) end
            from (select (extract(epoch from begins) * 1000000)::bigint as b, (extract(epoch from ends) * 1000000)::bigint as e) as t);
comment on function samtale.time_share is 'Microseconds of a stretch that the nth of some equal parts has.';

create type samtale.staff_piece as (half_hour timestamptz, team_id integer, queue_id integer, state smallint, us bigint);
comment on type samtale.staff_piece is 'Time in one state in a half hour.';
create function samtale.staff_pieces(agent integer, from_at timestamptz, to_at timestamptz) returns setof samtale.staff_piece language sql stable set search_path = pg_catalog, pg_temp as $$
    select h.half_hour, t.team_id, t.queue_id, t.state,
           sum(samtale.time_share(greatest(t.begins, h.half_hour), least(t.ends, h.half_hour + interval '30 minutes'), t.nth, t.parts))::bigint
    from samtale.agent_timeline(agent, from_at, to_at) t
    cross join lateral generate_series(samtale.half_hour_of(t.begins), t.ends - interval '1 microsecond', interval '30 minutes') as h(half_hour)
    group by 1, 2, 3, 4 $$;
comment on function samtale.staff_pieces is 'The same, summed by half hour.';

-- ---- storing ---------------------------------------------------------------------------------------------------------------------------
create table samtale.staff_frozen (
    ends_at timestamptz primary key,
    frozen_at timestamptz not null default now()
);
comment on table samtale.staff_frozen is 'Before these times states are deleted ([retention] agent_states); the sums stay as they are.';
comment on column samtale.staff_frozen.ends_at is 'Midnight of a day of the site''s zone.';
comment on column samtale.staff_frozen.frozen_at is 'When.';
create function samtale.states_before() returns timestamptz language sql stable parallel safe set search_path = pg_catalog, pg_temp as $$
    select coalesce(max(f.ends_at), '-infinity') from samtale.staff_frozen f $$;
comment on function samtale.states_before is 'Before this states are deleted.';

create function samtale.told_time(value jsonb) returns timestamptz language sql stable parallel safe
    return (case jsonb_typeof(value) when 'object' then value ->> 'time' else value #>> '{}' end)::timestamptz;
comment on function samtale.told_time is 'A time of the canonical form.';

create function samtale.state_rank(s samtale.agent_state, team text) returns text[] language sql immutable parallel safe
    return array[lpad((s).version::text, 20, '0'), (s).state::text, lpad((coalesce(extract(epoch from (s).ends_at), 99999999999) * 1000000)::bigint::text, 20, '0'),
                 coalesce((s).reason, ''), coalesce(team, '')] collate "C";
comment on function samtale.state_rank is 'Of two tellings of one state the greater one counts: by version, then by what they say, so that the order in which they come is nothing.';

-- What of the parts is new, as rows. Parts are of one agent.
create function samtale.states_new(agent integer, parts jsonb) returns setof samtale.agent_state language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    return query
    with told as (
        select row(agent, samtale.told_time(s.value -> 'from'), o.source_id, coalesce(q.queue_id, 0),
                   array_position(array['withdrawn', 'offline', 'pause', 'ready', 'available', 'wrap', 'on_contact'], s.value ->> 'state') - 1,
                   samtale.told_time(s.value -> 'to'), coalesce((p.value ->> 'version')::bigint, 0), t.team_id, s.value ->> 'reason')::samtale.agent_state as s,
               p.value #>> '{agent,team}' as team
        from jsonb_array_elements(parts) as p(value) join samtale.source o on o.name = p.value ->> 'source'
        left join samtale.team t on t.name = p.value #>> '{agent,team}' cross join lateral jsonb_array_elements(p.value -> 'states') as s(value)
        left join samtale.queue q on q.name = s.value ->> 'queue'
    ), best as (
        select distinct on ((t.s).from_at, (t.s).source_id, (t.s).queue_id) t.s, samtale.state_rank(t.s, t.team) as rank from told t
        order by (t.s).from_at, (t.s).source_id, (t.s).queue_id, samtale.state_rank(t.s, t.team) desc
    )
    select (b.s).* from best b
    left join samtale.agent_state o on o.agent_id = agent and o.from_at = (b.s).from_at and o.source_id = (b.s).source_id and o.queue_id = (b.s).queue_id
    left join samtale.team t on t.team_id = o.team_id
    where o.agent_id is null or b.rank > samtale.state_rank(o, t.name);
end
$$;
comment on function samtale.states_new is 'States among those told that are not stored yet, or in an older version.';

create function samtale.states_leave_out(why text, n bigint) returns void language sql set search_path = pg_catalog, pg_temp as $$
    insert into samtale.state_left_out as l (why, states) select why, n where n > 0 on conflict on constraint state_left_out_pkey do update set states = l.states + excluded.states $$;
comment on function samtale.states_leave_out is 'Counts states that are not kept.';

-- Stores what is new of one agent's states and gives what that changes: pieces to be taken out (negative) and added.
create function samtale.agent_states_put(agent integer, name text, parts jsonb) returns setof samtale.staff_piece language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    longest constant interval := (select s.state_longest from samtale.site s);
    before constant timestamptz := samtale.states_before();
    erased_at constant timestamptz := (select t.erased_at from samtale.agent_tombstone t where t.digest = samtale.tombstone_of('', name));
    changed samtale.agent_state[];
    watch samtale.agent_watch;
    lo timestamptz;
    hi timestamptz;
    counted timestamptz;
    pieces samtale.staff_piece[];
begin
    insert into samtale.agent_watch (agent_id) values (agent) on conflict do nothing;
    select w.* into watch from samtale.agent_watch w where w.agent_id = agent for update;
    select array_agg(n), min(n.from_at), max(n.from_at) + longest into changed, lo, hi from samtale.states_new(agent, parts) n;
    if erased_at is not null or before > '-infinity' then
        perform samtale.states_leave_out('erased', (select count(*) from unnest(changed) c where c.from_at < erased_at));
        perform samtale.states_leave_out('too_old', (select count(*) from unnest(changed) c where c.from_at < before and c.from_at >= coalesce(erased_at, '-infinity')));
        select array_agg(c), min(c.from_at), max(c.from_at) + longest into changed, lo, hi
        from unnest(changed) c where c.from_at >= greatest(before, coalesce(erased_at, '-infinity'));
    end if;
    if changed is null then
        return;
    end if;
    counted := greatest(watch.settled_to, (select max(c.from_at) from unnest(changed) c where c.state > 0),
                        (select s.from_at from samtale.agent_state s
                         where s.agent_id = agent and s.state > 0
                           and not exists (select from unnest(changed) c where (c.from_at, c.source_id, c.queue_id) = (s.from_at, s.source_id, s.queue_id))
                         order by s.from_at desc limit 1));
    if counted <> watch.counted_to then
        lo := least(lo, counted, case when watch.counted_to > '-infinity' then watch.counted_to end);
        hi := greatest(counted, watch.counted_to);
    end if;
    if watch.counted_to > lo then
        pieces := array(select row(p.half_hour, p.team_id, p.queue_id, p.state, -p.us)::samtale.staff_piece from samtale.staff_pieces(agent, lo, least(hi, watch.counted_to)) p);
    end if;
    insert into samtale.agent_state select c.* from unnest(changed) c
    on conflict (agent_id, from_at, source_id, queue_id) do update
        set state = excluded.state, ends_at = excluded.ends_at, version = excluded.version, team_id = excluded.team_id, reason = excluded.reason;
    if counted > lo then
        pieces := pieces || array(select p from samtale.staff_pieces(agent, lo, least(hi, counted)) p);
    end if;
    update samtale.agent_watch w set counted_to = counted where w.agent_id = agent and w.counted_to <> counted;
    perform samtale.agent_tail_make(agent, counted);
    perform samtale.staff_days_add(agent, pieces);
    return query select p.* from unnest(pieces) p;
end
$$;
comment on function samtale.agent_states_put is 'Stores new states of an agent; what that changes in the sums.';

create function samtale.agent_tail_make(agent integer, counted timestamptz) returns void language sql set search_path = pg_catalog, pg_temp as $$
    delete from samtale.agent_tail t where t.agent_id = agent;
    insert into samtale.agent_tail (agent_id, n, begins, ends, queue_id, team_id, state, nth, parts)
    select agent, row_number() over (order by t.begins, t.queue_id, t.nth), t.begins, t.ends, t.queue_id, t.team_id, t.state, t.nth, t.parts
    from samtale.agent_timeline(agent, counted, counted + (select s.state_longest from samtale.site s)) t where isfinite(counted) $$;
comment on function samtale.agent_tail_make is 'Makes what an agent''s last states will have been anew.';

create function samtale.staff_days_add(agent integer, pieces samtale.staff_piece[]) returns void language sql set search_path = pg_catalog, pg_temp as $$
    insert into samtale.rollup_staff_day as r (day, agent_id, team_id, queue_id, pause_us, ready_us, available_us, wrap_us, contact_us)
    select (p.half_hour at time zone s.time_zone)::date, agent, p.team_id, p.queue_id, coalesce(sum(p.us) filter (where p.state = 2), 0), coalesce(sum(p.us) filter (where p.state = 3), 0),
           coalesce(sum(p.us) filter (where p.state = 4), 0), coalesce(sum(p.us) filter (where p.state = 5), 0), coalesce(sum(p.us) filter (where p.state = 6), 0)
    from unnest(pieces) as p, samtale.site s group by 1, 3, 4 order by 1, 3, 4
    on conflict (day, agent_id, team_id, queue_id) do update set pause_us = r.pause_us + excluded.pause_us, ready_us = r.ready_us + excluded.ready_us,
        available_us = r.available_us + excluded.available_us, wrap_us = r.wrap_us + excluded.wrap_us, contact_us = r.contact_us + excluded.contact_us $$;
comment on function samtale.staff_days_add is 'Adds pieces to an agent''s days.';
create function samtale.staff_add(pieces samtale.staff_piece[]) returns void language sql set search_path = pg_catalog, pg_temp as $$
    insert into samtale.rollup_staff as r (half_hour, team_id, queue_id, pause_us, ready_us, available_us, wrap_us, contact_us)
    select p.half_hour, p.team_id, p.queue_id, coalesce(sum(p.us) filter (where p.state = 2), 0), coalesce(sum(p.us) filter (where p.state = 3), 0),
           coalesce(sum(p.us) filter (where p.state = 4), 0), coalesce(sum(p.us) filter (where p.state = 5), 0), coalesce(sum(p.us) filter (where p.state = 6), 0)
    from unnest(pieces) as p group by 1, 2, 3 order by 1, 3, 2
    on conflict (half_hour, queue_id, team_id) do update set pause_us = r.pause_us + excluded.pause_us, ready_us = r.ready_us + excluded.ready_us,
        available_us = r.available_us + excluded.available_us, wrap_us = r.wrap_us + excluded.wrap_us, contact_us = r.contact_us + excluded.contact_us $$;
comment on function samtale.staff_add is 'Adds pieces to the half hours, in order of their keys.';

create function samtale.states_put(told jsonb) returns void language plpgsql set search_path = pg_catalog, pg_temp set jit = off as $$
declare
    r record;
    pieces samtale.staff_piece[];
begin
    insert into samtale.agent (name) select distinct p.value #>> '{agent,id}' from jsonb_array_elements(told) as p(value)
    where not exists (select from samtale.agent a where a.name = p.value #>> '{agent,id}') order by 1 on conflict do nothing; -- erased, and the daemon remembers the name
    for r in select a.agent_id, a.name, jsonb_agg(p.value) as parts from jsonb_array_elements(told) as p(value) join samtale.agent a on a.name = p.value #>> '{agent,id}'
             group by a.agent_id order by a.agent_id loop
        pieces := pieces || array(select p from samtale.agent_states_put(r.agent_id, r.name, r.parts) p);
    end loop;
    perform samtale.staff_add(pieces);
end
$$;
comment on function samtale.states_put is 'Stores states of agents, a JSON list of parts in their canonical form whose names are known, and adds what they change to the sums.';

-- ---- reading -----------------------------------------------------------------------------------------------------------------------------
create view samtale.staff as
    select r.half_hour, r.team_id, r.queue_id, r.pause_us, r.ready_us, r.available_us, r.wrap_us, r.contact_us from samtale.rollup_staff r
    union all
    select h.half_hour, t.team_id, t.queue_id, case when t.state = 2 then u.us else 0 end, case when t.state = 3 then u.us else 0 end, case when t.state = 4 then u.us else 0 end,
           case when t.state = 5 then u.us else 0 end, case when t.state = 6 then u.us else 0 end
    from samtale.agent_tail t
    cross join lateral generate_series(samtale.half_hour_of(t.begins), least(t.ends, now()) - interval '1 microsecond', interval '30 minutes') as h(half_hour)
    cross join lateral (select samtale.time_share(greatest(t.begins, h.half_hour), least(t.ends, h.half_hour + interval '30 minutes', now()), t.nth, t.parts) as us) as u
    where t.begins < now();
comment on view samtale.staff is 'Time of agents in each state by half hour, team and queue, up to now.';
comment on column samtale.staff.half_hour is 'As in rollup_staff.';
comment on column samtale.staff.team_id is 'As in rollup_staff.';
comment on column samtale.staff.queue_id is 'As in rollup_staff.';
comment on column samtale.staff.pause_us is 'As in rollup_staff.';
comment on column samtale.staff.ready_us is 'As in rollup_staff.';
comment on column samtale.staff.available_us is 'As in rollup_staff.';
comment on column samtale.staff.wrap_us is 'As in rollup_staff.';
comment on column samtale.staff.contact_us is 'As in rollup_staff.';
grant select, insert, update, delete on samtale.agent_state, samtale.agent_watch, samtale.agent_tail, samtale.agent_tombstone, samtale.state_left_out, samtale.rollup_staff,
    samtale.rollup_staff_day, samtale.staff_kept, samtale.staff_frozen to samtale_daemon;

-- ---- counting anew, and verifying -----------------------------------------------------------------------------------------------------
create function samtale.staff_recount() returns void language plpgsql set search_path = pg_catalog, pg_temp set jit = off as $$
declare
    before constant timestamptz := samtale.states_before();
    w record;
    pieces samtale.staff_piece[];
begin
    lock table samtale.agent_watch in share row exclusive mode;
    delete from samtale.rollup_staff r where r.half_hour >= before;
    delete from samtale.rollup_staff_day r where r.day >= (select (before at time zone s.time_zone)::date from samtale.site s);
    for w in select t.agent_id, greatest(t.settled_to, (select max(s.from_at) from samtale.agent_state s where s.agent_id = t.agent_id and s.state > 0)) as counted
             from samtale.agent_watch t order by t.agent_id loop
        update samtale.agent_watch t set counted_to = w.counted where t.agent_id = w.agent_id and t.counted_to <> w.counted;
        pieces := array(select p from samtale.staff_pieces(w.agent_id, before, w.counted) p);
        perform samtale.staff_days_add(w.agent_id, pieces);
        perform samtale.staff_add(pieces);
        perform samtale.agent_tail_make(w.agent_id, w.counted);
    end loop;
end
$$;
comment on function samtale.staff_recount is 'Makes all sums of states anew, but for days whose states are deleted.';

create function samtale.staff_rule_changed() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    perform samtale.staff_recount();
    return null;
end
$$;
comment on function samtale.staff_rule_changed is 'Another zone has other days, and another longest state other hours.';
create trigger staff_rule_changed after update of time_zone, state_longest on samtale.site for each row
    when (old.time_zone <> new.time_zone or old.state_longest <> new.state_longest) execute function samtale.staff_rule_changed();

create function samtale.verify_staff() returns table (rollup text, key text, stored jsonb, computed jsonb) language sql stable set search_path = pg_catalog, pg_temp set jit = off as $$
    with piece as materialized (
        select w.agent_id, p.* from samtale.agent_watch w cross join lateral samtale.staff_pieces(w.agent_id, samtale.states_before(), w.counted_to) p where isfinite(w.counted_to)
    ), computed as (
        select 'staff' as rollup, format('%s team %s queue %s', p.half_hour, p.team_id, p.queue_id) as key,
               coalesce(sum(p.us) filter (where p.state = 2), 0) as pause, coalesce(sum(p.us) filter (where p.state = 3), 0) as ready, coalesce(sum(p.us) filter (where p.state = 4), 0) as available,
               coalesce(sum(p.us) filter (where p.state = 5), 0) as wrap, coalesce(sum(p.us) filter (where p.state = 6), 0) as contact
        from piece p group by 1, 2
        union all
        select 'staff_day', format('%s agent %s team %s queue %s', (p.half_hour at time zone s.time_zone)::date, p.agent_id, p.team_id, p.queue_id),
               coalesce(sum(p.us) filter (where p.state = 2), 0), coalesce(sum(p.us) filter (where p.state = 3), 0), coalesce(sum(p.us) filter (where p.state = 4), 0),
               coalesce(sum(p.us) filter (where p.state = 5), 0), coalesce(sum(p.us) filter (where p.state = 6), 0)
        from piece p, samtale.site s group by 1, 2
    ), stored as (
        select 'staff' as rollup, format('%s team %s queue %s', r.half_hour, r.team_id, r.queue_id) as key, r.pause_us as pause, r.ready_us as ready, r.available_us as available,
               r.wrap_us as wrap, r.contact_us as contact
        from samtale.rollup_staff r where r.half_hour >= samtale.states_before()
        union all
        select 'staff_day', format('%s agent %s team %s queue %s', r.day, r.agent_id, r.team_id, r.queue_id), r.pause_us, r.ready_us, r.available_us, r.wrap_us, r.contact_us
        from samtale.rollup_staff_day r, samtale.site s where r.day >= (samtale.states_before() at time zone s.time_zone)::date
    ), tail as (
        select w.agent_id, (select jsonb_agg(jsonb_build_array(t.begins, t.ends, t.queue_id, t.team_id, t.state, t.nth, t.parts) order by t.n) from samtale.agent_tail t where t.agent_id = w.agent_id) as stored,
               (select jsonb_agg(jsonb_build_array(t.begins, t.ends, t.queue_id, t.team_id, t.state, t.nth, t.parts) order by t.begins, t.queue_id, t.nth)
                from samtale.agent_timeline(w.agent_id, w.counted_to, w.counted_to + (select s.state_longest from samtale.site s)) t) as computed
        from samtale.agent_watch w where isfinite(w.counted_to)
    )
    select coalesce(s.rollup, c.rollup), coalesce(s.key, c.key), to_jsonb(s) - 'rollup' - 'key', to_jsonb(c) - 'rollup' - 'key'
    from stored s full join computed c on c.rollup = s.rollup and c.key = s.key
    where (coalesce(s.pause, 0), coalesce(s.ready, 0), coalesce(s.available, 0), coalesce(s.wrap, 0), coalesce(s.contact, 0))
       <> (coalesce(c.pause, 0), coalesce(c.ready, 0), coalesce(c.available, 0), coalesce(c.wrap, 0), coalesce(c.contact, 0))
    union all
    select 'agent_tail', format('agent %s', t.agent_id), t.stored, t.computed from tail t where t.stored is distinct from t.computed $$;
comment on function samtale.verify_staff is 'Sums of states that are not what the states give: none, unless something is wrong.';
create or replace function samtale.verify_all() returns table (rollup text, key text, stored jsonb, computed jsonb) language sql stable set search_path = pg_catalog, pg_temp as $$
    select v.rollup, v.key, v.stored, v.computed from samtale.verify_rollups() v
    union all
    select v.rollup, v.key, v.stored, v.computed from samtale.verify_levels() v
    union all
    select v.rollup, v.key, v.stored, v.computed from samtale.verify_long_levels() v
    union all
    select v.rollup, v.key, v.stored, v.computed from samtale.verify_staff() v $$;

-- ---- retention and erasure ---------------------------------------------------------------------------------------------------------------
-- Before rows of days go, what was left open in them is taken into the sums.
create function samtale.states_freeze() returns void language plpgsql set search_path = pg_catalog, pg_temp set jit = off as $$
declare
    due constant timestamptz := (select date_trunc('day', now() - s.states_kept, s.time_zone) from samtale.site s);
    first_kept constant date := (select (due at time zone s.time_zone)::date from samtale.site s);
    w record;
    pieces samtale.staff_piece[];
begin
    if due is null or due <= samtale.states_before() then
        return;
    end if;
    for w in select t.agent_id, t.counted_to from samtale.agent_watch t where t.counted_to < due order by t.agent_id for update loop
        pieces := array(select p from samtale.staff_pieces(w.agent_id, w.counted_to, due) p);
        perform samtale.staff_days_add(w.agent_id, pieces);
        perform samtale.staff_add(pieces);
        update samtale.agent_watch t set counted_to = due, settled_to = due where t.agent_id = w.agent_id;
        perform samtale.agent_tail_make(w.agent_id, due);
    end loop;
    insert into samtale.staff_frozen (ends_at) values (due);
    insert into samtale.staff_kept as k (day, queue_id, agents)
    select r.day, coalesce(r.queue_id, -1), count(distinct r.agent_id) from samtale.rollup_staff_day r where r.day < first_kept group by grouping sets ((r.day, r.queue_id), (r.day))
    on conflict on constraint staff_kept_pkey do update set agents = greatest(k.agents, excluded.agents);
    delete from samtale.rollup_staff_day r where r.day < first_kept;
end
$$;
comment on function samtale.states_freeze is 'Ends states and days of single agents that are older than they are kept; their sums stay.';
create function samtale.states_end(most integer) returns bigint language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    ended bigint;
begin
    delete from samtale.agent_state s
    using (select o.* from samtale.agent_watch w
           cross join lateral (select a.agent_id, a.from_at, a.source_id, a.queue_id from samtale.agent_state a
                               where a.agent_id = w.agent_id and a.from_at <= samtale.states_before() - (select t.state_longest from samtale.site t) order by a.from_at limit most) as o limit most) as o
    where (s.agent_id, s.from_at, s.source_id, s.queue_id) = (o.agent_id, o.from_at, o.source_id, o.queue_id);
    get diagnostics ended = row_count;
    return ended;
end
$$;
comment on function samtale.states_end is 'Deletes states of days that are ended, so many at a time; how many.';

-- ---- figures ---------------------------------------------------------------------------------------------------------------------------------
create type samtale.staff_sums as (signed_in_ms float8, pause_ms float8, ready_ms float8, available_ms float8, contact_ms float8, wrap_ms float8, handling_ms float8, contacts float8);
comment on type samtale.staff_sums is 'Sums behind the figures of the lens staff.';
insert into samtale.figure (lens, n, name, unit, part, whole, said) values
    ('staff', 1, 'occupancy', 'ratio', 's.handling_ms', 's.signed_in_ms - s.pause_ms', 'Handling time, of handling and available time of agents whose states are known.'),
    ('staff', 2, 'contacts_per_hour', 'per_hour', 's.contacts', 's.signed_in_ms / 3600000', 'Contacts handled by hour signed in, pauses among them.'),
    ('staff', 3, 'pause_share', 'ratio', 's.pause_ms', 's.signed_in_ms', 'Paused, of the time signed in.'),
    ('staff', 4, 'signed_in_hours', 'h', 's.signed_in_ms', '3600000', 'Time signed in, hours.');
comment on column samtale.figure.unit is 'count, ratio, s (seconds), h (hours), per_hour, turns or points.';
reset role;
call samtale.lens_make('staff', 'samtale.staff_sums');
set local role samtale_owner;

create function samtale.staff_agents(first_day date, last_day date, queues integer[]) returns bigint language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
    select greatest((select count(distinct t.agent_id)
                     from (select r.agent_id from samtale.rollup_staff_day r where r.day between first_day and last_day and (queues is null or r.queue_id = any (queues))
                           union all
                           select a.agent_id from samtale.agent_tail a, samtale.site s where (a.begins at time zone s.time_zone)::date <= last_day and (a.ends at time zone s.time_zone)::date >= first_day
                              and a.begins < now() and (queues is null or a.queue_id = any (queues))) as t),
                    (select max(k.agents) from samtale.staff_kept k where k.day between first_day and last_day and (case when queues is null then k.queue_id = -1 else k.queue_id = any (queues) end))) $$;
comment on function samtale.staff_agents is 'How many agents with known states there were.';

-- Handling is what the states tell (on a contact, wrap-up) where they tell contacts, else what the records tell. Of days without states nothing counts, contacts neither. States that
-- name no queue are of the queues that have none of their own that day.
create function samtale.staff_days(first_day date, last_day date, queues integer[])
    returns table (day date, queue_id integer, sums samtale.staff_sums) language sql stable parallel safe set search_path = pg_catalog, pg_temp set jit = off as $$
    with zone as materialized (
        select s.time_zone as name, first_day::timestamp at time zone s.time_zone as lo, (last_day + 1)::timestamp at time zone s.time_zone as hi from samtale.site s
    ), state as materialized (
        select (t.half_hour at time zone z.name)::date as day, t.queue_id, sum(t.pause_us) as pause, sum(t.ready_us) as ready, sum(t.available_us) as available, sum(t.wrap_us) as wrap,
               sum(t.contact_us) as contact
        from samtale.staff t, zone z where t.half_hour >= z.lo and t.half_hour < z.hi group by 1, 2
        having sum(t.pause_us + t.ready_us + t.available_us + t.wrap_us + t.contact_us) > 0
    ), span as materialized (
        select s.starts_at, s.ends_at, s.slot from zone z cross join lateral samtale.level_spans(
            array(select d::timestamp at time zone z.name from generate_series(first_day::timestamp, last_day + 1, interval '1 day') as d)) s
        where exists (select from state)
    ), record as materialized (
        select (r.at at time zone z.name)::date as day, r.queue_id, sum(r.handled) as handled, sum(r.talk_ms + r.hold_ms) as talk, sum(r.wrap_ms) as wrap
        from zone z cross join (
            select r.starts_at as at, r.queue_id, r.handled, r.talk_ms, r.hold_ms, r.wrap_ms from span s join samtale.level_half_hour r on r.starts_at = s.starts_at
            where s.slot is not null and r.channel >= 0 and r.queue_id >= 0
            union all
            select r.half_hour, r.queue_id, r.handled, r.talk_ms, r.hold_ms, r.wrap_ms from span s join samtale.rollup_half_hour r on r.half_hour >= s.starts_at and r.half_hour < s.ends_at
            where s.slot is null) as r
        group by 1, 2
    ), worked as (
        select r.day, case when exists (select from state s where s.day = r.day and s.queue_id = r.queue_id) then r.queue_id else 0 end as queue_id, sum(r.handled) as handled, sum(r.talk) as talk,
               sum(r.wrap) as wrap
        from record r group by 1, 2
    )
    select s.day, s.queue_id,
           row(((s.pause + s.ready + s.available + s.wrap + s.contact) / 1000)::float8, (s.pause / 1000)::float8, (s.ready / 1000)::float8, (s.available / 1000)::float8, (s.contact / 1000)::float8,
               (s.wrap / 1000)::float8,
               case when s.ready = 0 then (s.contact + s.wrap) / 1000 else coalesce(w.talk, 0) + case when s.wrap > 0 then s.wrap / 1000 else coalesce(w.wrap, 0) end end::float8,
               coalesce(w.handled, 0)::float8)::samtale.staff_sums
    from state s left join worked w on w.day = s.day and w.queue_id = s.queue_id
    where queues is null or s.queue_id = any (queues) $$;
comment on function samtale.staff_days is 'Sums of states beside what was handled, by day of the site''s zone and queue; 0: states that name no queue.';

create function samtale.figures_staff(q samtale.overview_question) returns json language plpgsql stable parallel safe set search_path = pg_catalog, pg_temp set jit = off as $$
declare
    first_day constant date := (q.days).first_day;
    last_day constant date := (q.days).last_day;
    least_group constant integer := (select s.group_min from samtale.site s);
    agents constant bigint := samtale.staff_agents(first_day, last_day, q.queue_ids);
    sums samtale.staff_sums;
    why text;
begin
    select sum((d.sums).signed_in_ms), sum((d.sums).pause_ms), sum((d.sums).ready_ms), sum((d.sums).available_ms), sum((d.sums).contact_ms), sum((d.sums).wrap_ms), sum((d.sums).handling_ms),
           sum((d.sums).contacts) into sums
    from samtale.staff_days(first_day, last_day, q.queue_ids) d;
    why := case when q.channels is not null then 'not_by_channel'
                when coalesce(sums.signed_in_ms, 0) = 0 and q.queue_ids is not null and exists (select from samtale.staff_days(first_day, last_day, null)) then 'states_name_no_queue'
                when coalesce(sums.signed_in_ms, 0) = 0 then 'no_states'
                when agents < least_group then 'small_group' end;
    if why is not null then
        sums := null;
    end if;
    return (select json_object_agg(f.key, case when why is not null then f.value || jsonb_build_object('hidden', why)
                                               when f.key = 'occupancy' and (f.value ->> 'value')::float8 > 1 then f.value || '{"value": null, "hidden": "more_handled_than_signed_in"}'
                                               else f.value end order by g.n)
            from jsonb_each(samtale.lens_staff(sums)::jsonb) as f join samtale.figure g on g.lens = 'staff' and g.name = f.key);
end
$$;
comment on function samtale.figures_staff is 'Occupancy and contacts per hour; each null with a reason where it is not known.';
grant select on samtale.staff to samtale_api, samtale_bi_owner;
grant select on samtale.rollup_staff_day to samtale_bi_owner;

-- ---- the budget's staffing -----------------------------------------------------------------------------------------------------------------
-- Of a half hour that is not over too little is known: it is left to the plan.
drop function samtale.budget_intervals(samtale.budget_question);
create function samtale.budget_intervals(q samtale.budget_question)
    returns table (starts_at text, day text, offered bigint, answered bigint, abandoned bigint, short_abandoned bigint, flowed_out bigint, answered_in bigint, abandoned_in bigint,
                   wait_ms bigint, waits_abandoned bigint, handled bigint, handle_ms bigint, agents_milli bigint, seen boolean) language sql stable parallel safe set jit = off as $$
    select samtale.utc_text(r.half_hour), ((r.half_hour at time zone (q).zone)::date)::text, r.offered, r.waits_answered, r.waits_abandoned, least(r.short_abandoned, r.waits_abandoned),
           r.flowed_out, r.answered_in, r.abandoned_in, r.wait_answered_ms + r.wait_abandoned_ms, r.waits_abandoned, r.handled, r.talk_ms + r.hold_ms + r.wrap_ms,
           round(1000 * coalesce(k.agents, samtale.agents_planned(r.queue_id, r.half_hour, (q).zone)))::bigint, k.agents is not null
    from samtale.rollup_half_hour r
    left join (select s.half_hour, sum(s.ready_us + s.available_us + s.wrap_us + s.contact_us)::float8 / 1800000000 as agents from samtale.staff s
               where s.queue_id = (q).queue_id and s.half_hour >= ((q).days).first_day::timestamp at time zone (q).zone
                 and s.half_hour < (((q).days).last_day + 1)::timestamp at time zone (q).zone and s.half_hour + interval '30 minutes' <= now() group by 1) as k using (half_hour)
    where r.queue_id = (q).queue_id and r.channel = 1 and r.half_hour >= ((q).days).first_day::timestamp at time zone (q).zone
      and r.half_hour < (((q).days).last_day + 1)::timestamp at time zone (q).zone
    order by r.half_hour $$;
comment on function samtale.budget_intervals is 'Half hours of calls of a queue: chats run side by side and mails wait, which no Erlang model knows. Agents by their states, where those are known, else by the plan.';

-- ---- bi --------------------------------------------------------------------------------------------------------------------------------------
set local role samtale_bi_owner;
create view bi.staff_day with (security_barrier) as
    select d.day, d.queue_id, a.agents, (d.sums).signed_in_ms, (d.sums).pause_ms, (d.sums).ready_ms, (d.sums).available_ms, (d.sums).contact_ms, (d.sums).wrap_ms, (d.sums).handling_ms, (d.sums).contacts,
           case when (d.sums).handling_ms <= (d.sums).signed_in_ms - (d.sums).pause_ms then (d.sums).handling_ms / nullif((d.sums).signed_in_ms - (d.sums).pause_ms, 0) end as occupancy,
           (d.sums).contacts / nullif((d.sums).signed_in_ms / 3600000, 0) as contacts_per_hour
    from samtale.site s
    cross join lateral (select (min(t.half_hour) at time zone s.time_zone)::date as first_day, (max(t.half_hour) at time zone s.time_zone)::date as last_day from samtale.staff t) as r
    cross join lateral samtale.staff_days(r.first_day, r.last_day, null) d
    cross join lateral (select samtale.staff_agents(d.day, d.day, array[d.queue_id]) as agents) as a
    where a.agents >= s.group_min;
create view bi.agent_staff_day with (security_barrier) as
    select t.day, t.agent_id, t.team_id, t.signed_in_ms, t.pause_ms, t.ready_ms, t.available_ms, t.contact_ms, t.wrap_ms, t.handling_ms, t.handled,
           case when t.handling_ms <= t.signed_in_ms - t.pause_ms then t.handling_ms / nullif(t.signed_in_ms - t.pause_ms, 0) end as occupancy, t.handled / nullif(t.signed_in_ms / 3600000, 0) as contacts_per_hour
    from (select g.*, w.handled, case when g.ready_ms = 0 then g.contact_ms + g.wrap_ms else coalesce(w.talk_ms, 0) + case when g.wrap_ms > 0 then g.wrap_ms else coalesce(w.wrap_ms, 0) end end as handling_ms
          from (select r.day, r.agent_id, r.team_id, sum(r.pause_us + r.ready_us + r.available_us + r.wrap_us + r.contact_us)::float8 / 1000 as signed_in_ms, sum(r.pause_us)::float8 / 1000 as pause_ms,
                       sum(r.ready_us)::float8 / 1000 as ready_ms, sum(r.available_us)::float8 / 1000 as available_ms, sum(r.contact_us)::float8 / 1000 as contact_ms,
                       sum(r.wrap_us)::float8 / 1000 as wrap_ms
                from samtale.rollup_staff_day r where samtale.agents_visible() group by 1, 2, 3) as g
          left join (select d.day, d.agent_id, coalesce(d.team_id, 0) as team_id, sum(d.handled)::float8 as handled, sum(d.talk_ms + coalesce(d.hold_ms, 0))::float8 as talk_ms, sum(d.wrap_ms)::float8 as wrap_ms
                     from bi.agent_day d group by 1, 2, 3) as w using (day, agent_id, team_id)) as t
    where t.signed_in_ms > 0;
comment on view bi.staff_day is 'Time of agents in each state, occupancy and contacts per hour, a day and queue; only where [privacy] group_min agents or more were signed in.';
comment on view bi.agent_staff_day is 'Time of an agent in each state, occupancy and contacts per hour, a day, up to the last state that is told; empty unless [privacy] shows single agents.';
reset role;
do $$
declare
    c record;
    body text;
begin
    for c in
        select v.relname as view, a.attname as name, w.said from pg_class v join pg_attribute a on a.attrelid = v.oid and a.attnum > 0
        left join (values ('day', 'Day of the site''s time zone.'), ('queue_id', 'Queue; 0: states that name no queue.'), ('agent_id', 'The agent.'), ('team_id', 'Team as it was then; 0: none stated.'),
            ('agents', 'Agents who were signed in.'), ('signed_in_ms', 'Time signed in.'), ('pause_ms', 'Signed in and paused.'),
            ('ready_ms', 'Takes contacts; the source does not tell whether on one or waiting.'), ('available_ms', 'Waits for a contact.'), ('contact_ms', 'On a contact.'), ('wrap_ms', 'Work after a contact.'),
            ('handling_ms', 'Handling: by the states where they tell contacts, else by the records.'), ('contacts', 'Contacts handled.'), ('handled', 'Contacts handled; null: none.'),
            ('occupancy', 'Handling time, of handling and available time; null: not known, or more was handled than these agents had time for.'),
            ('contacts_per_hour', 'Contacts handled by hour signed in.')) as w(name, said) on w.name = a.attname
        where v.relnamespace = 'bi'::regnamespace and v.relname in ('staff_day', 'agent_staff_day')
    loop
        execute format('comment on column bi.%I.%I is %L', c.view, c.name, c.said);
    end loop;
    -- what is there already, with what is new in it
    for c in select * from (values
        ('samtale.figures(samtale.overview_question)', $p$samtale.figures_percentiles(q),$p$, $p$samtale.figures_percentiles(q), 'staff', samtale.figures_staff(q),$p$),
        ('samtale.queue_results(samtale.overview_question,integer,text)', '|| (others -> ''service'')', '|| (others -> ''staff'') || (others -> ''service'')'),
        ('samtale.retention_step()', 'perform samtale.retention_freeze();', $p$perform samtale.retention_freeze();
        perform samtale.states_freeze();$p$),
        ('samtale.retention_step()', 'rows := samtale.access_log_end(10 * page_size);', 'rows := samtale.access_log_end(10 * page_size) + samtale.states_end(10 * page_size);'),
        ('samtale.erase_agent(text)', $p$insert into samtale.access_log (what) values ('erase_agent');$p$,
         $p$insert into samtale.agent_tombstone (digest) values (samtale.tombstone_of('', erase_agent.agent)) on conflict (digest) do update set erased_at = now();
    update samtale.agent_state s set reason = null where s.agent_id = who and s.reason is not null;
    delete from samtale.dead_letter d where d.kind = 'agent_state' and position(convert_to(erase_agent.agent, 'UTF8') in d.body) > 0;
    insert into samtale.access_log (what) values ('erase_agent');$p$)) as t(name, was, becomes) loop
        body := pg_get_functiondef(c.name::regprocedure);
        if length(body) - length(replace(body, c.was, '')) <> length(c.was) then
            raise exception '% is made in another way than it was', c.name;
        end if;
        execute replace(body, c.was, c.becomes);
    end loop;
end
$$;
set local role samtale_bi_owner;
grant select on bi.staff_day, bi.agent_staff_day to samtale_bi;
