-- 0034: another longest state or time zone counts agents' time anew agent by agent. All at once held every message with states up for as long as all states take, a
-- tenth of a millisecond each: half an hour for a thousand agents and a year, and behind such a message its whole batch. Each agent now has the rule by which he is
-- counted, and the daemon brings one after the other to the site's, beside its work.
set local role samtale_owner;

create function samtale.site_longest() returns interval language sql stable parallel safe set search_path = pg_catalog, pg_temp as $$ select s.state_longest from samtale.site s $$;
create function samtale.site_zone() returns text language sql stable parallel safe set search_path = pg_catalog, pg_temp as $$ select s.time_zone from samtale.site s $$;
comment on function samtale.site_longest is 'The rule for an agent whose first state comes.';
comment on function samtale.site_zone is 'The zone for an agent whose first state comes.';
alter table samtale.agent_watch
    add column longest interval not null default samtale.site_longest(),
    add column zone text not null default samtale.site_zone();
comment on column samtale.agent_watch.longest is 'So long a state lasts at most in the agent''s sums: site.state_longest, or what that was until this agent is counted anew.';
comment on column samtale.agent_watch.zone is 'The zone of the agent''s days in the sums: site.time_zone, or what that was.';
create function samtale.longest_of(agent integer) returns interval language sql stable parallel safe set search_path = pg_catalog, pg_temp as $$
    select coalesce((select w.longest from samtale.agent_watch w where w.agent_id = agent), samtale.site_longest()) $$;
comment on function samtale.longest_of is 'So long a state of an agent lasts at most in the sums.';
create function samtale.zone_of(agent integer) returns text language sql stable parallel safe set search_path = pg_catalog, pg_temp as $$
    select coalesce((select w.zone from samtale.agent_watch w where w.agent_id = agent), samtale.site_zone()) $$;
comment on function samtale.zone_of is 'The zone of an agent''s days in the sums.';

-- The functions of 0028, with the agent's rule where they had the site's.
do $$
declare
    r record;
    text text;
begin
    for r in select * from (values
        ('agent_timeline', '(select s.state_longest from samtale.site s)', 'samtale.longest_of(agent)'),
        ('agent_tail_make', '(select s.state_longest from samtale.site s)', 'samtale.longest_of(agent)'),
        ('agent_states_put', 'longest constant interval := (select s.state_longest from samtale.site s);', 'longest interval;'),
        ('agent_states_put', 'w.agent_id = agent for update;', 'w.agent_id = agent for update; longest := watch.longest;'),
        ('staff_days_add', 'from unnest(pieces) as p, samtale.site s', 'from unnest(pieces) as p, (select samtale.zone_of(agent) as time_zone) as s'),
        ('verify_staff', '(select s.state_longest from samtale.site s)', 'samtale.longest_of(w.agent_id)'),
        ('verify_staff', 'from piece p, samtale.site s', 'from piece p join (select w.agent_id as agent, w.zone as time_zone from samtale.agent_watch w) as s on s.agent = p.agent_id'),
        ('states_end', '(select t.state_longest from samtale.site t)', 'greatest(samtale.site_longest(), w.longest)'),
        ('staff_recount', 'in share row exclusive mode;', 'in share row exclusive mode; update samtale.agent_watch t set longest = s.state_longest, zone = s.time_zone from samtale.site s '
                                                          'where (t.longest, t.zone) is distinct from (s.state_longest, s.time_zone);')) as t(name, old, new)
    loop
        text := pg_get_functiondef(('samtale.' || r.name)::regproc);
        if strpos(text, r.old) = 0 then
            raise exception 'samtale.% is not what this migration knows', r.name;
        end if;
        execute replace(text, r.old, r.new);
    end loop;
end
$$;

drop trigger staff_rule_changed on samtale.site;
drop function samtale.staff_rule_changed();
create function samtale.staff_follow() returns bigint language plpgsql set search_path = pg_catalog, pg_temp set jit = off as $$
declare
    before constant timestamptz := samtale.states_before();
    site samtale.site := (select s from samtale.site s);
    w samtale.agent_watch;
    pieces samtale.staff_piece[];
    anew samtale.staff_piece[];
begin
    select t.* into w from samtale.agent_watch t where (t.longest, t.zone) is distinct from (site.state_longest, site.time_zone) order by t.agent_id limit 1 for update skip locked;
    if not found then
        return 0;
    end if;
    if w.counted_to > before then
        pieces := array(select row(p.half_hour, p.team_id, p.queue_id, p.state, -p.us)::samtale.staff_piece from samtale.staff_pieces(w.agent_id, before, w.counted_to) p);
    end if;
    delete from samtale.rollup_staff_day r where r.agent_id = w.agent_id and r.day >= least((before at time zone w.zone)::date, (before at time zone site.time_zone)::date);
    update samtale.agent_watch t set longest = site.state_longest, zone = site.time_zone where t.agent_id = w.agent_id;
    if w.counted_to > before then
        anew := array(select p from samtale.staff_pieces(w.agent_id, before, w.counted_to) p);
        perform samtale.staff_days_add(w.agent_id, anew);
        perform samtale.staff_add(array(select row(p.half_hour, p.team_id, p.queue_id, p.state, sum(p.us)::bigint)::samtale.staff_piece from unnest(pieces || anew) p
                                        group by p.half_hour, p.team_id, p.queue_id, p.state having sum(p.us) <> 0));
    end if;
    perform samtale.agent_tail_make(w.agent_id, w.counted_to);
    return 1;
end
$$;
comment on function samtale.staff_follow is 'Counts one agent anew who is still counted by another longest state or zone than the site''s; 0: there is none, or others have them in hand.';

create or replace function samtale.chores_next(wanted_from date, wanted_to date, behind boolean, out chore text, out result bigint, out more boolean) language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    zone text := (select s.time_zone from samtale.site s);
    due record;
begin
    select d.* into due from samtale.levels_due(1, wanted_from::timestamp at time zone zone, (wanted_to + 1)::timestamp at time zone zone, case when behind then interval '30 seconds' else interval '0' end) as d;
    if due is not null then
        result := samtale.level_sum(due.starts_at, due.ends_at, due.long);
        if result > 0 then
            chore := case when due.wanted then 'wanted' else 'levels' end;
            more := true;
            return;
        end if;
    end if;
    result := samtale.staff_follow();
    if result > 0 then
        chore := 'levels'; -- rests as long after it
        more := true;
        return;
    end if;
    select c.name into chore from samtale.chore c, samtale.site s
    where c.last_day is distinct from (now() at time zone s.time_zone)::date and (c.name <> 'verify' or s.verify)
      and (now() at time zone s.time_zone)::time >= time '00:00' + s.nightly_at
    order by c.name limit 1 for update of c skip locked;
    more := chore is not null;
    if more then
        select t.result into result from samtale.chore_step(chore) as t;
    end if;
end
$$;
reset role;
