-- 0018: how long what is kept ([retention]), erasure of agents, and who sees single agents. Words go first, then the link to a customer, then the rows; sums
-- stay. All by steps of some hundred conversations, so that nobody waits long. A tombstone keeps later parts of what was ended out, as of what was erased.
set local role samtale_owner;

-- ---- settings -----------------------------------------------------------------------------------------------------------------------
alter table samtale.site
    add column words_kept interval,
    add column customers_kept interval,
    add column conversations_kept interval,
    add column access_kept interval,
    add column agents_from date,
    add column agents_pseudonyms boolean not null default false;
comment on column samtale.site.words_kept is '[retention] transcripts: how long words are kept after a conversation''s end; null: for ever.';
comment on column samtale.site.customers_kept is '[retention] customers: how long it is kept who the customer was, and what its source called the conversation.';
comment on column samtale.site.conversations_kept is '[retention] conversations: how long the rows are kept; their sums stay.';
comment on column samtale.site.access_kept is '[retention] access_log: how long it is kept who read what.';
comment on column samtale.site.agents_from is '[privacy] agent_notice: first day on which single agents are shown; null: no day is waited for.';
comment on column samtale.site.agents_pseudonyms is '[privacy] agent_names is pseudonyms.';
comment on column samtale.site.agents_shown is '[privacy] agent_names is not hidden, and purpose and day of notice are set: from that day on single agents are shown.';

create table samtale.purpose_kept (
    purpose text primary key,
    kept interval
);
comment on table samtale.purpose_kept is '[retention_purposes]: how long words of conversations with a stated purpose are kept, where that is not words_kept.';
comment on column samtale.purpose_kept.purpose is 'As sources state it.';
comment on column samtale.purpose_kept.kept is 'How long after the end; null: for ever.';

create table samtale.retention (
    one boolean primary key default true check (one),
    phase text check (phase in ('walk', 'rows')),
    cursor_at timestamptz not null default '-infinity',
    cursor_id bigint not null default 0
);
comment on table samtale.retention is 'How far tonight''s retention is.';
comment on column samtale.retention.one is 'There is one row.';
comment on column samtale.retention.phase is 'walk: over old conversations, for words and customers; rows: deletes what is older still; null: not under way.';
comment on column samtale.retention.cursor_at is 'Time of the last conversation of the walk.';
comment on column samtale.retention.cursor_id is 'The last one of that time.';
insert into samtale.retention default values;

-- Lines "MILLISECONDS PURPOSE"; 0 milliseconds: for ever.
create function samtale.policy_put(words_ms bigint, customers_ms bigint, conversations_ms bigint, access_ms bigint, purposes text, group_min integer, agents_from date, pseudonyms boolean)
    returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    update samtale.site s set words_kept = nullif(words_ms, 0) * interval '1 millisecond', customers_kept = nullif(customers_ms, 0) * interval '1 millisecond',
        conversations_kept = nullif(conversations_ms, 0) * interval '1 millisecond', access_kept = nullif(access_ms, 0) * interval '1 millisecond',
        group_min = policy_put.group_min, agents_from = policy_put.agents_from, agents_pseudonyms = policy_put.pseudonyms;
    delete from samtale.purpose_kept;
    insert into samtale.purpose_kept (purpose, kept)
    select substr(l, strpos(l, ' ') + 1), nullif(split_part(l, ' ', 1)::bigint, 0) * interval '1 millisecond' from unnest(string_to_array(nullif(purposes, ''), E'\n')) as l
    on conflict do nothing;
end
$$;
comment on function samtale.policy_put is 'What retention and views of agents need of the settings.';

-- ---- words ----------------------------------------------------------------------------------------------------------------------------
-- The longest of its purposes that have a time of their own, else the one of all.
create function samtale.words_kept(stated text) returns interval language sql stable parallel safe set search_path = pg_catalog, pg_temp as $$
    select case when count(p.purpose) = 0 then (select s.words_kept from samtale.site s) when bool_or(p.kept is null) then null else max(p.kept) end
    from samtale.purpose_kept p where p.purpose = any (string_to_array(stated, ',')) $$;
comment on function samtale.words_kept is 'How long words of a conversation with stated purposes are kept; null: for ever.';

create function samtale.words_forget(ids bigint[]) returns bigint language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    parts bigint;
    conflicts bigint;
