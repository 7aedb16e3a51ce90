-- What figures in the database need of the settings. $1 time zone, $2 definition of the service level, $3 to $6 weights, $7 least components, $8 ms after
-- midnight, $9 whether to verify, $10 whether agents are shown, $11 ms dead letters are kept, $12 ms until a conversation is incomplete,
-- $13 JSON object of queues and the ms of [short_abandons]: those that are there get it now, others when their name is learned. Another zone has other days: their levels are made anew.
with gone as (delete from samtale.level where (select s.time_zone from samtale.site s) <> $1::text),
    limits as (update samtale.queue q set short_abandon_ms = (l.value)::integer from json_each_text($13::json) as l(name, value)
               where q.name = l.name and q.short_abandon_ms <> (l.value)::integer),
    long_gone as (delete from samtale.long_level where (select s.time_zone from samtale.site s) <> $1::text)
update samtale.site set time_zone = $1::text, service_level = $2::text, weights = array[$3::float8, $4::float8, $5::float8, $6::float8],
    components_min = $7::integer, nightly_at = $8::bigint * interval '1 millisecond', verify = $9::boolean, agents_shown = $10::boolean,
    dead_letters_kept = $11::bigint * interval '1 millisecond', incomplete_after = $12::bigint * interval '1 millisecond', short_abandons = $13::jsonb
