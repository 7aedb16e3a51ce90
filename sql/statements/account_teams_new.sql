insert into samtale.team (name) select distinct t from unnest($1::text[]) as t on conflict (name) do nothing
