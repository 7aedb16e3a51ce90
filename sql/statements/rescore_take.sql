-- $1 number, $2 and $3 where the round is (null: at its beginning), $4 how many, $5 of how many: the next ones, their keys locked; a last row without a source: so far it came.
select t.conversation_id, t.started_at, t.source, t.written_by, t.contribution
from samtale.rescore_take($1::integer, $2::timestamptz, $3::bigint, $4::integer, $5::integer) as t
