-- $1 number: figures before and after.
select t.measure, t.former, t.present from samtale.rescore_measures($1::integer) as t
