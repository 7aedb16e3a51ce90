-- $1 sources, $2 external ids, in order: what they added to the rollups, and their score.
select v.conversation_id, v.contribution, v.score_set, v.scored, v.distress, v.language, v.missed, v.gaps, v.opportunity_index
from unnest($1::integer[], $2::text[]) with ordinality as k(source_id, external_id, i)
join samtale.conversation_key c on c.source_id = k.source_id and c.external_id = k.external_id
join samtale.conversation v on v.conversation_id = c.conversation_id
order by k.i
