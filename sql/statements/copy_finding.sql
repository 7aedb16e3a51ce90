copy samtale.finding (
    conversation_id, score_set, turns, span_starts, span_ends, rule_ids, weights, parties, labels
) from stdin (format binary)
