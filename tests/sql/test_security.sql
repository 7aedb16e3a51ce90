-- Row security, with two logins of BI and several callers of the HTTP interface: each sees its own, in every view and table of facts.
begin;
create extension if not exists pgtap;
select plan(53);

create role bi_north login;
create role bi_all login;
create role bi_none login;
grant samtale_bi to bi_north, bi_all, bi_none;
insert into samtale.source (name) values ('tap');
insert into samtale.team (name) values ('tap north'), ('tap south');
insert into samtale.agent (name) values ('tap anna'), ('tap bo');
insert into samtale.bi_scope (role_name, team_id) select 'bi_north', team_id from samtale.team where name = 'tap north';
insert into samtale.bi_scope (role_name) values ('bi_all');

create function pg_temp.add(id bigint, of_team text, of_agent text, heard_distress boolean) returns void language sql as $$
    insert into samtale.conversation (conversation_id, source_id, queue_id, transfers, flags, turns, score_set, channel, direction, language,
        declared_language, consent, disposition, started_quality, scored, distress, customer_key, team_ids, agent_ids, contribution)
    select id, source_id, 0, 0, 0, 2, 1, 1, 1, 1, 1, 0, 1, 1, true, heard_distress, '\xabcd',
        array(select team_id from samtale.team where name = of_team), array(select agent_id from samtale.agent where name = of_agent), ''
        from samtale.source where name = 'tap';
    insert into samtale.leg (conversation_id, n, queue_id, service_level_ms, disposition, transfer) values (id, 0, 0, 20000, 1, 0);
    insert into samtale.party (conversation_id, n, role, role_derived) values (id, 0, 1, false);
    insert into samtale.part (conversation_id, kind, part_id, version, conflict, content_hash, body) values (id, 2, '', 1, false, '', '{}');
    insert into samtale.part_conflict (conversation_id, kind, part_id, version, content_hash, body) values (id, 2, '', 1, '', '{}');
    insert into samtale.finding (conversation_id, score_set, turns, span_starts, span_ends, rule_ids, weights, parties, labels)
        values (id, 1, '{0}', '{0}', '{1}', '{1}', '{1}', '{0}', '{17}');
    insert into samtale.moment (conversation_id, score_set, kinds, cues, mets, cue_turns, answer_turns, latencies_turns, latencies_ms, suggestions)
        values (id, 1, '{0}', '{20}', '{5}', '{1}', '{null}', '{null}', '{null}', '{null}');
    insert into samtale.conversation_score (conversation_id, score_set, language) values (id, 1, 1);
    insert into samtale.survey (conversation_id, part_id, ces_reversed) values (id, 'a', false);
    insert into samtale.outcome (conversation_id, part_id) values (id, 'a');
$$;
select pg_temp.add(-1, 'tap north', 'tap anna', false);
select pg_temp.add(-2, 'tap south', 'tap bo', true);

create function pg_temp.seen(what text) returns bigint[] language plpgsql as $$
declare ids bigint[];
begin
    execute format('select array_agg(conversation_id order by conversation_id desc) from %s where conversation_id in (-1, -2)', what) into ids;
    return ids;
end $$;
create temporary table views as select unnest(array['conversation', 'leg', 'finding', 'moment', 'conversation_score', 'survey', 'outcome']) as name;
create temporary table facts as
    select unnest(array['conversation', 'leg', 'party', 'part', 'part_conflict', 'finding', 'moment', 'conversation_score', 'survey', 'outcome']) as name;
grant select on views, facts to public;

-- ---- BI ------------------------------------------------------------------------------------------------------------------------------
set local role bi_north;
select is(pg_temp.seen('bi.' || name), array[-1::bigint], 'BI of one team sees its own in bi.' || name) from views;
select throws_ok('select * from bi.transcript', '42501', null, 'BI reads no text');
select throws_ok('select * from samtale.conversation', '42501', null, 'BI reads no table');
select throws_ok('insert into samtale.bi_scope (role_name) values (''bi_north'')', '42501', null, 'BI widens nothing');
set local role bi_all;
select is(pg_temp.seen('bi.' || name), array[-1::bigint, -2], 'BI of all sees all in bi.' || name) from views;
select is((select customer from bi.conversation where conversation_id = -1), 'abcd', 'a customer has a pseudonym');
select is((select customer from bi.conversation where conversation_id = -2), null, 'none where distress was heard');
set local role bi_none;
select is(pg_temp.seen('bi.' || name), null, 'BI without a scope sees nothing in bi.' || name) from views;
reset role;

-- ---- the HTTP interface ---------------------------------------------------------------------------------------------------------------
set local role samtale_api;
select is(pg_temp.seen('samtale.' || name), null, 'without a scope nothing is seen in ' || name) from facts;
select set_config('samtale.role', 'supervisor', true), set_config('samtale.teams', (select array_agg(team_id)::text from samtale.team where name = 'tap south'), true) \g /dev/null
select is(pg_temp.seen('samtale.' || name), array[-2::bigint], 'a supervisor sees the own team in ' || name) from facts;
select set_config('samtale.role', 'agent', true), set_config('samtale.teams', '', true),
    set_config('samtale.agents', (select array_agg(agent_id)::text from samtale.agent where name = 'tap anna'), true) \g /dev/null
select is(pg_temp.seen('samtale.conversation'), array[-1::bigint], 'an agent sees the own conversations');
select set_config('samtale.role', 'analyst', true), set_config('samtale.agents', '', true) \g /dev/null
select is(pg_temp.seen('samtale.conversation'), array[-1::bigint, -2], 'an analyst sees all');
select throws_ok('delete from samtale.conversation', '42501', null, 'the interface changes no facts');
select throws_ok('select * from samtale.inbox', '42501', null, 'and reads no raw message');
select throws_ok('select * from samtale.dead_letter', '42501', null, 'nor a dead one');
select lives_ok('insert into samtale.access_log (what) values (''tap'')', 'it logs reads');
select throws_ok('delete from samtale.access_log', '42501', null, 'and takes nothing back');
reset role;
select * from finish();
rollback;
