copy samtale.leg (
    conversation_id, queued_at, answered_at, ended_at, wait_ms, talk_ms, hold_ms, wrap_ms, queue_id, agent_id, team_id, service_level_ms,
    n, disposition, transfer
) from stdin (format binary)
