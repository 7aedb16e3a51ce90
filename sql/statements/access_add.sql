-- Who did what, from where.
insert into samtale.access_log (account_id, what, address) values ($1::integer, $2::text, $3::text)
