insert into samtale.account_team (account_id, team_id) select $1::integer, t.team_id from samtale.team t where t.name = any ($2::text[])
