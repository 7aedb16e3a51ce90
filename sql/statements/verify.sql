-- $1 how many at most: sums that are not what the facts give.
select v.rollup, v.key, coalesce(v.stored::text, 'nothing'), coalesce(v.computed::text, 'nothing') from samtale.verify_all() v order by 1, 2 limit $1::integer
