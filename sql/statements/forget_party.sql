-- $1 conversations whose rows are replaced.
delete from samtale.party where conversation_id = any ($1::bigint[])
