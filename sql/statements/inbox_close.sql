-- The daemon stops in order. Not when another one serves the queue by now.
update samtale.inbox_state set running = false, asleep = false where (select pg_try_advisory_lock(hashtextextended('samtale.inbox', 0)))
