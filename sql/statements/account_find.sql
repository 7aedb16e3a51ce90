-- An account that may sign in with a password.
select account_id, password_hash from samtale.account where name = $1::text and not disabled and password_hash is not null
