-- $1 lane: marks its first message as begun once more, to be committed before it is touched.
update samtale.inbox set attempts = attempts + 1
where ctid = any (array(select ctid from samtale.inbox where lane = $1::smallint order by id limit 1 for update skip locked))
returning id
