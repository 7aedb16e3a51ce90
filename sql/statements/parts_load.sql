-- $1 sources, $2 external ids, in order: all parts that are stored of them.
select p.conversation_id, p.kind, p.version, p.conflict, p.content_hash, p.part_id, p.body
from unnest($1::integer[], $2::text[]) with ordinality as k(source_id, external_id, i)
join samtale.conversation_key c on c.source_id = k.source_id and c.external_id = k.external_id
join samtale.part p on p.conversation_id = c.conversation_id
order by k.i
