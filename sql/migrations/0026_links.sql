-- 0026: conversations of one call that two systems tell without a common id, linked by the customer's telephone number and the time ([phone_links]). Each conversation of a
-- source that is named there is a unit: its customer and its times, by its own parts. Which unit belongs to which is a function of all units of that customer, so that the order
-- in which they came plays no role; what follows is told to the daemon as messages of kind "link", which moves the parts.
set local role samtale_owner;

create table samtale.link_unit (
    conversation_id bigint primary key,
    source_id integer not null,
    external_id text not null,
    customer_key bytea,
    from_at timestamptz,
    to_at timestamptz,
    host_id bigint,
    ambiguous boolean not null default false,
    unique (source_id, external_id)
);
create index link_unit_customer on samtale.link_unit (customer_key, from_at);
create index link_unit_host on samtale.link_unit (host_id) where host_id is not null;
comment on table samtale.link_unit is 'Conversations that may be linked by telephone number and time, as their own parts tell them ([phone_links]).';
comment on column samtale.link_unit.conversation_id is 'Its number, also while its parts are in another conversation.';
comment on column samtale.link_unit.source_id is 'System that named it.';
comment on column samtale.link_unit.external_id is 'Its name there.';
comment on column samtale.link_unit.customer_key is 'HMAC of the customer''s number; null: unknown, it is linked with nothing.';
comment on column samtale.link_unit.from_at is 'The first time that its parts tell; null: none.';
comment on column samtale.link_unit.to_at is 'The last one.';
comment on column samtale.link_unit.host_id is 'The conversation that its parts belong to; null: its own.';
comment on column samtale.link_unit.ambiguous is 'There was more than one conversation that it could belong to, or more than one that could belong to the same.';

create table samtale.link_due (
    link_due_id bigint generated always as identity primary key,
    conversation_id bigint not null,
    customer_key bytea,
    from_at timestamptz,
    to_at timestamptz
);
comment on table samtale.link_due is 'Units that came or changed: around them it is to be decided anew which belong together.';
comment on column samtale.link_due.link_due_id is 'Order.';
comment on column samtale.link_due.conversation_id is 'The unit.';
comment on column samtale.link_due.customer_key is 'Its customer, then or now.';
comment on column samtale.link_due.from_at is 'Its first time, then or now.';
comment on column samtale.link_due.to_at is 'Its last one.';

alter table samtale.site add column phone_links jsonb not null default '{}', add column phone_link_window_ms bigint not null default 60000;
comment on column samtale.site.phone_links is 'Source -> the one whose conversations its own belong to, by the customer''s number and the time.';
comment on column samtale.site.phone_link_window_ms is 'How long before or after such a conversation another one may begin that belongs to it, milliseconds.';

-- A unit whose parts are in another conversation is told from there: what comes late for it alone is not all that is known of it, and only has to be moved.
create function samtale.link_put(ids bigint[], sources integer[], names text[], externals text[], customers text[], froms timestamptz[], tos timestamptz[]) returns void
    language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    with told as materialized (
        select t.id, coalesce(t.source, s.source_id) as source_id, t.external_id, decode(nullif(t.customer, ''), 'hex') as customer_key, t.from_at, t.to_at
        from unnest(ids, sources, names, externals, customers, froms, tos) as t(id, source, name, external_id, customer, from_at, to_at)
        left join samtale.source s on s.name = t.name
    ), known as materialized (
        select t.*, u.conversation_id, u.customer_key as old_key, u.from_at as old_from, u.to_at as old_to, t.id is not null and u.host_id is not null as away,
               (u.customer_key, u.from_at, u.to_at) is distinct from (t.customer_key, t.from_at, t.to_at) as other
        from told t left join samtale.link_unit u on u.source_id = t.source_id and u.external_id = t.external_id
    ), put as (
        insert into samtale.link_unit as u (conversation_id, source_id, external_id, customer_key, from_at, to_at)
        select coalesce(k.conversation_id, k.id), k.source_id, k.external_id, k.customer_key, k.from_at, k.to_at
        from known k where k.other and not k.away and coalesce(k.conversation_id, k.id) is not null
        order by 1
        on conflict (conversation_id) do update set customer_key = excluded.customer_key, from_at = excluded.from_at, to_at = excluded.to_at
    )
    insert into samtale.link_due (conversation_id, customer_key, from_at, to_at)
    select k.conversation_id, k.old_key, k.old_from, k.old_to from known k where k.conversation_id is not null and (k.other or k.away)
    union all
    select coalesce(k.conversation_id, k.id), k.customer_key, k.from_at, k.to_at from known k where k.other and not k.away and k.customer_key is not null and k.from_at is not null;
