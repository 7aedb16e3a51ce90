-- Forgets sessions that have ended.
delete from samtale.session where expires_at <= now() or seen_at <= now() - make_interval(secs => $1::integer)
