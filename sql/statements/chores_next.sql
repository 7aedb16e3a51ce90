-- Does the next thing that is due: its name or null, its result, whether to ask again at once.
select chore, result, more from samtale.chores_next()
