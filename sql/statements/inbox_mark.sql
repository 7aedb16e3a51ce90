-- $1, $2: how far lanes 0 and 1 are done.
update samtale.inbox_state set done_to = case lane when 0 then $1::bigint else $2::bigint end
