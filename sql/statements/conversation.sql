-- GET /v1/conversations/{id}
select samtale.conversation_json(c, $2::text)::text from samtale.conversation c where c.conversation_id = $1::bigint
