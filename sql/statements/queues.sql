-- GET /v1/queues: what there is to filter by.
with channels as materialized (
    select distinct r.queue_id, r.channel from samtale.rollup_half_hour r
), days as (
    select min(r.half_hour) as first_at, max(r.half_hour) as last_at from samtale.rollup_half_hour r
)
select json_build_object(
    'queues', (select coalesce(json_agg(json_build_object('queue', k.name, 'channels',
                   coalesce((select array_agg(samtale.channel_name(c.channel) order by c.channel) from channels c where c.queue_id = k.queue_id), '{}')) order by k.name), '[]')
               from samtale.queue k where k.queue_id <> 0),
    'channels', (select coalesce(json_agg(samtale.channel_name(c.channel) order by c.channel), '[]') from (select distinct channel from channels) as c),
    'languages', (select coalesce(json_agg(samtale.language_name(l.language) order by l.language), '[]') from (select distinct language from samtale.rollup_opportunity) as l),
    'first_day', (d.first_at at time zone $1::text)::date, 'last_day', (d.last_at at time zone $1::text)::date, 'time_zone', $1::text,
    'today', (now() at time zone $1::text)::date)::text
from days d
