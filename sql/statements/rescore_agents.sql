-- $1 number: changes by agent who spoke; empty while agents are hidden.
select coalesce(t.agent, '(others)'), t.conversations::text, t.former::text, t.present::text, t.gained::text, t.lost::text from samtale.rescore_agents($1::integer) as t
