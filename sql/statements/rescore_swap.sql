-- $1 number, $2 the last conversation of the page before, $3 how many: what each added to the rollups and adds now; null: it stays as it is.
select t.conversation_id, t.was, t.becomes from samtale.rescore_swap($1::integer, $2::bigint, $3::integer) as t
