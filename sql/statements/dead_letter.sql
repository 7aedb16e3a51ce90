-- $1: one dead letter, with the message as it came.
select enqueued_at, died_at, lane, attempts, source, kind, content_type, code, reason, body from samtale.dead_letter where dead_letter_id = $1::bigint
