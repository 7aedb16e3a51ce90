-- $1 names: their ids and limits; rows are made for new ones.
with wanted as materialized (select distinct name from unnest($1::text[]) as w(name)),
     made as (insert into samtale.queue (name, short_abandon_ms)
              select name, coalesce((select (s.short_abandons ->> name)::integer from samtale.site s), 5000) from wanted where name not in (select name from samtale.queue where name = any ($1::text[]))
              order by name on conflict (name) do update set name = excluded.name returning queue_id, name, service_level_ms, short_abandon_ms)
select queue_id, name, service_level_ms, short_abandon_ms from made
union all
select queue_id, name, service_level_ms, short_abandon_ms from samtale.queue where name = any ($1::text[])
