-- $1 lane, $2 floor, $3 most messages, $4 most bytes: takes what waits in the order of arrival; one larger message comes alone.
-- What a daemon ended with before is taken alone, see inbox_begin_one.
with waiting as materialized (
    select ctid as place, id, size from samtale.inbox where lane = $1::smallint and id > $2::bigint and attempts = 0 order by id limit $3::integer for update skip locked
)
delete from samtale.inbox
where ctid = any (array(
    select place from (select place, row_number() over upto as n, sum(size) over upto as bytes from waiting window upto as (order by id)) as w
    where n = 1 or bytes <= $4::bigint))
returning id, enqueued_at, attempts, source, kind, content_type, body
