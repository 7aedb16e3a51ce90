-- Held until the session ends: one daemon serves a database.
select pg_try_advisory_lock(hashtextextended('samtale.inbox', 0))::integer
