-- What was applied, with hashes; as JSON, since a table made before there were hashes has no such column.
select n, coalesce(to_jsonb(m) ->> 'hash', '') from samtale.migration m order by n
