-- $1 conversations whose rows are replaced.
delete from samtale.survey where conversation_id = any ($1::bigint[])
