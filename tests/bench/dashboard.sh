#!/bin/bash
# dashboard.sh [CONVERSATIONS...]: what the page and the API take with 100,000, 1 million and 4 million conversations of a year (or as many as are told, in
# growing order): facts, words, marks, sums and all. Prints a row a figure with its bar, and ends with status 1 when one misses it. Times are medians of 41
# runs, as the daemon asks: its own statements, as samtale_api, prepared, one connection, without JIT.
#   page         the overview of four weeks by day: 20 ms, and with the most conversations 1.3 times what it takes with the fewest; a year by week has no bar
#   lists        each page of a list, by each filter: 30 ms
#   drill-down   one conversation with its words, out of 13: 2 ms
#   upkeep       15 % of the write's time on the server for sums, 15 % more for histograms
#   ingest       beside a dashboard that asks every second, and beside `samtaled rescore` of all these conversations: 0.9 of the rate alone, the median of ten
#                pairs of slices (beside.sh; INGEST=0 leaves both out)
#   filling      600 s and 30 GB for all of them
# BENCH_DIR=folder of the server (a real disk); it takes up to about 30 GB and twenty minutes for 4 million.
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
[ $# -gt 0 ] || set -- 100000 1000000 4000000
most=0
for n in "$@"; do
    if ! [[ $n =~ ^[1-9][0-9]{0,8}$ ]] || [ "$n" -le "$most" ]; then
        echo "dashboard: numbers of conversations must grow, from 1 on: $n" >&2
        exit 2
    fi
    most=$n
done
if [ -z "${SAMTALE_CONNECTION:-}" ]; then
    dir=${BENCH_DIR:-${TMPDIR:-/var/tmp}}
    need=$((9000 + most * 6 / 1000)) free=$(df -Pm -- "$dir" | awk 'NR == 2 { print $4 }')
    [ "$free" -ge "$need" ] || { echo "dashboard: $most conversations need $need MB in $dir, which has $free MB free; tell fewer, or another folder by BENCH_DIR" >&2; exit 1; }
    TMPDIR=$dir exec "$top/tests/with_postgres.sh" -c shared_buffers=2GB -c max_wal_size=4GB -c checkpoint_timeout=15min \
        -c shared_preload_libraries=pg_stat_statements -c pg_stat_statements.max=5000 "$0" "$@"
fi
quiet=(psql -X -q -A -t -v ON_ERROR_STOP=1)
faults=0

# row WHAT VALUE [MOST | at least LEAST]: a line of the table.
row() {
    local what=$1 value=$2 bar=${3:-} told=''
    if [ "$bar" = "at least" ]; then
        bar=$4 told=pass
        awk -v v="$value" -v b="$bar" 'BEGIN { exit !(v >= b) }' || told=MISSED
        bar=">= $bar"
    elif [ -n "$bar" ]; then
        told=pass
        awk -v v="$value" -v b="$bar" 'BEGIN { exit !(v <= b) }' || told=MISSED
        bar="<= $bar"
    fi
    [ "$told" != MISSED ] || faults=$((faults + 1))
    printf '%10s  %-58s %10s  %-9s %s\n' "$n" "$what" "$value" "$bar" "$told"
}

# ---- filling -----------------------------------------------------------------------------------------------------------
fill() { # FROM TO
    local workers pid pids=()
    workers=$(nproc)
    [ "$workers" -le 4 ] || workers=4
    [ "$1" -gt 0 ] || "${quiet[@]}" -f "$top/tests/bench/dashboard_sums.sql" >/dev/null # for the names
    for ((worker = 0; worker < workers; worker++)); do
        "${quiet[@]}" -v first="$1" -v more=$(($2 - $1)) -v worker="$worker" -v workers="$workers" -f "$top/tests/bench/dashboard.sql" >/dev/null &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do
        wait "$pid"
    done
    "${quiet[@]}" -f "$top/tests/bench/dashboard_sums.sql" >/dev/null
}

# ---- times -------------------------------------------------------------------------------------------------------------
# A statement of the daemon by its name, prepared, with values for its parameters.
prepared() { printf 'prepare %s as %s;\n' "$1" "$(grep -v '^--' "$top/sql/statements/$1.sql")"; }
overview() { printf "execute overview(''%s'', ''%s'', ''UTC'', ''%s'', null, null, null, ''abandons_in_denominator'', 0.15, 0.4, 0.3, 0.15, 2)" "$1" "$2" "$3"; }
# listed FROM FILTER=VALUE...: a page of the list up to today.
listed() {
    local from=$1 queues=null channels=null languages=null scored=null missed=null gap=null after='null, null' quadrant=null derived=null incomplete=null
    shift
    [ $# = 0 ] || local "$@"
    printf "execute conversations(''%s'', ''%s'', ''UTC'', %s, %s, %s, %s, %s, %s, false, %s, 50, ''x'', %s, %s, %s)" \
        "$from" "$today" "$queues" "$channels" "$languages" "$scored" "$missed" "$gap" "$after" "$quadrant" "$derived" "$incomplete"
}
# Prints the median of each query's times and its name, for lines "NAME|QUERY".
medians() {
    {
        prepared overview; prepared conversations; prepared conversation
        cat <<'SQL'
create function pg_temp.median(query text, ids text[], times integer) returns numeric language plpgsql as $$
declare
    begun timestamptz;
    taken float8[];
begin
    for i in 1 .. times loop
        begun := clock_timestamp();
        execute replace(query, '#', ids[1 + i % cardinality(ids)]);
        taken := taken || 1000 * extract(epoch from clock_timestamp() - begun)::float8;
    end loop;
    return (select round(percentile_cont(0.5) within group (order by t)::numeric, 2) from unnest(taken) as t);
end
$$;
set role samtale_api;
set jit = off; -- as api_scope does
select set_config('samtale.role', 'analyst', false) \gset ignored_
SQL
        while IFS='|' read -r name query; do printf "select pg_temp.median('%s', '{%s}', 41), '%s';\n" "$query" "$ids" "$name"; done
    } | "${quiet[@]}" -F ' '
}

pages() {
    local year month id ids far name
    today=$("${quiet[@]}" -c 'select current_date') year=$("${quiet[@]}" -c 'select current_date - 363') month=$("${quiet[@]}" -c 'select current_date - 27')
    id=$("${quiet[@]}" -c "select conversation_id from samtale.conversation where scored and started_at < current_date - 200 order by started_at desc limit 1")
    ids=$("${quiet[@]}" -c "select coalesce(string_agg(conversation_id::text, ','), '0') from (select conversation_id from samtale.conversation where scored order by md5(conversation_id::text) limit 13) as c")
    far="''$("${quiet[@]}" -c 'select current_date - 200')'', ${id:-0}"
    page=$(echo "page|$(overview "$month" "$today" day)" | medians) page=${page%% *}
    row "page of key figures: 28 days by day, ms" "$page" 20
    echo "a year by week|$(overview "$year" "$today" week)" | medians | while read -r took _; do row "page of key figures: a year by week, ms" "$took"; done
    while read -r took name; do
        row "$name, ms" "$took" "$([ "$name" = "one conversation" ] && echo 2 || echo 30)"
    done < <({
        echo "one conversation|execute conversation(#, ''UTC'')"
        echo "list: four weeks|$(listed "$month")"
        echo "list: far down a year|$(listed "$year" after="$far")"
        echo "list: one queue of a year|$(listed "$year" queues="''{queue 7}''")"
        echo "list: one queue, with gaps, far down|$(listed "$year" queues="''{queue 7}''" gap=true after="$far")"
        echo "list: ten queues|$(listed "$year" queues="''{queue 1,queue 2,queue 3,queue 4,queue 5,queue 6,queue 7,queue 8,queue 9,queue 10}''")"
        echo "list: a channel|$(listed "$year" channels="''{3}''")"
        echo "list: missed, in a language|$(listed "$year" languages="''{2}''" missed=true)"
        echo "list: a language that nobody speaks|$(listed "$year" languages="''{5}''")"
        echo "list: a queue and a language without any|$(listed "$year" queues="''{queue 7}''" languages="''{5}''" missed=true)"
        echo "list: not scored|$(listed "$year" scored=false)"
        echo "list: not scored, of a queue|$(listed "$year" scored=false queues="''{queue 7}''")"
        echo "list: derived roles|$(listed "$year" derived=true)"
        echo "list: derived roles, of a queue|$(listed "$year" derived=true queues="''{queue 7}''")"
        echo "list: incomplete|$(listed "$year" incomplete=true)"
        echo "list: incomplete, of a queue|$(listed "$year" incomplete=true queues="''{queue 7}''")"
        echo "list: a quadrant|$(listed "$year" quadrant="''short_rich''")"
        echo "list: a quadrant, of a queue|$(listed "$year" quadrant="''long_poor''" queues="''{queue 7}''")"
    } | medians)
}

# ---- writing -----------------------------------------------------------------------------------------------------------
# What upkeep adds to the writing of conversations that the daemon takes from its queue; its statements are known by their tables.
upkeep() {
    local n_in=3000 whole sums took counted
    "${quiet[@]}" -c 'create extension if not exists pg_stat_statements' -c "update samtale.chore set done_at = now(), took_ms = 0"
    "$top/build/bench/ingest" fill "$SAMTALE_CONNECTION user=postgres" "$n_in" 900000001 >/dev/null
    "${quiet[@]}" -c 'select pg_stat_statements_reset()' >/dev/null
    "$top/build/bench/ingest" drain "$SAMTALE_CONNECTION user=postgres" "${SAMTALE_BIN:-$top/build/samtaled}" "$SAMTALE_CONFIG" >/dev/null
    read -r whole sums < <("${quiet[@]}" -F ' ' -c "select sum(total_exec_time), sum(total_exec_time) filter (where query ~ 'insert into samtale.rollup_')
        from pg_stat_statements where query !~ '(level_build|chore|pg_stat|verify)'")
    # a day of them counted at night, for as many conversations as that day has
    took=$("${quiet[@]}" -c "update samtale.chore set done_at = now() - interval '1 minute', took_ms = 0" -c "select samtale.chore_do('histograms')" \
        -c "select took_ms from samtale.chore where name = 'histograms'" | tail -n 1)
    counted=$("${quiet[@]}" -c "select sum(h.n) from samtale.rollup_histogram h where h.measure <> 3")
    row "upkeep of sums, % of the write without it" "$(awk -v a="$sums" -v b="$whole" 'BEGIN { printf "%.1f", 100 * a / (b - a) }')" 15
    row "upkeep of histograms, % of the same" "$(awk -v t="$took" -v c="$counted" -v w="$whole" -v s="$sums" -v n="$n_in" 'BEGIN { printf "%.1f", 100 * (t / c) / ((w - s) / n) }')" 15
}

beside() { # KIND FIRST WHAT
    local told
    told=$(FIRST=$2 "$top/tests/bench/beside.sh" "$1")
    row "ingest beside $3, share of its rate alone" "${told##*median }" "at least" 0.9
    printf '%12s%s\n' '' "$told"
}

export BENCH_PORT
BENCH_PORT=$(node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')
# the zone whose days dashboard_sums.sql sums: another would have the daemon sum the whole year anew beside what is measured
printf '\n[http]\nlisten = 127.0.0.1:%s\n\n[limits]\nbacklog_messages = 10000000\n\n[log]\nlevel = warning\n\n[numbers]\ntime_zone = UTC\n' "$BENCH_PORT" >>"$SAMTALE_CONFIG"
printf '%10s  %-58s %10s  %-9s\n' of what measured bar
before=0 fewest='' spent=0
for n in "$@"; do
    begun=$(date +%s)
    fill "$before" "$n"
    spent=$((spent + $(date +%s) - begun)) before=$n
    row "filled, all together, s" "$spent" 600
    row "size of the database, GB" "$("${quiet[@]}" -c 'select round(pg_database_size(current_database()) / 1e9, 1)')" 30
    row "rows of half hours" "$("${quiet[@]}" -c 'select (select count(*) from samtale.rollup_half_hour) + (select count(*) from samtale.rollup_opportunity)')"
    pages
    fewest=${fewest:-$page}
done
[ $# = 1 ] || row "page of key figures, times what it takes with $1" "$(awk -v a="$page" -v b="$fewest" 'BEGIN { printf "%.2f", a / b }')" 1.3
upkeep
if [ "${INGEST:-1}" != 0 ]; then
    beside dashboard 910000001 "a dashboard"
    beside rescore 930000001 "a re-scoring of all of them"
fi
printf '%s figures miss their bar\n' "$faults"
[ "$faults" = 0 ]
