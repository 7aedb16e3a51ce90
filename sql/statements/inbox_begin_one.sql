-- $1 lane, $2 message that this process has begun already (0 none): marks the lane's first message as begun once more, to be committed
-- before it is touched. Attempts count daemons that ended with the message in hand, not connections that were lost.
update samtale.inbox set attempts = attempts + case when id = $2::bigint then 0 else 1 end
where ctid = any (array(select ctid from samtale.inbox where lane = $1::smallint order by id limit 1 for update skip locked))
returning id
