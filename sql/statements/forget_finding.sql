-- $1 conversations whose rows are replaced.
delete from samtale.finding where conversation_id = any ($1::bigint[])
