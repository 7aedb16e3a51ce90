-- Makes sure that an agent is known by the id that the source gives.
insert into samtale.agent (name) values ($1::text) on conflict (name) do nothing
