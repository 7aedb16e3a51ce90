-- Logs the read of a conversation that the asker may see, in the transaction that reads it.
insert into samtale.access_log (account_id, conversation_id, what, address)
select $1::integer, c.conversation_id, 'conversation', $2::text from samtale.conversation c where c.conversation_id = $3::bigint
