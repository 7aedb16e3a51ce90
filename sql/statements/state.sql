-- For /readyz and /metrics: newest migration, backlog of each lane.
select (select coalesce(max(n), 0) from samtale.migration), samtale.backlog(0::smallint), samtale.backlog(1::smallint)
