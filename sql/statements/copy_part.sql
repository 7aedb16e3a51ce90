copy samtale.part (
    conversation_id, version, kind, conflict, content_hash, part_id, body
) from stdin (format binary)
