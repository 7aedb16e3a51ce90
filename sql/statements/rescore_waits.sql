-- $1 number: how many messages wait; noted where that keeps the re-scoring waiting.
with b as (select samtale.backlog(0::smallint) + samtale.backlog(1::smallint) as n),
     noted as (update samtale.rescore r set waiting = b.n > 0 from b where r.rescore_id = $1::integer and r.waiting <> (b.n > 0))
select b.n from b
