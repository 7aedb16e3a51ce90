-- GET /v1/conversations?format=csv: parameters as conversations.sql without the mark; $14 account and $15 address are logged, $16 quadrant, $17 derived,
-- $18 incomplete.
with question as materialized (
    select samtale.day_range_of($1::text::date, $2::text::date, $3::text, 36600) as days
), logged as (
    insert into samtale.access_log (account_id, what, address) values ($14::integer, 'export', $15::text)
), found as materialized (
    select c, row_number() over () as i
    from question q, samtale.conversation_matches(row(q.days, $3::text, $4::text[], $5::integer[], $6::integer[], $7::boolean, $8::boolean, $9::boolean,
        $10::boolean, $11::timestamptz, $12::bigint, $13::integer, $16::text, $17::boolean, $18::boolean)::samtale.conversation_question) as c
)
select concat('id,source,external_id,started_at,ended_at,channel,direction,language,queues,teams,disposition,transfers,wait_ms,talk_ms,handle_ms,scored,',
              'not_scored_because,index,opportunity_missed,opportunity_cues,empathy_gaps,empathy_cues', E'\r\n',
              (select string_agg(samtale.conversation_csv(i.item) || E'\r\n', '' order by f.i) from found f cross join lateral samtale.conversation_items(f.c) as i))
