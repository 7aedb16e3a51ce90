-- $1 conversations, $2 their score sets, $3 where in $4 the parties of each begin, $4 their places now: of findings that stay as they are.
update samtale.finding f
set parties = array(select ($4::integer[])[d.at + p.party + 1] from unnest(f.parties) with ordinality as p(party, n) order by p.n)
from unnest($1::bigint[], $2::integer[], $3::integer[]) as d(conversation_id, score_set, at)
where f.conversation_id = d.conversation_id and f.score_set = d.score_set
