-- Makes a token: its hash, account's name, what it is for, scopes, days it lasts (null: no end). No row: no such account.
insert into samtale.api_token (token_hash, account_id, name, scopes, expires_at)
select $1::bytea, a.account_id, $3::text, $4::text[], now() + make_interval(days => $5::integer) from samtale.account a where a.name = $2::text
returning account_id
