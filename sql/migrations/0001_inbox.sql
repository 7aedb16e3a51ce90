-- 0001: roles, the schema, and the inbox: the queue through which every message enters.
-- Run by `samtaled migrate` as a superuser, once; roles belong to the whole cluster and are created only when missing.
do $$
declare
    r record;
begin
    for r in select * from (values
        ('samtale_owner', 'nologin'),          -- owns schema and tables; nobody signs in as it
        ('samtale_daemon', 'nologin bypassrls'), -- writes facts; COPY refuses tables with row security, hence bypassrls
        ('samtale_api', 'nologin'),            -- reads for the HTTP interface within the caller's scope
        ('samtale_producer', 'nologin'),       -- may execute samtale.enqueue and nothing else
        ('samtale_bi_owner', 'nologin'),       -- owns the bi views; neither table owner nor bypassrls
        ('samtale_bi', 'nologin'),             -- reads schema bi
        ('samtale_bi_text', 'nologin')         -- reads bi.transcript, the only view with text; off by default: granted to nobody
    ) as wanted(name, options)
    loop
        if not exists (select from pg_roles where rolname = r.name) then
            begin
                execute format('create role %I %s', r.name, r.options);
            exception when duplicate_object or unique_violation then
                null; -- another database of the cluster was migrated at the same moment
            end;
        end if;
    end loop;
    if not (select rolbypassrls from pg_roles where rolname = 'samtale_daemon') then
        alter role samtale_daemon bypassrls;
    end if;
end
$$;

create schema samtale authorization samtale_owner;
create schema bi authorization samtale_bi_owner;
comment on schema samtale is 'samtaled: facts about conversations. Written by the daemon only; read it through schema bi.';
comment on schema bi is 'samtaled: views for reports. No turn text, no quotes; rows within the teams of the role that asks.';
grant usage on schema samtale to samtale_daemon, samtale_api, samtale_producer, samtale_bi_owner;
grant usage on schema bi to samtale_bi, samtale_bi_text;

set local role samtale_owner;

create table samtale.migration (
    n integer primary key,
    name text not null,
    applied_at timestamptz not null default now(),
    hash text
);
comment on table samtale.migration is 'Migrations that were applied; the daemon refuses to run on a schema newer than itself.';
comment on column samtale.migration.n is 'Number of the migration file.';
comment on column samtale.migration.name is 'Name of the migration file without number and ending.';
comment on column samtale.migration.applied_at is 'When it was committed.';
comment on column samtale.migration.hash is 'Of the file as it was applied, BLAKE2b-128; a program whose file is another one does not migrate this database.';
grant select on samtale.migration to samtale_daemon, samtale_api;

-- ---- inbox ------------------------------------------------------------------------------------------------------
create sequence samtale.inbox_live_id;
comment on sequence samtale.inbox_live_id is 'Ids of lane 0; its value minus inbox_state.done_to is the backlog.';
create sequence samtale.inbox_import_id;
comment on sequence samtale.inbox_import_id is 'Ids of lane 1; its value minus inbox_state.done_to is the backlog.';

create table samtale.inbox (
    lane smallint not null default 0 check (lane in (0, 1)),
    attempts smallint not null default 0,
    size integer not null generated always as (octet_length(body)) stored,
    id bigint not null default nextval('samtale.inbox_live_id'),
    enqueued_at timestamptz not null default now(),
    source text not null default '',
    kind text not null default '',
    content_type text not null default '',
    body bytea compression lz4 not null,
    primary key (lane, id)
) with (toast_tuple_target = 4080, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
        autovacuum_vacuum_cost_delay = 0, autovacuum_vacuum_insert_threshold = -1, autovacuum_analyze_scale_factor = 0,
        autovacuum_analyze_threshold = 1000000);
