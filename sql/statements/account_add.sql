-- Makes an account: name, role, password hash, agent's id at the source. No row: the name is taken.
insert into samtale.account (name, role, password_hash, agent_id)
values ($1::text, $2::text, $3::text, (select a.agent_id from samtale.agent a where a.name = $4::text))
on conflict (name) do nothing
returning account_id
