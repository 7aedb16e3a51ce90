-- $1 name, $2 teams, $3 all of them, $4 with texts, $5 password, $6 ms a statement may take.
select samtale.bi_user_create($1::text, $2::text[], $3::boolean, $4::boolean, $5::text, $6::bigint)
