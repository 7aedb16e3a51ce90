-- $1 queue, $2 first day (null: today), $3 weekdays, $4 begins, $5 ends, $6 agents of each row, as texts: replaces the plan that begins on this day.
select samtale.staffing_set($1::text, coalesce($2::text::date, (select (now() at time zone s.time_zone)::date from samtale.site s)), $3::integer[], $4::text[], $5::text[], $6::text[]::float8[])
