-- $1 lane, $2 message that this process has begun already (0 none), $3 whether it is quiet: marks the lane's first message as begun once
-- more, to be committed before it is touched. One that a daemon ended with before waits for a quiet time: in a storm of stops of other
-- cause it would be hit again. Attempts count daemons that ended with the message in hand, not connections that were lost.
with fresh as materialized (
    select ctid as place from samtale.inbox where lane = $1::smallint and attempts = 0 order by id limit 1 for update skip locked
), suspect as materialized (
    select ctid as place from samtale.inbox where $3::boolean and not exists (select from fresh) and lane = $1::smallint and attempts > 0
    order by id limit 1 for update skip locked
)
update samtale.inbox set attempts = attempts + case when id = $2::bigint then 0 else 1 end
where ctid = any (array(select place from fresh union all select place from suspect))
returning id
