-- 0004: who may do what: accounts of people and tokens of systems, the log of reads, grants, and row security.
set local role samtale_owner;

-- ---- accounts -----------------------------------------------------------------------------------------------------
create table samtale.account (
    account_id integer generated always as identity primary key,
    name text not null unique check (length(name) between 1 and 200),
    role text not null check (role in ('admin', 'analyst', 'supervisor', 'agent', 'ingest')),
    password_hash text,
    agent_id integer references samtale.agent,
    disabled boolean not null default false,
    created_at timestamptz not null default now(),
    check (agent_id is not null or role <> 'agent')
);
comment on table samtale.account is 'People and systems that may sign in.';
comment on column samtale.account.account_id is 'Its number here.';
comment on column samtale.account.name is 'Sign-in name.';
comment on column samtale.account.role is 'admin and analyst see all, supervisor own teams, agent own conversations, ingest only sends messages.';
comment on column samtale.account.password_hash is 'argon2id string; null: cannot sign in with a password.';
comment on column samtale.account.agent_id is 'Who they are as an agent; required for role agent.';
comment on column samtale.account.disabled is 'May not sign in.';
comment on column samtale.account.created_at is 'When it was made.';

create table samtale.account_team (
    account_id integer not null references samtale.account on delete cascade,
    team_id integer not null references samtale.team,
    primary key (account_id, team_id)
);
comment on table samtale.account_team is 'Teams of a supervisor.';
comment on column samtale.account_team.account_id is 'The supervisor.';
comment on column samtale.account_team.team_id is 'The team.';

create table samtale.session (
    token_hash bytea primary key,
    account_id integer not null references samtale.account on delete cascade,
    created_at timestamptz not null default now(),
    seen_at timestamptz not null default now(),
    expires_at timestamptz not null
);
create index session_expires_at on samtale.session (expires_at);
comment on table samtale.session is 'Signed-in browsers.';
comment on column samtale.session.token_hash is 'Hash of the cookie; the cookie itself is nowhere.';
comment on column samtale.session.account_id is 'Who.';
comment on column samtale.session.created_at is 'When they signed in.';
comment on column samtale.session.seen_at is 'Last request, to the minute.';
comment on column samtale.session.expires_at is 'When it ends.';

create table samtale.api_token (
    token_hash bytea primary key,
    account_id integer not null references samtale.account on delete cascade,
    name text not null,
    scopes text[] not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz
);
comment on table samtale.api_token is 'Tokens of programs.';
comment on column samtale.api_token.token_hash is 'Hash of the token; the token itself is nowhere.';
comment on column samtale.api_token.account_id is 'Whose rights it has, at most.';
comment on column samtale.api_token.name is 'What it is for.';
comment on column samtale.api_token.scopes is 'read, ingest, admin.';
comment on column samtale.api_token.created_at is 'When it was made.';
comment on column samtale.api_token.expires_at is 'When it ends; null: never.';

create table samtale.access_log (
    access_id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    account_id integer,
    conversation_id bigint,
    what text not null,
    address text
);
create index access_log_conversation on samtale.access_log (conversation_id, at);
comment on table samtale.access_log is 'Who read what when. Rows are only added.';
comment on column samtale.access_log.access_id is 'Its number.';
comment on column samtale.access_log.at is 'When.';
comment on column samtale.access_log.account_id is 'Who; null: not signed in.';
comment on column samtale.access_log.conversation_id is 'Conversation that was read; null: something else.';
comment on column samtale.access_log.what is 'conversation, export, sign_in, sign_in_failed, sign_out ...';
comment on column samtale.access_log.address is 'Network address of the client.';

create table samtale.bi_scope (
    role_name name not null,
    team_id integer references samtale.team
);
create unique index bi_scope_one on samtale.bi_scope (role_name, coalesce(team_id, 0));
comment on table samtale.bi_scope is 'Which conversations a database role (or a role it is a member of) sees in schema bi. No row: none.';
comment on column samtale.bi_scope.role_name is 'Database role.';
comment on column samtale.bi_scope.team_id is 'A team it sees; null: all.';

-- ---- grants -------------------------------------------------------------------------------------------------------
grant select, insert, update, delete on samtale.source, samtale.queue, samtale.team, samtale.agent, samtale.rule, samtale.score_set,
    samtale.conversation_key, samtale.part, samtale.part_conflict, samtale.conversation, samtale.leg, samtale.party, samtale.finding,
    samtale.moment, samtale.conversation_score, samtale.survey, samtale.outcome, samtale.rollup_half_hour, samtale.rollup_opportunity,
    samtale.rollup_outcome, samtale.account, samtale.account_team, samtale.session, samtale.api_token, samtale.bi_scope to samtale_daemon;
