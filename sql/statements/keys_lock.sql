-- $1 sources, $2 external ids, in order: locks keys that are there, in that order.
select c.conversation_id
from unnest($1::integer[], $2::text[]) with ordinality as k(source_id, external_id, i)
join samtale.conversation_key c on c.source_id = k.source_id and c.external_id = k.external_id
order by k.i
for update of c
