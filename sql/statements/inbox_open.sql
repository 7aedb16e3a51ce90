-- $1 backlog limit, $2 size limit: a daemon serves the queue. Gives for each lane whether the last one stopped unclean, and how far it was.
with before as materialized (select lane, running, done_to from samtale.inbox_state for update)
update samtale.inbox_state s set running = true, asleep = false, backlog_limit = $1::bigint, size_limit = $2::integer
from before b where b.lane = s.lane
returning s.lane, b.running, b.done_to
