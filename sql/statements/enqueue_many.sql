-- Messages into a lane, all or none; see samtale.enqueue_many.
select samtale.enqueue_many($1::smallint, $2::text[], $3::text[], $4::text[], $5::bytea[])
