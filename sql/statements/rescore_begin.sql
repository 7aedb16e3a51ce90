-- $1 set, $2 first day, $3 last day or null, $4 queues or null: the number of the re-scoring, new or begun before.
select samtale.rescore_begin($1::integer, $2::text::date, $3::text::date, $4::text[])
