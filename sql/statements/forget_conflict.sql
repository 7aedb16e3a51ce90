-- $1 conversations, $2 kinds, $3 part ids: a newer version has come, the old dispute is over.
delete from samtale.part_conflict p using unnest($1::bigint[], $2::integer[], $3::text[]) as d(conversation_id, kind, part_id)
where p.conversation_id = d.conversation_id and p.kind = d.kind::smallint and p.part_id = d.part_id
