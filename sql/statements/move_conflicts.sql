-- $1 conversations, $2 kinds, $3 part ids: other content of parts that go to the conversations $4 as the part ids $5; not kept where $6 is 0, since a newer version is there.
with gone as (
    delete from samtale.part_conflict p
    using unnest($1::bigint[], $2::integer[], $3::text[], $4::bigint[], $5::text[], $6::integer[]) as d(conversation_id, kind, part_id, to_id, to_part_id, kept)
    where p.conversation_id = d.conversation_id and p.kind = d.kind::smallint and p.part_id = d.part_id
    returning p.version, p.kind, p.content_hash, p.body, d.to_id, d.to_part_id, d.kept
)
insert into samtale.part_conflict (conversation_id, version, kind, content_hash, part_id, body)
select g.to_id, g.version, g.kind, g.content_hash, g.to_part_id, g.body from gone g where g.kept = 1
on conflict do nothing