begin
    delete from samtale.part p where p.conversation_id = any (ids);
    get diagnostics parts = row_count;
    delete from samtale.part_conflict p where p.conversation_id = any (ids);
    get diagnostics conflicts = row_count;
    update samtale.finding f set span_starts = array_fill(0, array[cardinality(f.span_starts)]), span_ends = array_fill(0, array[cardinality(f.span_ends)])
    where f.conversation_id = any (ids) and cardinality(f.span_starts) > 0;
    return parts + conflicts;
end
$$;
comment on function samtale.words_forget is 'Deletes the parts of conversations and the places of their evidence; how many parts.';

-- ---- tombstones -------------------------------------------------------------------------------------------------------------------------
alter table samtale.tombstone add column why text not null default 'erased' check (why in ('erased', 'too_old'));
comment on table samtale.tombstone is 'Conversations that were erased or that ended by retention: later parts of them become dead letters, without their body.';
comment on column samtale.tombstone.why is 'erased, or too_old: ended by retention.';

create or replace function samtale.key_not_erased() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    reason text;
begin
    if not exists (select from samtale.tombstone) then
        return null;
    end if;
    select t.why into reason from added a join samtale.source s using (source_id) join samtale.tombstone t on t.digest = samtale.tombstone_of(s.name, a.external_id) order by t.why limit 1;
    if reason = 'erased' then
        raise exception 'erased: a part of a conversation that was erased' using errcode = '23000';
    elsif reason = 'too_old' then
        raise exception 'too_old: a part of a conversation that [retention] has ended' using errcode = '23000';
    end if;
    return null;
end
$$;

-- What was erased does not come back as a dead letter's raw text.
create function samtale.dead_letter_emptied() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    new.code := (regexp_match(new.reason, '(erased|too_old): a (?:part of a )?conversation'))[1];
    new.body := '';
    return new;
end
$$;
comment on function samtale.dead_letter_emptied is 'Takes the body from a dead letter of a conversation that was erased or is too old, and gives it that code.';
create trigger emptied before insert on samtale.dead_letter for each row when (new.reason ~ '(erased|too_old): a (part of a )?conversation')
    execute function samtale.dead_letter_emptied();
comment on column samtale.dead_letter.code is 'Stable word: bad_input, unsupported, too_large, conflict, sqlstate:NNNNN, crashed, erased, too_old.';

create function samtale.keys_end(ids bigint[], reason text) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    perform from samtale.conversation_key k join samtale.conversation c on c.source_id = k.source_id and c.external_id = k.external_id
    where c.conversation_id = any (ids) order by k.source_id, k.external_id for update of k;
    insert into samtale.tombstone (digest, why)
    select samtale.tombstone_of(s.name, c.external_id), reason from samtale.conversation c join samtale.source s using (source_id) where c.conversation_id = any (ids) and c.external_id is not null
    on conflict (digest) do update set why = excluded.why where excluded.why = 'erased';
    delete from samtale.conversation_key k using samtale.conversation c where c.conversation_id = any (ids) and k.source_id = c.source_id and k.external_id = c.external_id;
end
$$;
comment on function samtale.keys_end is 'Ends the merge keys of conversations: tombstones stand in their place.';
grant update on samtale.tombstone to samtale_daemon;

-- ---- retention, by steps -----------------------------------------------------------------------------------------------------------------
create function samtale.customers_forget(ids bigint[]) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    update samtale.survey s set part_id = gen_random_uuid()::text where s.conversation_id = any (ids);
    update samtale.outcome o set part_id = gen_random_uuid()::text where o.conversation_id = any (ids);
    update samtale.conversation c set external_id = null, customer_key = null, customer_since = null, purpose = null where c.conversation_id = any (ids);
end
$$;
comment on function samtale.customers_forget is 'Takes the link to the customer from conversations, and what sources call them.';

-- Rollups of days whose rows are gone cannot be made again: they are held by a digest from then on.
create table samtale.frozen (
    starts_at timestamptz primary key,
    ends_at timestamptz not null,
    digest bytea not null,
    frozen_at timestamptz not null default now()
);
comment on table samtale.frozen is 'Stretches of time whose conversations are deleted ([retention] conversations): their sums are held by a digest.';
comment on column samtale.frozen.starts_at is 'Beginning; -infinity at first.';
comment on column samtale.frozen.ends_at is 'End, not included.';
comment on column samtale.frozen.digest is 'samtale.rollup_digest() when it was frozen.';
comment on column samtale.frozen.frozen_at is 'When.';
create function samtale.frozen_before() returns timestamptz language sql stable parallel safe set search_path = pg_catalog, pg_temp as $$
    select coalesce(max(f.ends_at), '-infinity') from samtale.frozen f $$;
