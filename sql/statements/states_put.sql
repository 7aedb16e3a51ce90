-- $1 states of agents in their canonical form, a JSON list; their names are known. Stores them and adds what they change to the sums.
select samtale.states_put($1::text::jsonb)
