-- The pace of a re-scoring: no statement of it walks over more conversations than it is told, what it finds is the same however far it walks at a time, and many
-- conversations are estimated, not counted.
begin;
create extension if not exists pgtap;
select plan(11);

insert into samtale.source (name) values ('tap');
insert into samtale.queue (name) values ('tap');
insert into samtale.score_set (version, packs, digest) values ('tap old', '{}', '\x01'), ('tap new', '{}', '\x02');
create function pg_temp.set_of(which text) returns integer language sql stable as $$ select score_set from samtale.score_set where version = 'tap ' || which $$;
create function pg_temp.add(first_id integer, last_id integer, which text) returns void language sql as $$
    insert into samtale.conversation_key (source_id, external_id, conversation_id) overriding system value select s.source_id, 'tap ' || n, -n from samtale.source s, generate_series(first_id, last_id) as n where s.name = 'tap';
    insert into samtale.conversation (conversation_id, source_id, external_id, queue_id, started_at, ended_at, transfers, flags, turns, score_set, channel, direction, language, declared_language, consent,
        disposition, started_quality, scored, distress, team_ids, agent_ids, contribution)
    select -n, s.source_id, 'tap ' || n, (select queue_id from samtale.queue where name = 'tap'), timestamptz '2026-03-01 08:00Z' + n * interval '1 second', '2026-03-20 08:00Z', 0, 0, 2, pg_temp.set_of(which), 1, 1, 1, 1, 0,
        1, 1, true, false, '{}', '{}', '' from samtale.source s, generate_series(first_id, last_id) as n where s.name = 'tap' $$;
-- three to score, twenty that have the new scores, three more
select pg_temp.add(1, 3, 'old'), pg_temp.add(4, 23, 'new'), pg_temp.add(24, 26, 'old') \gset ignored_

select samtale.rescore_begin(pg_temp.set_of('new'), '2026-03-01', null, '{tap}') as id \gset
select results_eq('select wanted, estimated from samtale.rescore', 'values (6::bigint, false)', 'a few are counted');

create function pg_temp.take(after_n integer, most integer, far integer) returns text language sql as $$
    select string_agg(case when t.source is null then '(' || -t.conversation_id || ')' else (-t.conversation_id)::text end, ' ')
    from samtale.rescore_take((select max(rescore_id) from samtale.rescore), timestamptz '2026-03-01 08:00Z' + after_n * interval '1 second', -after_n, most, far) as t $$;
select is(pg_temp.take(null, 64, 4096), '1 2 3 24 25 26', 'all at once');
select is(pg_temp.take(null, 2, 4096), '1 2', 'no more than it may take');
select is(pg_temp.take(2, 2, 4096), '3 24', 'on from there');
select is(pg_temp.take(null, 64, 10), '1 2 3 (10)', 'what it found so far, and how far it came');
select is(pg_temp.take(10, 64, 10), '(20)', 'nothing to score on the way, but more behind it');
select is(pg_temp.take(20, 64, 10), '24 25 26', 'at the end no such row');
select is(pg_temp.take(20, 64, 6), '24 25 26 (26)', 'unless it cannot know that it is the end');
select is(pg_temp.take(26, 64, 6), null, 'which it then sees');

update samtale.rescore set state = 'dropped';
select pg_temp.add(101, 25100, 'old') \gset ignored_
analyze samtale.conversation;
select samtale.rescore_begin(pg_temp.set_of('new'), '2026-03-01', null, null) as id \gset
select results_eq('select estimated, wanted between 20000 and 30000 from samtale.rescore where rescore_id = ' || :id, 'values (true, true)', 'many are estimated');
select matches((select done from samtale.rescore_list where rescore_id = :id), '^0 of about 2\d{4}$', 'and told as such');
select * from finish();
rollback;
