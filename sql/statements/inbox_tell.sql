-- $1 backlog limit, $2 size limit, $3 whether the daemon sleeps: the daemon that serves the queue was given other limits, or serves it again.
update samtale.inbox_state set running = true, asleep = $3::boolean, backlog_limit = $1::bigint, size_limit = $2::integer
