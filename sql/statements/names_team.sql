-- $1 names: their ids; rows are made for new ones.
with wanted as materialized (select distinct name from unnest($1::text[]) as w(name)),
     made as (insert into samtale.team (name) select name from wanted where name not in (select name from samtale.team where name = any ($1::text[]))
              order by name on conflict (name) do update set name = excluded.name returning team_id, name)
select team_id, name from made
union all
select team_id, name from samtale.team where name = any ($1::text[])
