copy samtale.conversation_score (
    conversation_id, score_set, language, opportunity_index, open_share_part, open_share_whole, explored_share_part, explored_share_whole,
    acknowledged_share_part, acknowledged_share_whole, needs_asked_part, needs_asked_whole, agent_turns, customer_turns, questions_open,
    questions_closed, needs, understandings, opportunity_cues, opportunity_explored, opportunity_answered, opportunity_missed,
    empathy_cues, empathy_acknowledged, empathy_gaps, empathy_latency_turns, empathy_latency_ms, apologies, reassurances, personal, advice,
    offers, goodwill, flexibility_yes, flexibility_no, commitments, churn_cues, retention_attempts, satisfaction_cues, effort_cues,
    agent_talk_ms, customer_talk_ms, non_talk_ms, cross_talk_ms, longest_agent_ms, longest_customer_ms, agent_words, customer_words,
    response_ms, responses, first_greeting, first_name, first_invitation, first_cue_met, peak_turn, peak_met, end_checked, end_mood,
    active_markers, active_counters, supportive_markers, supportive_counters, strong_markers, strong_counters, integrity_markers,
    integrity_counters, exploring_ms, advising_ms, relating_ms, verifying_ms, refusing_ms, informing_ms, resolved
) from stdin (format binary)
