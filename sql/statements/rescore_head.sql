-- $1 number: its set, state, where it is, how many conversations there were to score, how many are done, and whether the former is an estimate.
select r.score_set, r.state, r.cursor_at, r.cursor_id, r.wanted, (select count(*) from samtale.rescore_item i where i.rescore_id = r.rescore_id), r.estimated::integer
from samtale.rescore r where r.rescore_id = $1::integer
