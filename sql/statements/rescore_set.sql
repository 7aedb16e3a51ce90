-- $1 version, $2 packs as JSON, $3 digest: the number of this scorer's set, made when it is new, and that of the daemon's.
with made as (insert into samtale.score_set (version, packs, digest) select $1::text, $2::text::jsonb, $3::bytea
              where not exists (select from samtale.score_set where digest = $3::bytea) returning score_set)
select s.score_set, (select d.score_set from samtale.site d), (select v.version from samtale.site d join samtale.score_set v using (score_set))
from (select score_set from made union all select score_set from samtale.score_set where digest = $3::bytea) as s
