-- GET /v1/coverage: $1 from, $2 to, $3 zone, $4 queues, $5 channels
select samtale.coverage(samtale.day_range_of($1::text::date, $2::text::date, $3::text, 800), $3::text, $4::text[], $5::integer[])
