copy samtale.moment (
    conversation_id, score_set, latencies_ms, cue_turns, answer_turns, latencies_turns, kinds, cues, mets, suggestions
) from stdin (format binary)
