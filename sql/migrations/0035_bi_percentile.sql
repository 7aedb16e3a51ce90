-- 0035: a percentile of any group, for BI: histograms add up, but what makes a percentile of them was in a schema that BI may not enter.
set local role samtale_owner;
grant execute on function samtale.percentile(integer[], bigint[], float8) to samtale_bi_owner, samtale_bi;
reset role;
set local role samtale_bi_owner;
create function bi.percentile(buckets smallint[], counts bigint[], p float8) returns float8 language sql immutable parallel safe
    return samtale.percentile(buckets::integer[], counts, p) / 1000;
comment on function bi.percentile is 'A percentile of rows of bi.histogram_day, seconds: bi.percentile(array_agg(bucket), array_agg(n), 0.9). p from 0 to 1; null: no rows, or a p that is none. Off by less than 9 %.';
grant execute on function bi.percentile to samtale_bi;
reset role;
