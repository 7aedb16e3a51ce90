-- $1 key of a customer or null, $2 source, $3 external id or null: erases their conversations; what was done, and how many there were.
select samtale.erase(t.ids)::text, cardinality(t.ids) from (select samtale.conversations_of($1::bytea, $2::text, $3::text) as ids) as t where cardinality(t.ids) > 0