comment on function samtale.frozen_before is 'Before this sums are frozen.';

create function samtale.rollup_digest(from_at timestamptz, to_at timestamptz) returns bytea language plpgsql stable set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
declare
    name text;
    part bytea;
    made bytea := '';
begin
    foreach name in array array['half_hour', 'opportunity', 'outcome'] loop
        execute format($q$ select sha256(convert_to(coalesce(string_agg(t.said, E'\n' order by t.said), ''), 'UTF8'))
            from (select (select jsonb_object_agg(e.key, e.value) from jsonb_each(to_jsonb(r)) e where e.value <> '0')::text as said from samtale.rollup_%I r
                  where r.half_hour >= $1 and r.half_hour < $2) as t $q$, name) into part using from_at, to_at;
        made := sha256(made || part);
    end loop;
    return made;
end
$$;
comment on function samtale.rollup_digest is 'Digest of all sums of a stretch of time.';

create function samtale.conversation_not_too_old() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if exists (select from added a where coalesce(a.ended_at, a.started_at) < samtale.frozen_before()) then
        raise exception 'too_old: a conversation of days that [retention] has ended' using errcode = '23000';
    end if;
    return null;
end
$$;
comment on function samtale.conversation_not_too_old is 'Keeps conversations of frozen days out. In force from the first such day on.';
create trigger not_too_old after insert on samtale.conversation referencing new table as added for each statement execute function samtale.conversation_not_too_old();
alter table samtale.conversation disable trigger not_too_old;

-- Freezes up to the day that is due. Writers wait while the digest is made.
create function samtale.retention_freeze() returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    due timestamptz := (select date_trunc('day', now() - s.conversations_kept, s.time_zone) from samtale.site s);
    before timestamptz := samtale.frozen_before();
begin
    if due is null or due <= before then
        return;
    end if;
    lock table samtale.rollup_half_hour, samtale.rollup_opportunity, samtale.rollup_outcome in share row exclusive mode;
    if before = '-infinity' then
        alter table samtale.conversation enable trigger not_too_old;
    end if;
    insert into samtale.frozen (starts_at, ends_at, digest) values (before, due, samtale.rollup_digest(before, due));
end
$$;
comment on function samtale.retention_freeze is 'Freezes the sums of days whose conversations [retention] ends.';
revoke execute on function samtale.retention_freeze from public;
grant execute on function samtale.retention_freeze to samtale_daemon;

-- A conversation that reaches into days that are not frozen waits for them.
create function samtale.rows_end(most integer) returns bigint language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    before timestamptz := samtale.frozen_before();
    ids bigint[];
    name text;
begin
    select array_agg(t.id) into ids from (
        select c.conversation_id as id from samtale.conversation c
        where c.started_at < before and coalesce(c.ended_at, c.started_at) < before
          and not exists (select from samtale.leg l where l.conversation_id = c.conversation_id and greatest(l.queued_at, l.answered_at, l.ended_at) >= before)
        order by c.started_at limit most) as t;
    if ids is null then
        return 0;
    end if;
    perform samtale.keys_end(ids, 'too_old');
    foreach name in array array['part', 'part_conflict', 'leg', 'party', 'finding', 'moment', 'conversation_score', 'survey', 'outcome', 'rescore_item', 'conversation'] loop
        execute format('delete from samtale.%I where conversation_id = any ($1)', name) using ids;
    end loop;
    return cardinality(ids);
end
$$;
comment on function samtale.rows_end is 'Deletes conversations of frozen days, so many at a time; how many.';

create function samtale.access_log_end(most integer) returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    ended bigint;
begin
    delete from samtale.access_log a where a.access_id in (select b.access_id from samtale.access_log b, samtale.site s where b.at < now() - s.access_kept order by b.access_id limit most);
    get diagnostics ended = row_count;
    return ended;
end
$$;
comment on function samtale.access_log_end is 'Deletes rows of the access log that are older than they are kept.';
revoke execute on function samtale.access_log_end from public;
grant execute on function samtale.access_log_end to samtale_daemon;

