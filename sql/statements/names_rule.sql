-- $1 names: their ids; rows are made for new ones.
with wanted as materialized (select distinct name from unnest($1::text[]) as w(name)),
     made as (insert into samtale.rule (name) select name from wanted where name not in (select name from samtale.rule where name = any ($1::text[]))
              order by name on conflict (name) do update set name = excluded.name returning rule_id, name)
select rule_id, name from made
union all
select rule_id, name from samtale.rule where name = any ($1::text[])
