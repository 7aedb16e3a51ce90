-- $1 number, $2 and $3 the last conversation that is done (null: the round is over), $4 state: when all are made, how many it were.
update samtale.rescore set cursor_at = $2::timestamptz, cursor_id = $3::bigint, state = $4::text, waiting = false, estimated = estimated and $4::text <> 'made',
    wanted = case when estimated and $4::text = 'made' then (select count(*) from samtale.rescore_item i where i.rescore_id = $1::integer) else wanted end
where rescore_id = $1::integer