-- Without a time, that of storing counts.
create function samtale.retention_end(ids bigint[]) returns bigint language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    words bigint[];
    customers bigint[];
    ended bigint[];
begin
    select array_agg(c.conversation_id) filter (where p.words and c.age > samtale.words_kept(c.purpose)),
           array_agg(c.conversation_id) filter (where (c.customer_key is not null or c.external_id is not null or p.any_part) and c.age > s.customers_kept
                                                      and (not p.words or c.age > samtale.words_kept(c.purpose)))
    into words, customers
    from samtale.site s cross join (select k.*, now() - coalesce(k.ended_at, k.started_at, k.updated_at) as age from samtale.conversation k where k.conversation_id = any (ids)) as c
    cross join lateral (select coalesce(bool_or(q.kind = 2), false) as words, count(*) > 0 as any_part from samtale.part q where q.conversation_id = c.conversation_id) as p;
    ended := array(select distinct unnest(words || customers));
    perform samtale.keys_end(ended, 'too_old');
    perform samtale.words_forget(ended);
    update samtale.conversation c set flags = c.flags | 1024 where c.conversation_id = any (ended) and c.turns > 0;
    perform samtale.customers_forget(customers);
    return cardinality(ended);
end
$$;
comment on function samtale.retention_end is 'Ends words and customers of those conversations whose time is up; how many.';

-- One step of the night: a page of old conversations is looked at, or a page of rows deleted.
create function samtale.retention_step() returns bigint language plpgsql set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
    page_size constant integer := 500;
    at samtale.retention := (select t from samtale.retention t);
    oldest interval := (select least(s.words_kept, s.customers_kept, (select min(p.kept) from samtale.purpose_kept p)) from samtale.site s);
    page record;
    ended bigint := 0;
    rows bigint := 0;
begin
    if at.phase is null then
        perform samtale.retention_freeze();
        ended := samtale.retention_end(array(select c.conversation_id from samtale.conversation c where c.started_at is null and c.updated_at < now() - oldest));
        update samtale.retention r set phase = 'walk', cursor_at = '-infinity', cursor_id = 0;
    elsif at.phase = 'walk' then
        select array_agg(t.conversation_id order by t.started_at, t.conversation_id) as ids, max(t.started_at) as last_at into page
        from (select c.conversation_id, c.started_at from samtale.conversation c
              where c.started_at < now() - oldest and (c.started_at, c.conversation_id) > (at.cursor_at, at.cursor_id) order by c.started_at, c.conversation_id limit page_size) as t;
        if page.ids is null then
            update samtale.retention r set phase = 'rows';
        else
            ended := samtale.retention_end(page.ids);
            update samtale.retention r set cursor_at = page.last_at, cursor_id = page.ids[cardinality(page.ids)];
        end if;
    else
        ended := samtale.rows_end(page_size);
        rows := samtale.access_log_end(10 * page_size);
        if ended < page_size and rows < 10 * page_size then
            update samtale.retention r set phase = null;
        end if;
    end if;
    return ended + rows;
end
$$;
comment on function samtale.retention_step is 'The next step of the night''s retention; how many conversations, and rows of the log, it ended.';
grant select, insert, update, delete on samtale.purpose_kept, samtale.retention to samtale_daemon;
grant select on samtale.purpose_kept, samtale.frozen to samtale_daemon, samtale_bi_owner;

-- ---- verifying what is left ----------------------------------------------------------------------------------------------------------------
create or replace function samtale.verify_rollups() returns table (rollup text, key text, stored jsonb, computed jsonb) language plpgsql stable
    set search_path = pg_catalog, pg_temp as $$
declare
    r record;
    before timestamptz := samtale.frozen_before();