end
$$;
comment on function samtale.link_put is 'Takes units as they are now: by id those that stand by themselves, by the source''s name (id and source null) those whose parts are in another conversation.';

create function samtale.link_key(id bigint) returns json language sql stable set search_path = pg_catalog, pg_temp as $$
    select json_build_array(s.name, u.external_id) from samtale.link_unit u join samtale.source s using (source_id) where u.conversation_id = id $$;
comment on function samtale.link_key is 'A unit as messages of kind "link" name it.';

-- A unit belongs to the one unit of the other source with the same customer within whose time (and so much before and after) it begins, when no other unit of its source does,
-- too. Units of the other source that last longer than a day are not looked for.
create function samtale.link_settle(guests text[], hosts text[], window_ms bigint, out due bigint, out joined bigint, out parted bigint, out ambiguous bigint)
    language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    around constant interval := window_ms * interval '1 millisecond';
    day constant interval := interval '1 day';
    one record;
begin
    due := 0;
    joined := 0;
    parted := 0;
    ambiguous := 0;
    if not exists (select from samtale.link_due) then
        return;
    end if;
    perform pg_advisory_xact_lock(hashtext('samtale.link_settle'));
    create temporary table taken on commit drop as select d.* from samtale.link_due d with no data;
    with gone as (delete from samtale.link_due d where d.link_due_id in (select e.link_due_id from samtale.link_due e order by e.link_due_id limit 200) returning d.*)
    insert into taken select g.* from gone g;
    get diagnostics due = row_count;
    for one in
        with pair as materialized (
            select g.source_id as guest, h.source_id as host from unnest(guests, hosts) as p(guest, host) join samtale.source g on g.name = p.guest join samtale.source h on h.name = p.host
        ), affected as (
            select u.conversation_id from taken t join samtale.link_unit u on u.customer_key = t.customer_key and u.from_at between t.from_at - 2 * day and t.to_at + 2 * day
            union select t.conversation_id from taken t
        )
        select u.conversation_id, u.host_id, case when c.n = 1 and c.rivals = 1 then c.host_id end as wanted, c.n > 0 and not (c.n = 1 and c.rivals = 1) as unclear, u.ambiguous as was_unclear
        from affected a join samtale.link_unit u using (conversation_id)
        cross join lateral (
            select count(*) as n, min(h.conversation_id) as host_id,
                   max((select count(*) from samtale.link_unit o where o.customer_key = u.customer_key and o.source_id = u.source_id and o.from_at between h.from_at - around and h.to_at + around)) as rivals
            from pair p join samtale.link_unit h on h.source_id = p.host and h.customer_key = u.customer_key
                 and h.from_at between u.from_at - around - day and u.from_at + around and h.to_at >= u.from_at - around
            where p.guest = u.source_id) as c
        where u.source_id in (select p.guest from pair p)
        order by u.conversation_id
    loop
        if one.unclear and not one.was_unclear then
            ambiguous := ambiguous + 1;
        end if;
        if one.unclear <> one.was_unclear then
            update samtale.link_unit u set ambiguous = one.unclear where u.conversation_id = one.conversation_id;
        end if;
        if one.wanted is distinct from one.host_id then
            update samtale.link_unit u set host_id = one.wanted where u.conversation_id = one.conversation_id;
            joined := joined + (one.wanted is not null)::integer;
            parted := parted + (one.host_id is not null)::integer;
        end if;
        if one.wanted is distinct from one.host_id or one.wanted is not null and exists (select from samtale.part p where p.conversation_id = one.conversation_id) then
            insert into samtale.inbox (lane, kind, content_type, body)
            select 0, 'link', 'application/json', convert_to(json_agg(samtale.link_key(k.id) order by k.i)::text, 'UTF8')
            from unnest(array[one.conversation_id, one.host_id, one.wanted]) with ordinality as k(id, i)
            where k.id is not null and samtale.link_key(k.id) is not null and (k.i < 3 or one.wanted is distinct from one.host_id);
        end if;
    end loop;
    drop table taken;
    if joined + parted > 0 and exists (select from samtale.inbox_state s where s.lane = 0 and s.asleep) then
        perform pg_notify('samtale_inbox', '0');
    end if;
