copy samtale.outcome (
    conversation_id, happened_at, amount_minor, resolved, churned, winback, sold, currency, part_id
) from stdin (format binary)
