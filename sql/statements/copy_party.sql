copy samtale.party (
    conversation_id, agent_id, team_id, n, role, role_derived
) from stdin (format binary)
