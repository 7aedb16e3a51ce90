-- $1 their numbers: for good.
with gone as materialized (delete from samtale.dead_letter where dead_letter_id = any ($1::bigint[]) returning 1)
select count(*) from gone
