-- Sums some levels that are missing; how many.
select samtale.level_build(20)
