-- verify_rollups against rows made by hand: what is missing, wrong or too much is told, what is right is not.
begin;
create extension if not exists pgtap;
select plan(6);
select is_empty('select * from samtale.verify_rollups()', 'nothing stored, nothing to tell');

insert into samtale.source (name) values ('tap');
insert into samtale.conversation (conversation_id, source_id, queue_id, started_at, ended_at, transfers, flags, turns, score_set, channel, direction,
    language, declared_language, consent, disposition, started_quality, scored, distress, team_ids, agent_ids, contribution)
    select -1, source_id, 0, '2026-03-01 09:29:59.999Z', '2026-03-01 09:30Z', 0, 0, 0, 1, 1, 1, 1, 1, 0, 1, 1, false, false, '{}', '{}', '' from samtale.source where name = 'tap';
insert into samtale.leg (conversation_id, n, queue_id, queued_at, answered_at, ended_at, wait_ms, talk_ms, hold_ms, service_level_ms, disposition, transfer)
    values (-1, 0, 0, '2026-03-01 09:29:59.999Z', null, '2026-03-01 09:30Z', 20000, 3000, 0, 20000, 1, 2);
select results_eq($$ select rollup, (key ->> 'half_hour')::timestamptz, computed from (select rollup, key::jsonb, computed from samtale.verify_rollups()) v order by 2 $$,
    $$ values ('half_hour', '2026-03-01 09:00Z'::timestamptz, '{"offered": 1}'::jsonb),
              ('half_hour', '2026-03-01 09:30Z', '{"answered": 1, "answered_in": 1, "waits_answered": 1, "wait_answered_ms": 20000, "handled": 1, "talk_ms": 3000,
                "transferred": 1, "conversations": 1}') $$, 'offered where it was queued, all else where it ended; exactly the threshold is within it');

create function pg_temp.add(at timestamptz, offered bigint, others bigint, wait bigint, talk bigint) returns void language sql as $$
    insert into samtale.rollup_half_hour (half_hour, offered, answered, abandoned, short_abandoned, flowed_out, answered_in, abandoned_in, wait_answered_ms,
        wait_abandoned_ms, waits_answered, waits_abandoned, handled, talk_ms, hold_ms, wrap_ms, held, transferred, conversations, with_transcript, scored, with_roles, queue_id, channel)
    values (at, offered, others, 0, 0, 0, others, 0, wait, 0, others, 0, others, talk, 0, 0, 0, others, others, 0, 0, 0, 0, 1) $$;
select pg_temp.add('2026-03-01 09:00Z', 1, 0, 0, 0);
select is((select count(*) from samtale.verify_rollups()), 1::bigint, 'one row is right now');
select pg_temp.add('2026-03-01 09:30Z', 0, 1, 20000, 3000);
select is_empty('select * from samtale.verify_rollups()', 'both are');
update samtale.rollup_half_hour set talk_ms = talk_ms + 1 where half_hour = '2026-03-01 09:30Z';
select is((select count(*) from samtale.verify_rollups()), 1::bigint, 'a millisecond too many is told');
select pg_temp.add('2026-03-01 10:00Z', 1, 0, 0, 0);
select is((select count(*) from samtale.verify_rollups() where computed is null), 1::bigint, 'a row of nothing that happened, too');
select * from finish();
rollback;
