-- $1 name of a nightly chore: does it now, with its result.
select samtale.chore_do($1::text)
