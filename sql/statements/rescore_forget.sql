-- $1 number, $2 conversations, $3 set: what an earlier round made of them.
with finding as (delete from samtale.finding where conversation_id = any ($2::bigint[]) and score_set = $3::integer),
     moment as (delete from samtale.moment where conversation_id = any ($2::bigint[]) and score_set = $3::integer),
     score as (delete from samtale.conversation_score where conversation_id = any ($2::bigint[]) and score_set = $3::integer)
delete from samtale.rescore_item where rescore_id = $1::integer and conversation_id = any ($2::bigint[])
