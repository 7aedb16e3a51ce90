-- $1 conversations, $2 kinds, $3 part ids: parts that are replaced.
delete from samtale.part p using unnest($1::bigint[], $2::integer[], $3::text[]) as d(conversation_id, kind, part_id)
where p.conversation_id = d.conversation_id and p.kind = d.kind::smallint and p.part_id = d.part_id
