-- $1 sources, $2 external ids, in order: to which conversations the parts of those belong that telephone number and time have linked.
select u.conversation_id, u.host_id
from unnest($1::integer[], $2::text[]) with ordinality as k(source_id, external_id, i)
join samtale.link_unit u on u.source_id = k.source_id and u.external_id = k.external_id
where u.host_id is not null
order by k.i
