copy samtale.conversation (
    conversation_id, started_at, ended_at, wait_ms, talk_ms, hold_ms, wrap_ms, handle_ms, source_id, queue_id, agent_id, transfers, flags,
    turns, score_set, missed, gaps, opportunity_index, customer_since, channel, direction, language, declared_language, consent,
    disposition, started_quality, scored, distress, external_id, purpose, unscored_reason, customer_key, team_ids, agent_ids, contribution
) from stdin (format binary)
