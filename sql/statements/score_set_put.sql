-- $1 version, $2 packs as JSON, $3 digest: the number of this scorer's set, made when it is new; the daemon scores with it from now on.
with made as (insert into samtale.score_set (version, packs, digest) select $1::text, $2::text::jsonb, $3::bytea
              where not exists (select from samtale.score_set where digest = $3::bytea) returning score_set),
     here as (select score_set from made union all select score_set from samtale.score_set where digest = $3::bytea),
     told as (update samtale.site set score_set = here.score_set from here)
select score_set from here
