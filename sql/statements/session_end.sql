delete from samtale.session where token_hash = $1::bytea
