-- $1 key of a customer or null, $2 source, $3 external id or null: what is stored of them, a JSON line each.
select x from samtale.customer_export(samtale.conversations_of($1::bytea, $2::text, $3::text)) as x
