-- $1 number, $2 and $3 the last conversation that is done (null: the round is over), $4 state.
update samtale.rescore set cursor_at = $2::timestamptz, cursor_id = $3::bigint, state = $4::text, waiting = false where rescore_id = $1::integer
