-- What is kept how long, who is shown, and when a day is closed. $1 to $4 ms that words, customers, conversations and the access log are kept (0: for ever),
-- $5 lines "MS PURPOSE", $6 least group, $7 first day on which agents are shown or null, $8 whether by pseudonym, $9 ms after which a day is closed.
select samtale.policy_put($1::bigint, $2::bigint, $3::bigint, $4::bigint, $5::text, $6::integer, $7::text::date, $8::boolean, $9::bigint)
