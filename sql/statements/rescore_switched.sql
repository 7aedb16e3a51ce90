-- $1 number, $2 whether back to the former version.
select samtale.rescore_switched($1::integer, $2::boolean)
