-- $1 how many: the newest.
select dead_letter_id, died_at, source, kind, size, code, reason from samtale.dead_letter order by dead_letter_id desc limit $1::bigint
