-- Signs an account out everywhere.
delete from samtale.session where account_id = $1::integer
