-- $1 number: its set, state, where it is, how many conversations there were to score, and how many are done.
select r.score_set, r.state, r.cursor_at, r.cursor_id, r.wanted, (select count(*) from samtale.rescore_item i where i.rescore_id = r.rescore_id)
from samtale.rescore r where r.rescore_id = $1::integer
