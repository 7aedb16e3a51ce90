-- $1 sources, $2 external ids, in order: makes the keys that are new, in that order, and gives them; another batch's are waited for.
insert into samtale.conversation_key (source_id, external_id)
select source_id, external_id from unnest($1::integer[], $2::text[]) as k(source_id, external_id)
on conflict do nothing
returning conversation_id, source_id, external_id