end
$$;
comment on function samtale.link_settle is 'Decides which units belong together around those that came or changed, and asks the daemon to move their parts: how many were looked at, joined, parted, and cannot be told apart.';
alter table samtale.link_unit enable row level security;
alter table samtale.link_due enable row level security;
grant select, insert, update, delete on samtale.link_unit, samtale.link_due to samtale_daemon;
grant usage on sequence samtale.link_due_link_due_id_seq to samtale_daemon;

create or replace function samtale.flag_names(flags integer) returns text[] language sql immutable parallel safe
    return (select coalesce(array_agg(f.name order by f.bit), '{}') from (values (0, 'no_record'), (1, 'no_transcript'), (2, 'conflict'), (3, 'clock_skew'),
                (4, 'role_derived'), (5, 'role_unknown'), (6, 'no_times'), (7, 'documentation_only'), (8, 'refused'), (9, 'repaired'), (10, 'words_ended'), (11, 'linked')) as f(bit, name)
            where flags & (1 << f.bit) <> 0);

-- ---- what ends with a conversation -----------------------------------------------------------------------------------------------------------
-- Parts that are linked end with the conversation that they are in: their own keys, too.
create or replace function samtale.keys_end(ids bigint[], reason text) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    create temporary table ending on commit drop as
        select c.source_id, c.external_id from samtale.conversation c where c.conversation_id = any (ids) and c.external_id is not null
        union select u.source_id, u.external_id from samtale.link_unit u where u.host_id = any (ids);
    perform from samtale.conversation_key k join ending e on e.source_id = k.source_id and e.external_id = k.external_id order by k.source_id, k.external_id for update of k;
    insert into samtale.tombstone (digest, why)
    select samtale.tombstone_of(s.name, e.external_id), reason from ending e join samtale.source s using (source_id)
    on conflict (digest) do update set why = excluded.why where excluded.why = 'erased';
    delete from samtale.conversation_key k using ending e where k.source_id = e.source_id and k.external_id = e.external_id;
    delete from samtale.link_unit u using ending e where u.source_id = e.source_id and u.external_id = e.external_id;
    drop table ending;
end
$$;

-- As in 0021, and its unit goes.
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
    delete from samtale.link_unit u where u.conversation_id = any (ids) or u.host_id = any (ids);
end
$$;

create or replace function samtale.messages_erase(ids bigint[], out waiting bigint, out dead bigint) language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    create temporary table erased on commit drop as
        select s.name as source, convert_to(t.external_id, 'UTF8') as id
        from (select c.source_id, c.external_id from samtale.conversation c where c.conversation_id = any (ids) and c.external_id is not null
              union select u.source_id, u.external_id from samtale.link_unit u where u.host_id = any (ids)) as t join samtale.source s using (source_id);
    delete from samtale.inbox i using erased e where (i.source = e.source or i.source = '') and position(e.id in i.body) > 0;
    get diagnostics waiting = row_count;
    delete from samtale.dead_letter d using erased e where (d.source = e.source or d.source = '') and position(e.id in d.body) > 0;
    get diagnostics dead = row_count;
    drop table erased;
end
$$;

create or replace function samtale.conversations_of(customer bytea, source text, external_id text) returns bigint[] language sql stable set search_path = pg_catalog, pg_temp as $$
    select coalesce(array_agg(t.id order by t.id), '{}')
    from (select c.conversation_id as id from samtale.conversation c where c.customer_key = conversations_of.customer
          union
          select c.conversation_id from samtale.conversation c join samtale.source s using (source_id)
          where s.name = conversations_of.source and c.external_id = conversations_of.external_id
          union
          select u.host_id from samtale.link_unit u join samtale.source s using (source_id)
          where s.name = conversations_of.source and u.external_id = conversations_of.external_id and u.host_id is not null) as t $$;
