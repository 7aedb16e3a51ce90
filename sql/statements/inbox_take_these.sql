-- $1 lane, $2 ids: takes these, as far as they are there and nobody else has them.
with waiting as materialized (
    select ctid as place from samtale.inbox where lane = $1::smallint and id = any ($2::bigint[]) for update skip locked
)
delete from samtale.inbox where ctid = any (array(select place from waiting))
returning id, enqueued_at, attempts, source, kind, content_type, body
