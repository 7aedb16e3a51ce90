-- The queue's door for other systems: what enqueue takes, refuses and tells.
begin;
create extension if not exists pgtap;
select plan(19);
update samtale.inbox_state set done_to = samtale.backlog(lane) + done_to; -- as after a sweep of an empty queue

set local role samtale_producer;
select lives_ok($$ select samtale.enqueue('pbx', 'record', 'application/json', '{"id": 1}') $$, 'a producer may enqueue text');
select lives_ok($$ select samtale.enqueue('pbx', '', '', '\xff00fe'::bytea) $$, 'and any bytes, of no stated kind');
select throws_ok($$ select samtale.enqueue('pbx', 'surprise', '', 'x') $$, 'SAM03', null, 'an unknown kind is refused');
select throws_ok($$ select samtale.enqueue('pbx', 'record', '', '') $$, 'SAM03', null, 'an empty message is refused');
select throws_ok($$ select * from samtale.inbox $$, '42501', null, 'a producer may not read the queue');
select throws_ok($$ insert into samtale.inbox (body) values ('x') $$, '42501', null, 'nor write past the function');
select throws_ok($$ select samtale.enqueue_many(0::smallint, '{a}', '{record}', '{}', array['x'::bytea]) $$, '42501', null, 'nor choose a lane');
reset role;

select results_eq($$ select lane, size, source, kind, content_type, body from samtale.inbox order by id $$,
    $$ values (0::smallint, 9, 'pbx', 'record', 'application/json', '{"id": 1}'::bytea), (0::smallint, 3, 'pbx', '', '', '\xff00fe') $$,
    'both wait in the live lane, byte for byte, with their sizes');
select is(samtale.backlog(0::smallint), 2::bigint, 'the backlog counts ids drawn less ids taken');
select is(samtale.enqueue_many(1::smallint, '{a,b}', '{record,survey}', '{}', array['x'::bytea, 'y']), 2, 'several at once into the import lane');
select is(samtale.backlog(1::smallint), 2::bigint, 'which has a backlog of its own');
select is((select array_agg(body order by id) from samtale.inbox where lane = 1), array['x'::bytea, 'y'], 'in the order in which they were given');

update samtale.inbox_state set size_limit = 4;
select throws_ok($$ select samtale.enqueue('pbx', 'record', '', 'fives') $$, 'SAM02', 'message of 5 bytes is over the limit of 4 bytes', 'one byte too many is refused');
select lives_ok($$ select samtale.enqueue('pbx', 'record', '', 'four') $$, 'the limit itself is fine');
update samtale.inbox_state set size_limit = 100, backlog_limit = samtale.backlog(lane);
select throws_ok($$ select samtale.enqueue('pbx', 'record', '', 'x') $$, 'SAM01', null, 'a full queue refuses');
select throws_ok($$ select samtale.enqueue_many(1::smallint, '{}', '{}', '{}', array['x'::bytea]) $$, 'SAM01', null, 'each lane its own');
update samtale.inbox_state set backlog_limit = samtale.backlog(lane) + 2 where lane = 1;
select lives_ok($$ select samtale.enqueue_many(1::smallint, '{}', '{}', '{}', array['x'::bytea, 'y']) $$, 'up to the limit all go in');
select throws_ok($$ select samtale.enqueue_many(1::smallint, '{}', '{}', '{}', array['x'::bytea, 'y']) $$, 'SAM01', null, 'over it none');
select throws_ok($$ select samtale.enqueue_many(2::smallint, '{}', '{}', '{}', array['x'::bytea]) $$, 'SAM03', null, 'there are two lanes');
select * from finish();
rollback;
