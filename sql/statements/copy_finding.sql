copy samtale.finding (
    conversation_id, score_set, turn, span_start, span_end, rule_id, weight, n, party, label
) from stdin (format binary)