begin
    for r in select * from (values ('half_hour', 'queue_id,half_hour,channel'), ('opportunity', 'queue_id,half_hour,score_set,language,channel'),
                                   ('outcome', 'queue_id,half_hour,channel')) as t(name, keys)
    loop
        return query execute format($q$
            select %1$L::text, coalesce(s.key, c.key)::text, s.sums, c.sums
            from (select (select jsonb_object_agg(e.key, e.value) from jsonb_each(to_jsonb(t)) e where e.key = any (string_to_array(%2$L, ','))) as key,
                         (select jsonb_object_agg(e.key, e.value) from jsonb_each(to_jsonb(t)) e
                          where e.key <> all (string_to_array(%2$L, ',')) and e.value <> '0') as sums
                  from samtale.rollup_%1$s t where t.half_hour >= $1) as s
            full join (select (select jsonb_object_agg(e.key, e.value) from jsonb_each(to_jsonb(t)) e where e.key = any (string_to_array(%2$L, ','))) as key,
                              t.sums
                       from samtale.computed_%1$s t where t.half_hour >= $1) as c on c.key = s.key
            where s.sums is distinct from c.sums $q$, r.name, r.keys) using before;
    end loop;
    return query
    select 'frozen'::text, format('%s to %s', f.starts_at, f.ends_at), to_jsonb(encode(f.digest, 'hex')), to_jsonb(encode(samtale.rollup_digest(f.starts_at, f.ends_at), 'hex'))
    from samtale.frozen f where f.digest <> samtale.rollup_digest(f.starts_at, f.ends_at);
end
$$;
comment on function samtale.verify_rollups is 'Rows of the rollups that are not what the facts give, and stretches whose facts are gone and whose sums changed since: none, unless something is wrong.';

-- ---- chores of many steps ------------------------------------------------------------------------------------------------------------------
insert into samtale.chore (name, does) values ('retention', 'retention_step');
comment on column samtale.chore.name is 'dead_letters: deleted ones; histograms, repeats: days counted; retention: conversations and rows of the log that were ended; verify: sums that are not what the facts give.';

create function samtale.chore_step(name text, out result bigint, out more boolean) language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    before samtale.chore := (select c from samtale.chore c where c.name = chore_step.name);
    today date := (select (now() at time zone s.time_zone)::date from samtale.site s);
    going_on boolean := chore_step.name = 'retention' and exists (select from samtale.retention r where r.phase is not null);
begin
    result := samtale.chore_do(chore_step.name);
    if going_on then
        result := result + coalesce(before.result, 0);
    end if;
    more := chore_step.name = 'retention' and exists (select from samtale.retention r where r.phase is not null);
    update samtale.chore c set result = chore_step.result, last_day = case when more then nullif(before.last_day, today) else c.last_day end where c.name = chore_step.name;
end
$$;
comment on function samtale.chore_step is 'Does one of the nightly chores, or a step of it; whether there is more of it, and its number so far.';

create or replace function samtale.chores_next(out chore text, out result bigint, out more boolean) language plpgsql set search_path = pg_catalog, pg_temp as $$
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
    if more then
        select t.result into result from samtale.chore_step(chore) as t;
    end if;
end
$$;

-- ---- erasing -----------------------------------------------------------------------------------------------------------------------------
-- Also of conversations whose key has ended before.
create or replace function samtale.conversations_of(customer bytea, source text, external_id text) returns bigint[] language sql stable set search_path = pg_catalog, pg_temp as $$
    select coalesce(array_agg(t.id order by t.id), '{}')
    from (select c.conversation_id as id from samtale.conversation c where c.customer_key = conversations_of.customer
          union
          select c.conversation_id from samtale.conversation c join samtale.source s using (source_id)
          where s.name = conversations_of.source and c.external_id = conversations_of.external_id) as t $$;

-- The queue first: its messages are locked by who stores them before their keys are, and what they stored meanwhile is erased, too.
create function samtale.messages_erase(ids bigint[], out waiting bigint, out dead bigint) language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    create temporary table erased on commit drop as
        select s.name as source, convert_to(c.external_id, 'UTF8') as id from samtale.conversation c join samtale.source s using (source_id)
        where c.conversation_id = any (ids) and c.external_id is not null;
    delete from samtale.inbox i using erased e where (i.source = e.source or i.source = '') and position(e.id in i.body) > 0;
    get diagnostics waiting = row_count;
    delete from samtale.dead_letter d using erased e where (d.source = e.source or d.source = '') and position(e.id in d.body) > 0;
    get diagnostics dead = row_count;
    drop table erased;
end
$$;
comment on function samtale.messages_erase is 'Deletes messages that wait or are dead letters and hold what a source calls one of these conversations.';

create or replace function samtale.erase(ids bigint[]) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    messages record;
    parts bigint;
