-- $1 conversations whose rows are replaced.
delete from samtale.moment where conversation_id = any ($1::bigint[])
