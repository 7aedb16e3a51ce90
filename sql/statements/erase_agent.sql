-- $1 agent, as sources call them: erases them; what was done. No row: no such agent.
select t.done::text from (select samtale.erase_agent($1::text) as done) as t where t.done is not null
