-- $1 and $2 first and last day that somebody asked for last, null: nobody; $3 whether messages wait for each other: does the next thing that is
-- due: its name or null, its result, whether to ask again at once.
select chore, result, more from samtale.chores_next($1::text::date, $2::text::date, $3::boolean)
