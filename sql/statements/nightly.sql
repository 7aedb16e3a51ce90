-- For /metrics: name, result, end (null: never done) and time taken of each nightly chore.
select name, result, done_at, took_ms from samtale.chore order by name
