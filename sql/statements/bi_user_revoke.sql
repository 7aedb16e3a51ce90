-- $1 name.
select samtale.bi_user_revoke($1::text)
