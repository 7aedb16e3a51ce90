-- $1 behind this one, $2 up to this one (0: the newest), $3 source, $4 code (empty: any): the next hundred.
select dead_letter_id from samtale.dead_letter
where dead_letter_id > $1::bigint and ($2::bigint = 0 or dead_letter_id <= $2::bigint) and ($3::text = '' or source = $3::text) and ($4::text = '' or code = $4::text)
order by dead_letter_id limit 100
