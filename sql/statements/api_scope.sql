-- What the caller of the HTTP interface may see, for the rest of the transaction: role, teams "{1,2}", agents "{7}", whether names of agents are
-- shown. Compiling costs more than it saves.
select set_config('samtale.role', $1::text, true), set_config('samtale.teams', $2::text, true), set_config('samtale.agents', $3::text, true),
    set_config('samtale.agent_names', case when $4::boolean then 'shown' else 'hidden' end, true), set_config('jit', 'off', true)