comment on table samtale.inbox is 'The queue: messages that wait. A row is deleted in the transaction that stores its result. Holds raw text.';
comment on column samtale.inbox.lane is '0 live, 1 import: a back-fill never delays today''s messages.';
comment on column samtale.inbox.attempts is 'Times it was begun one by one after the daemon had stopped unclean; the third makes it a dead letter.';
comment on column samtale.inbox.size is 'Bytes of the body.';
comment on column samtale.inbox.id is 'Order of arrival within the lane, from inbox_live_id or inbox_import_id.';
comment on column samtale.inbox.enqueued_at is 'When it was made durable.';
comment on column samtale.inbox.source is 'System that sent it; empty: the body says.';
comment on column samtale.inbox.kind is 'conversation, record, transcript, survey, outcome, event; empty: the body says.';
comment on column samtale.inbox.content_type is 'Media type as stated; empty: found by structure.';
comment on column samtale.inbox.body is 'The message, byte for byte.';

create table samtale.inbox_state (
    lane smallint primary key check (lane in (0, 1)),
    done_to bigint not null default 0,
    asleep boolean not null default false,
    running boolean not null default false,
    backlog_limit bigint not null default 1000000,
    size_limit integer not null default 16777216
) with (fillfactor = 50);
comment on table samtale.inbox_state is 'One row a lane: what the daemon and those who enqueue tell each other.';
comment on column samtale.inbox_state.lane is 'The lane.';
comment on column samtale.inbox_state.done_to is 'Ids up to here have been taken, but for late committers, which the sweep finds.';
comment on column samtale.inbox_state.asleep is 'The daemon waits for a notification; enqueue notifies only then.';
comment on column samtale.inbox_state.running is 'True while a daemon runs; true at its start means that the last one stopped unclean.';
comment on column samtale.inbox_state.backlog_limit is 'Messages that may wait before enqueue refuses with SAM01.';
comment on column samtale.inbox_state.size_limit is 'Bytes of the largest body that enqueue takes, else SAM02.';
insert into samtale.inbox_state (lane, backlog_limit) values (0, 1000000), (1, 1000000);

grant select, insert, update, delete on samtale.inbox to samtale_daemon;
grant select, update on samtale.inbox_state to samtale_daemon;
grant usage, select on sequence samtale.inbox_live_id, samtale.inbox_import_id to samtale_daemon;
grant select on samtale.inbox_state to samtale_api;

create function samtale.backlog(lane smallint) returns bigint
    language sql stable security definer set search_path = pg_catalog, pg_temp
    return greatest(0, (case when lane = 0 then (select last_value from samtale.inbox_live_id where is_called)
                             else (select last_value from samtale.inbox_import_id where is_called) end)
                       - (select s.done_to from samtale.inbox_state s where s.lane = backlog.lane));
comment on function samtale.backlog is 'Messages that wait in a lane, without counting them: ids drawn minus ids taken (ids of failed inserts count until passed).';

create function samtale.enqueue_many(lane smallint, sources text[], kinds text[], content_types text[], bodies bytea[]) returns integer
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    state samtale.inbox_state%rowtype;
    n integer := coalesce(cardinality(bodies), 0);
    odd text;
    largest integer;
begin
    select * into state from samtale.inbox_state s where s.lane = enqueue_many.lane;
    if not found then
        raise exception 'lane % does not exist: 0 is live, 1 is import', lane using errcode = 'SAM03';
    end if;
    select max(octet_length(b)) into largest from unnest(bodies) as b;
    if largest > state.size_limit then
        raise exception 'message of % bytes is over the limit of % bytes', largest, state.size_limit using errcode = 'SAM02';
    end if;
    select k into odd from unnest(kinds) as k
        where k not in ('', 'conversation', 'record', 'transcript', 'survey', 'outcome', 'event') limit 1;
    if found then
        raise exception 'kind "%" is none of conversation, record, transcript, survey, outcome, event', left(odd, 60) using errcode = 'SAM03';
    end if;
    if exists (select from unnest(bodies) as b where b is null or octet_length(b) = 0) then
        raise exception 'message is empty' using errcode = 'SAM03';
    end if;
    if samtale.backlog(lane) + n > state.backlog_limit then
        raise exception 'backlog is full: % messages wait, the limit is %', samtale.backlog(lane), state.backlog_limit
            using errcode = 'SAM01', hint = 'Send again later.';
    end if;
    insert into samtale.inbox (lane, id, source, kind, content_type, body)
        select enqueue_many.lane, case when enqueue_many.lane = 0 then nextval('samtale.inbox_live_id') else nextval('samtale.inbox_import_id') end,
               coalesce(m.source, ''), coalesce(m.kind, ''), coalesce(m.content_type, ''), m.body
        from unnest(sources, kinds, content_types, bodies) with ordinality as m(source, kind, content_type, body, i) order by m.i;
    if state.asleep then
        perform pg_notify('samtale_inbox', lane::text);
    end if;
    return n;
