-- $1 key of a customer or null, $2 source, $3 external id or null, $4 agent or null: what sources call the conversations that are meant.
select c.external_id from samtale.conversation c
where c.external_id is not null
  and c.conversation_id = any (case when $4::text is null then samtale.conversations_of($1::bytea, $2::text, $3::text)
                                    else array(select k.conversation_id from samtale.conversation k join samtale.agent a on k.agent_ids @> array[a.agent_id] where a.name = $4::text) end)
