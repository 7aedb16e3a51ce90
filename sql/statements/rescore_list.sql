-- Re-scorings, the latest first.
select rescore_id::text, state, score_set::text, version, days, queues, done from samtale.rescore_list order by rescore_id desc
