-- $1 names: their ids; rows are made for new ones.
with wanted as materialized (select distinct name from unnest($1::text[]) as w(name)),
     made as (insert into samtale.source (name) select name from wanted where name not in (select name from samtale.source where name = any ($1::text[]))
              order by name on conflict (name) do update set name = excluded.name returning source_id, name)
select source_id, name from made
union all
select source_id, name from samtale.source where name = any ($1::text[])
