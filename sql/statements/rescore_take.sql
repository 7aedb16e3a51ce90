-- $1 number, $2 and $3 the last conversation of this round (null: its beginning), $4 how many: the next ones, their keys locked.
select t.conversation_id, t.started_at, t.source, t.written_by, t.contribution from samtale.rescore_take($1::integer, $2::timestamptz, $3::bigint, $4::integer) as t
