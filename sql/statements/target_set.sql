-- $1 queue or null, $2 team or null, $3 figure, $4 value, $5 first day (null: today), $6 last day or null.
select samtale.target_set($1::text, $2::text, $3::text, $4::float8, coalesce($5::text::date, (select (now() at time zone s.time_zone)::date from samtale.site s)), $6::text::date)
