-- As customer_export: logs that it was handed out.
insert into samtale.access_log (conversation_id, what) select t.id, 'export' from unnest(samtale.conversations_of($1::bytea, $2::text, $3::text)) as t(id)
