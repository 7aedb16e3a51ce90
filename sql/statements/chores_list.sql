-- The nightly chores in the order in which they are done: what counts, then what ends, then the check of all.
select c.name from samtale.chore c order by c.name = 'verify', c.name in ('dead_letters', 'retention'), c.name
