-- $1 chore: does it, or a step of it; its number so far, and whether there is more of it.
select t.result, t.more from samtale.chore_step($1::text) as t
