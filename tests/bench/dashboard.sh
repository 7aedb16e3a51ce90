#!/bin/bash
# dashboard.sh [CONVERSATIONS...]: time of the query behind the page's overview (28 days by day, a year by week) with rollups of so many conversations
# of a year. Prints the median of 41 runs of each in milliseconds, as the daemon asks: as samtale_api, prepared, one connection. The bars: 20 ms at
# 4 million, and 1.3 times what 100,000 cost.
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
if [ -z "${SAMTALE_CONNECTION:-}" ]; then
    exec "$top/tests/with_postgres.sh" -c shared_buffers=1GB "$0" "$@"
fi
[ $# -gt 0 ] || set -- 100000 1000000 4000000

median() { # FROM TO INTERVAL
    psql -X -q -A -t -v ON_ERROR_STOP=1 <<SQL
set role samtale_api;
set jit = off; -- as api_scope does
select set_config('samtale.role', 'analyst', false) \gset ignored_
prepare page as select length(samtale.overview(samtale.overview_question_of($1, $2, 'UTC', '$3', null, null, null, 'abandons_in_denominator',
    array[0.15, 0.4, 0.3, 0.15]::float8[], 2)));
create temporary table run (ms float8);
do \$\$
declare
    begun timestamptz;
begin
    for i in 1 .. 41 loop
        begun := clock_timestamp();
        execute 'execute page';
        insert into run values (1000 * extract(epoch from clock_timestamp() - begun));
    end loop;
end
\$\$;
select round(percentile_cont(0.5) within group (order by ms)::numeric, 1) from run;
SQL
}

printf '%-14s %10s %10s %12s %14s %14s\n' conversations half_hours levels filled_s '28_days_ms' '52_weeks_ms'
for n in "$@"; do
    begun=$(date +%s)
    psql -X -q -A -t -v days=364 -v conversations="$n" -f "$top/tests/bench/dashboard.sql" >/dev/null
    filled=$(($(date +%s) - begun))
    rows=$(psql -X -A -t -c 'select (select count(*) from samtale.rollup_half_hour) + (select count(*) from samtale.rollup_opportunity)')
    levels=$(psql -X -A -t -c 'select (select count(*) from samtale.level_half_hour) + (select count(*) from samtale.level_opportunity)')
    printf '%-14s %10s %10s %12s %14s %14s\n' "$n" "$rows" "$levels" "$filled" "$(median "current_date - 27" current_date day)" "$(median 'current_date - 363' current_date week)"
done
