-- $1 number, $2 how many conversations: how many it were.
select samtale.rescore_drop($1::integer, $2::integer)
