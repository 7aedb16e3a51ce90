-- Puts messages in the live lane, all or none.
select samtale.enqueue_many(0::smallint, $1::text[], $2::text[], $3::text[], $4::bytea[])
