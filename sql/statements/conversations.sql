-- GET /v1/conversations: one more row than a page holds says that there is a next page, whose cursor is the last row shown.
-- $1 from, $2 to, $3 zone, $4 queues, $5 channels, $6 languages, $7 scored, $8 missed, $9 gap, $10 undated, $11 and $12 after, $13 rows, $14 filter's mark, $15 quadrant,
-- $16 derived, $17 incomplete
with question as materialized (
    select samtale.day_range_of($1::text::date, $2::text::date, $3::text, 36600) as days
), found as materialized (
    select c, row_number() over () as i
    from question q, samtale.conversation_matches(row(q.days, $3::text, $4::text[], $5::integer[], $6::integer[], $7::boolean, $8::boolean, $9::boolean,
        $10::boolean, $11::timestamptz, $12::bigint, $13::integer + 1, $15::text, $16::boolean, $17::boolean)::samtale.conversation_question) as c
)
select json_build_object('from', (q.days).first_day, 'to', (q.days).last_day, 'time_zone', $3::text,
    'items', (select coalesce(json_agg(i.item order by f.i), '[]') from found f cross join lateral samtale.conversation_items(f.c) as i where f.i <= $13::integer),
    'next_cursor', (select concat($14::text, '.', coalesce((extract(epoch from (f.c).started_at) * 1000000)::bigint, 0), '.', (f.c).conversation_id)
                    from found f where f.i = $13::integer and exists (select from found more where more.i > $13::integer)))::text
from question q
