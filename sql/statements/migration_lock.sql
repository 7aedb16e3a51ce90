-- Held until the session ends: one migration at a time in this database.
select pg_advisory_lock(hashtextextended('samtale.migration', 0))
