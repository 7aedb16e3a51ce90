-- $1 backlog limit, $2 size limit: the daemon that serves the queue was given other limits.
update samtale.inbox_state set backlog_limit = $1::bigint, size_limit = $2::integer
