delete from samtale.account_team where account_id = $1::integer