begin
    messages := samtale.messages_erase(ids);
    perform samtale.keys_end(ids, 'erased');
    parts := samtale.words_forget(ids);
    perform samtale.customers_forget(ids);
    insert into samtale.access_log (conversation_id, what) select unnest(ids), 'erase';
    return jsonb_build_object('erased_at', samtale.utc_text(now()), 'conversations', cardinality(ids), 'parts', parts, 'waiting_messages', messages.waiting, 'dead_letters', messages.dead,
                              'kept', 'numbers without words, names, ids or customer; tombstones against later parts');
end
$$;

-- An agent: the words of all their conversations and their name. Customers keep theirs: those are other people's.
create function samtale.erase_agent(agent text) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    who integer := (select a.agent_id from samtale.agent a where a.name = erase_agent.agent);
    ids bigint[];
    messages record;
    parts bigint;
    accounts bigint;
begin
    if who is null then
        return null;
    end if;
    ids := array(select c.conversation_id from samtale.conversation c where c.agent_ids @> array[who] order by 1);
    messages := samtale.messages_erase(ids);
    perform samtale.keys_end(ids, 'erased');
    parts := samtale.words_forget(ids);
    update samtale.conversation c set flags = c.flags | 1024 where c.conversation_id = any (ids) and c.turns > 0;
    update samtale.agent a set name = 'erased-' || who, display_name = '' where a.agent_id = who;
    delete from samtale.account a where a.agent_id = who and a.role = 'agent';
    get diagnostics accounts = row_count;
    update samtale.account a set agent_id = null where a.agent_id = who;
    insert into samtale.access_log (what) values ('erase_agent');
    return jsonb_build_object('erased_at', samtale.utc_text(now()), 'agent', 'erased-' || who, 'conversations', cardinality(ids), 'parts', parts, 'waiting_messages', messages.waiting,
                              'dead_letters', messages.dead, 'accounts', accounts,
                              'kept', 'numbers of their conversations under a number in place of the name; tombstones against later parts');
end
$$;
comment on function samtale.erase_agent is 'Erases an agent: name, account, and the words of their conversations; what was done, null when there is no such agent.';

-- ---- who sees single agents ------------------------------------------------------------------------------------------------------------------
create function samtale.agents_visible() returns boolean language sql stable parallel safe
    return coalesce((select s.agents_shown and coalesce(s.agents_from <= (now() at time zone s.time_zone)::date, true) from samtale.site s), false);
comment on function samtale.agents_visible is 'Whether single agents are shown: switched on, with a purpose, and the day of notice has come.';
create function samtale.agent_pseudonym(agent integer) returns text language sql stable security definer parallel safe set search_path = pg_catalog, pg_temp as $$
    select 'agent ' || left(encode(sha256(t.secret || int4send(agent)), 'hex'), 8) from samtale.tombstone_secret t $$;
comment on function samtale.agent_pseudonym is 'What an agent is called where agents have pseudonyms: the same everywhere in this database.';
create function samtale.agent_label(a samtale.agent) returns text language sql stable parallel safe
    return case when (select s.agents_pseudonyms from samtale.site s) and not coalesce((a).agent_id = any (samtale.api_agents()), false) then samtale.agent_pseudonym((a).agent_id)
                else coalesce(nullif((a).display_name, ''), (a).name) end;
comment on function samtale.agent_label is 'What an agent is called to the caller: by name, or by pseudonym to others than themselves.';
create or replace function samtale.api_names(agent integer, team integer) returns boolean language sql stable parallel safe
    return agent = any (samtale.api_agents())
        or coalesce(current_setting('samtale.agent_names', true) = 'shown', false) and samtale.agents_visible() and (samtale.api_all() or team = any (samtale.api_teams()));

alter function samtale.agents_visible() security definer set search_path = pg_catalog, pg_temp; -- views of bi call it as who asks
reset role;
-- What names an agent to a reader of a conversation goes through agent_label(); the words of these functions and views are otherwise those they have.
do $$
declare
    named text := 'COALESCE\(NULLIF\((\w+)\.display_name, ''''::text\), \1\.name\)';
    body text := pg_get_functiondef('samtale.conversation_json(samtale.conversation, text)'::regprocedure);
begin
    if regexp_count(body, named) <> 2 then
        raise exception 'conversation_json names agents in another way than it did';
    end if;
    execute regexp_replace(body, named, 'samtale.agent_label(\1)', 'g');
    execute 'create or replace view bi.agent with (security_barrier) as select a.agent_id, case when s.agents_pseudonyms then samtale.agent_pseudonym(a.agent_id) else a.name end as name,
             case when s.agents_pseudonyms then '''' else a.display_name end as display_name from samtale.agent a, samtale.site s where samtale.agents_visible()';
    execute 'create or replace view bi.agent_day with (security_barrier) as ' || replace(pg_get_viewdef('bi.agent_day'::regclass), 's.agents_shown', 'samtale.agents_visible()');