grant select, insert on samtale.access_log to samtale_daemon;
grant usage, select on all sequences in schema samtale to samtale_daemon;

grant select on samtale.source, samtale.queue, samtale.team, samtale.agent, samtale.rule, samtale.score_set,
    samtale.part, samtale.part_conflict, samtale.conversation, samtale.leg, samtale.party, samtale.finding, samtale.moment,
    samtale.conversation_score, samtale.survey, samtale.outcome, samtale.rollup_half_hour, samtale.rollup_opportunity,
    samtale.rollup_outcome, samtale.account, samtale.account_team, samtale.session, samtale.api_token to samtale_api;
grant insert, update, delete on samtale.session to samtale_api;
grant update (password_hash) on samtale.account to samtale_api;
grant insert on samtale.access_log to samtale_api;
grant usage on sequence samtale.access_log_access_id_seq to samtale_api;

grant select on samtale.source, samtale.queue, samtale.team, samtale.agent, samtale.rule, samtale.score_set,
    samtale.part, samtale.conversation, samtale.leg, samtale.party, samtale.finding, samtale.moment,
    samtale.conversation_score, samtale.survey, samtale.outcome, samtale.rollup_half_hour, samtale.rollup_opportunity,
    samtale.rollup_outcome to samtale_bi_owner;

-- ---- scope --------------------------------------------------------------------------------------------------------
-- The HTTP interface sets samtale.role, samtale.teams and samtale.agents in each transaction; what is not set shows nothing.
create function samtale.api_all() returns boolean language sql stable parallel safe
    return coalesce(current_setting('samtale.role', true) in ('admin', 'analyst'), false);
comment on function samtale.api_all is 'Whether the caller of the HTTP interface sees every conversation (setting samtale.role).';
create function samtale.api_teams() returns integer[] language sql stable parallel safe
    return coalesce(nullif(current_setting('samtale.teams', true), ''), '{}')::integer[];
comment on function samtale.api_teams is 'Teams the caller of the HTTP interface sees (setting samtale.teams, e.g. {1,2}).';
create function samtale.api_agents() returns integer[] language sql stable parallel safe
    return coalesce(nullif(current_setting('samtale.agents', true), ''), '{}')::integer[];
comment on function samtale.api_agents is 'Agents whose conversations the caller of the HTTP interface sees (setting samtale.agents).';
create function samtale.bi_all(who name) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp
    return exists (select from samtale.bi_scope s where s.team_id is null and pg_has_role(who, s.role_name, 'member'));
comment on function samtale.bi_all is 'Whether a database role sees every conversation in schema bi.';
create function samtale.bi_teams(who name) returns integer[] language sql stable security definer set search_path = pg_catalog, pg_temp
    return coalesce((select array_agg(s.team_id) from samtale.bi_scope s
                     where s.team_id is not null and pg_has_role(who, s.role_name, 'member')), '{}');
comment on function samtale.bi_teams is 'Teams a database role sees in schema bi.';

-- ---- row security -------------------------------------------------------------------------------------------------
-- A role without a policy sees no row. The rest of a conversation shows where the conversation itself does.
alter table samtale.conversation enable row level security;
create policy api on samtale.conversation for select to samtale_api
    using ((select samtale.api_all()) or team_ids && (select samtale.api_teams()) or agent_ids && (select samtale.api_agents()));
create policy bi on samtale.conversation for select to samtale_bi_owner
    using ((select samtale.bi_all(current_user)) or team_ids && (select samtale.bi_teams(current_user)));

do $$
declare
    t text;
begin
    foreach t in array array['part', 'part_conflict', 'leg', 'party', 'finding', 'moment', 'conversation_score', 'survey', 'outcome'] loop
        execute format('alter table samtale.%I enable row level security', t);
        execute format('create policy api on samtale.%1$I for select to samtale_api using ((select samtale.api_all())
            or exists (select from samtale.conversation c where c.conversation_id = %1$I.conversation_id))', t);
        execute format('create policy bi on samtale.%1$I for select to samtale_bi_owner using ((select samtale.bi_all(current_user))
            or exists (select from samtale.conversation c where c.conversation_id = %1$I.conversation_id))', t);
    end loop;
end
$$;
