-- $1 names, $2 names for people: ids of agents; rows are made for new ones, a name for people that is stated replaces the one before.
with wanted as materialized (select name, max(display) as display from unnest($1::text[], $2::text[]) as w(name, display) group by name),
     made as (insert into samtale.agent as a (name, display_name)
              select w.name, w.display from wanted w left join samtale.agent o on o.name = w.name
              where o.name is null or (w.display <> '' and w.display <> o.display_name) order by w.name
              on conflict (name) do update set display_name = case when excluded.display_name = '' then a.display_name else excluded.display_name end
              returning agent_id, name, display_name)
select agent_id, name, display_name from made
union all
select a.agent_id, a.name, a.display_name from samtale.agent a where a.name = any ($1::text[]) and a.name not in (select name from made)
