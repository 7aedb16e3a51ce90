copy samtale.rescore_item (
    rescore_id, conversation_id, written_by, outcome, other_set, language, scored, distress, missed, gaps, opportunity_index, unscored_reason, contribution
) from stdin (format binary)