end
$$;
comment on view bi.agent is 'Agents; empty unless [privacy] shows single agents; by pseudonym where it says so.';
comment on view bi.agent_day is 'Answered entries an agent, day, queue and channel; empty unless [privacy] shows single agents. Marks only of conversations with this agent alone.';
set local role samtale_owner;

create or replace function samtale.flag_names(flags integer) returns text[] language sql immutable parallel safe
    return (select coalesce(array_agg(f.name order by f.bit), '{}') from (values (0, 'no_record'), (1, 'no_transcript'), (2, 'conflict'), (3, 'clock_skew'),
                (4, 'role_derived'), (5, 'role_unknown'), (6, 'no_times'), (7, 'documentation_only'), (8, 'refused'), (9, 'repaired'), (10, 'words_ended')) as f(bit, name)
            where flags & (1 << f.bit) <> 0);

-- Agents as the report of a re-scoring names them: seen by day and purpose, by name or pseudonym.
create or replace function samtale.rescore_agents(id integer) returns table (agent text, conversations bigint, former bigint, present bigint, gained bigint, lost bigint) language sql stable
    set search_path = pg_catalog, pg_temp as $$
    with spoken as materialized (
        select case when (select s.agents_pseudonyms from samtale.site s) then samtale.agent_pseudonym(a.agent_id) else a.name end as name, m.conversation_id, m.was, m.is_now
        from samtale.rescore_marks(id) as m join samtale.party p on p.conversation_id = m.conversation_id and p.n = m.party join samtale.agent a using (agent_id)
        where samtale.agents_visible()
    ), named as (
        select case when count(distinct s.conversation_id) >= (select t.group_min from samtale.site t) then s.name end as name, s.name as key from spoken s group by s.name
    )
    select n.name, count(distinct s.conversation_id), count(*) filter (where s.was), count(*) filter (where s.is_now), count(*) filter (where not s.was), count(*) filter (where not s.is_now)
    from spoken s join named n on n.key = s.name group by n.name order by n.name nulls last $$;

-- A switch leaves updated_at as it is: repeat contacts and histograms are counted anew from the earliest row that was written, and nothing of theirs changes; where
-- customers were erased since, counting anew would even change them.
create or replace function samtale.rescore_swap(id integer, after_id bigint, most integer) returns table (conversation_id bigint, was bytea, becomes bytea) language sql volatile
    set search_path = pg_catalog, pg_temp as $$
    with page as materialized (
        select i.* from samtale.rescore_item i where i.rescore_id = id and i.conversation_id > after_id and i.outcome = 1 order by i.conversation_id limit most
    ), old as materialized (
        select c.conversation_id, c.score_set, c.language, c.scored, c.distress, c.missed, c.gaps, c.opportunity_index, c.unscored_reason, c.contribution
        from page p join samtale.conversation c on c.conversation_id = p.conversation_id and c.xmin = p.written_by
    ), swapped as (
        update samtale.conversation c set score_set = p.other_set, language = p.language, scored = p.scored, distress = p.distress, missed = p.missed, gaps = p.gaps,
            opportunity_index = p.opportunity_index, unscored_reason = p.unscored_reason, contribution = p.contribution
        from page p join old o using (conversation_id) where c.conversation_id = p.conversation_id
    ), kept as (
        update samtale.rescore_item i set other_set = o.score_set, language = o.language, scored = o.scored, distress = o.distress, missed = o.missed, gaps = o.gaps,
            opportunity_index = o.opportunity_index, unscored_reason = o.unscored_reason, contribution = o.contribution, written_by = pg_current_xact_id()::xid
        from old o where i.rescore_id = id and i.conversation_id = o.conversation_id
    )
    select p.conversation_id, o.contribution, case when o.conversation_id is not null then p.contribution end from page p left join old o using (conversation_id) order by 1 $$;