end
$$;
comment on function samtale.enqueue_many is 'Puts messages in a lane, all or none. Arrays of equal length. SQLSTATE SAM01: backlog full, send again later; SAM02: too large; SAM03: wrong argument.';

create function samtale.enqueue(source text, kind text, content_type text, body bytea) returns void
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    perform samtale.enqueue_many(0::smallint, array[source], array[kind], array[content_type], array[body]);
end
$$;
comment on function samtale.enqueue(text, text, text, bytea) is 'Puts one message in the queue; durable when your transaction commits. Source, kind and content type may be empty: then the body says. Errors as enqueue_many.';

create function samtale.enqueue(source text, kind text, content_type text, body text) returns void
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    perform samtale.enqueue_many(0::smallint, array[source], array[kind], array[content_type], array[convert_to(body, 'UTF8')]);
end
$$;
comment on function samtale.enqueue(text, text, text, text) is 'As enqueue with a bytea body, for JSON at hand as text.';

revoke all on function samtale.backlog(smallint), samtale.enqueue_many(smallint, text[], text[], text[], bytea[]),
    samtale.enqueue(text, text, text, bytea), samtale.enqueue(text, text, text, text) from public;
grant execute on function samtale.backlog(smallint) to samtale_daemon, samtale_api;
grant execute on function samtale.enqueue_many(smallint, text[], text[], text[], bytea[]) to samtale_daemon, samtale_api;
grant execute on function samtale.enqueue(text, text, text, bytea), samtale.enqueue(text, text, text, text)
    to samtale_daemon, samtale_api, samtale_producer;

-- ---- what could not be stored -------------------------------------------------------------------------------------
create table samtale.dead_letter (
    dead_letter_id bigint generated always as identity primary key,
    died_at timestamptz not null default now(),
    enqueued_at timestamptz not null,
    lane smallint not null,
    attempts smallint not null,
    size integer not null,
    source text not null,
    kind text not null,
    content_type text not null,
    code text not null,
    reason text not null,
    body bytea compression lz4 not null
);
create index dead_letter_died_at on samtale.dead_letter (died_at);
comment on table samtale.dead_letter is 'Messages that could not be read or stored, with the reason. Holds raw text; expires.';
comment on column samtale.dead_letter.dead_letter_id is 'Its number.';
comment on column samtale.dead_letter.died_at is 'When it was put here.';
comment on column samtale.dead_letter.enqueued_at is 'When it had been enqueued.';
comment on column samtale.dead_letter.lane is 'Lane it came through.';
comment on column samtale.dead_letter.attempts is 'As inbox.attempts.';
comment on column samtale.dead_letter.size is 'Bytes of the body.';
comment on column samtale.dead_letter.source is 'As inbox.source.';
comment on column samtale.dead_letter.kind is 'As inbox.kind.';
comment on column samtale.dead_letter.content_type is 'As inbox.content_type.';
comment on column samtale.dead_letter.code is 'Stable word: bad_input, unsupported, too_large, conflict, sqlstate:NNNNN, crashed.';
comment on column samtale.dead_letter.reason is 'What, where and why, for people; never text of the message.';
comment on column samtale.dead_letter.body is 'The message, byte for byte.';
grant select, insert, delete on samtale.dead_letter to samtale_daemon;
grant usage on sequence samtale.dead_letter_dead_letter_id_seq to samtale_daemon;
