-- Notes that a session is in use, at most once a minute.
update samtale.session set seen_at = now()
where token_hash = $1::bytea and expires_at > now() and seen_at > now() - make_interval(secs => $2::integer) and seen_at < now() - interval '1 minute'
