copy samtale.moment (
    conversation_id, latency_ms, score_set, cue_turn, answer_turn, latency_turns, n, kind, cue, met, suggestion
) from stdin (format binary)
