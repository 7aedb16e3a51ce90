-- $1 conversations, in order: all parts that are stored of them.
select p.conversation_id, p.kind, p.version, p.content_hash, p.part_id, p.body
from unnest($1::bigint[]) with ordinality as k(conversation_id, i) join samtale.part p on p.conversation_id = k.conversation_id
order by k.i, p.kind, p.part_id
