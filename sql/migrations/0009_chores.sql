-- 0009: what the daemon does beside the queue: levels as soon as they can be summed, and every night repeat contacts and the check of all sums.
-- Each is done when it is due, also when the night was missed; `samtaled nightly` does them at once.
set local role samtale_owner;

create table samtale.chore (
    name text primary key,
    does text not null,
    last_day date,
    done_at timestamptz,
    result bigint,
    took_ms bigint
);
comment on table samtale.chore is 'What is done every night, and what came of it last.';
comment on column samtale.chore.name is 'repeats: days of repeat contacts counted; verify: sums that are not what the facts give.';
comment on column samtale.chore.does is 'Function of schema samtale that does it and gives its number.';
comment on column samtale.chore.last_day is 'Day of the site''s zone on which it was last done.';
comment on column samtale.chore.done_at is 'When it ended.';
comment on column samtale.chore.result is 'Its number.';
comment on column samtale.chore.took_ms is 'How long it took.';
insert into samtale.chore (name, does) values ('repeats', 'repeats_count'), ('verify', 'differences_count');

-- ---- repeat contacts -----------------------------------------------------------------------------------------------
create table samtale.rollup_repeat (
    day date not null,
    queue_id integer not null,
    channel smallint not null,
    days smallint not null,
    contacts bigint not null,
    repeated bigint not null,
    repeated_queue bigint not null,
    repeated_voice bigint not null,
    primary key (day, queue_id, channel, days)
);
comment on table samtale.rollup_repeat is 'Contacts that were followed by another of the same customer, a day of the site''s zone; only where the window is closed.';
comment on column samtale.rollup_repeat.day is 'Day on which the first contact began.';
comment on column samtale.rollup_repeat.queue_id is 'Queue of the conversation.';
comment on column samtale.rollup_repeat.channel is 'samtale.channel_name().';
comment on column samtale.rollup_repeat.days is 'Length of the window: 7 or 14 days from the end of the contact.';
comment on column samtale.rollup_repeat.contacts is 'Inbound conversations of known customers.';
comment on column samtale.rollup_repeat.repeated is 'Of these, followed by another one in the window, by any channel and queue: not resolved at first contact.';
comment on column samtale.rollup_repeat.repeated_queue is 'Of these, followed by another one of the same queue.';
comment on column samtale.rollup_repeat.repeated_voice is 'Of these, followed by a call; of calls: not resolved at first call.';

-- Counts again from the earliest conversation that was written since it was last done, less the longest window: late parts and new repeats alike.
create function samtale.repeats_count() returns bigint language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    zone text := (select s.time_zone from samtale.site s);
    since timestamptz := (select c.done_at - c.took_ms * interval '1 millisecond' - interval '1 hour' from samtale.chore c where c.name = 'repeats');
    first_day date := (select (min(c.started_at) at time zone zone)::date - 15 from samtale.conversation c where since is null or c.updated_at >= since);
    today date := (now() at time zone zone)::date;
    counted bigint;
begin
    first_day := least(first_day, today - 16); -- windows that closed meanwhile
    delete from samtale.rollup_repeat r where r.day >= first_day;
    insert into samtale.rollup_repeat (day, queue_id, channel, days, contacts, repeated, repeated_queue, repeated_voice)
    select c.day, c.queue_id, c.channel, w.days, count(*), count(*) filter (where c.next_at <= c.ends_at + w.days * interval '1 day'),
           count(*) filter (where c.next_queue_at <= c.ends_at + w.days * interval '1 day'),
           count(*) filter (where c.next_voice_at <= c.ends_at + w.days * interval '1 day')
    from (select (c.started_at at time zone zone)::date as day, c.queue_id, c.channel, coalesce(c.ended_at, c.started_at) as ends_at, n.*
          from samtale.conversation c
          cross join lateral (select min(o.started_at) as next_at, min(o.started_at) filter (where o.queue_id = c.queue_id) as next_queue_at,
                                     min(o.started_at) filter (where o.channel = 1) as next_voice_at
                              from samtale.conversation o
                              where o.customer_key = c.customer_key and o.conversation_id <> c.conversation_id and o.direction not in (2, 3)
                                and (o.started_at, o.conversation_id) > (coalesce(c.ended_at, c.started_at), c.conversation_id)
                                and o.started_at <= coalesce(c.ended_at, c.started_at) + interval '14 days') as n
          where c.customer_key is not null and c.direction not in (2, 3) and c.started_at >= first_day::timestamp at time zone zone) as c
    cross join (values (7), (14)) as w(days)
    where c.day + w.days + 1 < today
    group by 1, 2, 3, 4;
    select count(distinct r.day) into counted from samtale.rollup_repeat r where r.day >= first_day;
    return counted;
end
$$;
comment on function samtale.repeats_count is 'Counts repeat contacts of windows that are closed; how many days were counted again.';

-- ---- verifying ------------------------------------------------------------------------------------------------------
create function samtale.verify_all() returns table (rollup text, key text, stored jsonb, computed jsonb) language sql stable set search_path = pg_catalog, pg_temp as $$
    select v.rollup, v.key, v.stored, v.computed from samtale.verify_rollups() v
    union all
    select v.rollup, v.key, v.stored, v.computed from samtale.verify_levels() v $$;
comment on function samtale.verify_all is 'Every sum that is not what the facts, or the half hours below it, give: none, unless something is wrong.';
create function samtale.differences_count() returns bigint language sql stable set search_path = pg_catalog, pg_temp as $$
    select count(*) from samtale.verify_all() $$;
comment on function samtale.differences_count is 'How many sums are wrong.';

-- ---- doing them -----------------------------------------------------------------------------------------------------
create function samtale.chore_do(name text) returns bigint language plpgsql set search_path = pg_catalog, pg_temp set jit = off as $$
declare
    begun timestamptz := clock_timestamp();
    does text;
    came bigint;
begin
    select c.does into does from samtale.chore c where c.name = chore_do.name for update; -- the daemon and an operator may begin it at once
    if does is null then
        raise exception 'there is no chore %', chore_do.name using errcode = 'invalid_parameter_value';
    end if;
    execute format('select samtale.%I()', does) into came;
    update samtale.chore c set last_day = (now() at time zone (select s.time_zone from samtale.site s))::date, done_at = clock_timestamp(),
        result = came, took_ms = 1000 * extract(epoch from clock_timestamp() - begun)
    where c.name = chore_do.name;
    return came;
end
$$;
comment on function samtale.chore_do is 'Does one of the nightly chores now and keeps its result.';

create function samtale.chores_next(out chore text, out result bigint, out more boolean) language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    result := samtale.level_build(1);
    if result > 0 then
        chore := 'levels';
        more := true;
        return;
    end if;
    select c.name into chore from samtale.chore c, samtale.site s
    where c.last_day is distinct from (now() at time zone s.time_zone)::date and (c.name <> 'verify' or s.verify)
      and (now() at time zone s.time_zone)::time >= time '00:00' + s.nightly_at
    order by c.name limit 1 for update of c skip locked;
    more := chore is not null;
    result := case when more then samtale.chore_do(chore) end;
end
$$;
comment on function samtale.chores_next is 'Does the next thing that is due, if any.';

grant select, insert, update, delete on samtale.chore, samtale.rollup_repeat to samtale_daemon;
grant select on samtale.chore, samtale.rollup_repeat to samtale_api, samtale_bi_owner;
