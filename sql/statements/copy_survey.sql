copy samtale.survey (
    conversation_id, answered_at, nps, csat, csat_min, csat_max, ces, ces_min, ces_max, ces_reversed, part_id
) from stdin (format binary)
