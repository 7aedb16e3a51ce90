-- $1 conversations, $2 kinds, $3 part ids, $4 versions, $5 hashes, $6 bodies: other content of the version that is stored.
insert into samtale.part_conflict (conversation_id, kind, part_id, version, content_hash, body)
select conversation_id, kind::smallint, part_id, version, content_hash, body
from unnest($1::bigint[], $2::integer[], $3::text[], $4::bigint[], $5::bytea[], $6::text[])
    as l(conversation_id, kind, part_id, version, content_hash, body)
on conflict do nothing
