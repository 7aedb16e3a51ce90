copy samtale.dead_letter (
    enqueued_at, lane, attempts, size, source, kind, content_type, code, reason, body
) from stdin (format binary)
