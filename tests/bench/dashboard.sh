#!/bin/bash
# dashboard.sh [CONVERSATIONS...]: what the page and the API take with 100,000, 1 million and 4 million conversations of a year (or as many as are told, in
# growing order): facts, words, marks, sums and all. Prints the median of 41 runs of each in milliseconds, as the daemon asks: its own statements, as
# samtale_api, prepared, one connection, without JIT; then what the upkeep of sums and histograms adds to writing. Ends with status 1 when one misses its bar:
#   page         the overview of four weeks by day: 20 ms, and 1.3 times what the fewest conversations cost; a year by week is shown beside it
#   lists        the slowest of the pages of the list: 30 ms
#   drill-down   one conversation with its words: 2 ms
#   upkeep       15 % of the write's time on the server for sums, 15 % more for histograms
# BENCH_DIR=folder of the server (a real disk); it takes up to about 25 GB and ten minutes for 4 million.
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
    need=$((2000 + most * 6 / 1000)) free=$(df -Pm -- "$dir" | awk 'NR == 2 { print $4 }')
    [ "$free" -ge "$need" ] || { echo "dashboard: $most conversations need $need MB in $dir, which has $free MB free; tell fewer, or another folder by BENCH_DIR" >&2; exit 1; }
    TMPDIR=$dir exec "$top/tests/with_postgres.sh" -c shared_buffers=2GB -c max_wal_size=4GB -c checkpoint_timeout=15min \
        -c shared_preload_libraries=pg_stat_statements -c pg_stat_statements.max=5000 "$0" "$@"
fi
printf '\n[http]\nlisten = 127.0.0.1:0\n\n[log]\nlevel = warning\n' >>"$SAMTALE_CONFIG"
quiet=(psql -X -q -A -t -v ON_ERROR_STOP=1)
faults=0

# A statement of the daemon by its name, prepared, with values for its parameters.
prepared() { printf 'prepare %s as %s;\n' "$1" "$(grep -v '^--' "$top/sql/statements/$1.sql")"; }
overview() { printf "execute overview(''%s'', ''%s'', ''UTC'', ''%s'', null, null, null, ''abandons_in_denominator'', 0.15, 0.4, 0.3, 0.15, 2)" "$1" "$2" "$3"; }
listed() { # FROM TO QUEUES LANGUAGES MISSED GAP AFTER
    printf "execute conversations(''%s'', ''%s'', ''UTC'', %s, null, %s, null, %s, %s, false, %s, 50, ''x'', null, null, null)" "$@"
}
# Prints the median of a query's times, and what the slowest took besides its name where there are several "NAME|QUERY" lines.
medians() {
    {
        prepared overview; prepared conversations; prepared conversation
        cat <<'SQL'
create function pg_temp.median(query text, times integer) returns numeric language plpgsql as $$
declare
    begun timestamptz;
    taken float8[];
begin
    for i in 1 .. times loop
        begun := clock_timestamp();
        execute query;
        taken := taken || 1000 * extract(epoch from clock_timestamp() - begun)::float8;
    end loop;
    return (select round(percentile_cont(0.5) within group (order by t)::numeric, 1) from unnest(taken) as t);
end
$$;
set role samtale_api;
set jit = off; -- as api_scope does
select set_config('samtale.role', 'analyst', false) \gset ignored_
SQL
        while IFS='|' read -r name query; do printf "select pg_temp.median('%s', 41), '%s';\n" "$query" "$name"; done
    } | "${quiet[@]}" -F ' '
}
bar() { # WHAT VALUE MOST
    awk -v v="$2" -v m="$3" 'BEGIN { exit !(v <= m) }' || { printf 'missed: %s %s, bar %s\n' "$1" "$2" "$3"; faults=$((faults + 1)); }
}

pages() {
    local today year id far
    today=$("${quiet[@]}" -c 'select current_date') year=$("${quiet[@]}" -c 'select current_date - 363') month=$("${quiet[@]}" -c 'select current_date - 27')
    id=$("${quiet[@]}" -c 'select conversation_id from samtale.conversation where scored order by conversation_id desc limit 1 offset 5000')
    far="''$("${quiet[@]}" -c 'select current_date - 200')'', $id"
    read -r page _ < <(echo "page|$(overview "$month" "$today" day)" | medians)
    read -r long _ < <(echo "page|$(overview "$year" "$today" week)" | medians)
    read -r one _ < <(echo "one|execute conversation($id, ''UTC'')" | medians)
    slowest=$({
        echo "four weeks|$(listed "$month" "$today" null null null null 'null, null')"
        echo "far down a year|$(listed "$year" "$today" null null null null "$far")"
        echo "one queue of a year|$(listed "$year" "$today" "''{queue 7}''" null null null 'null, null')"
        echo "one queue, with gaps, far down|$(listed "$year" "$today" "''{queue 7}''" null null true "$far")"
        echo "missed in a language|$(listed "$year" "$today" null "''{2}''" true null 'null, null')"
        echo "a language that nobody speaks|$(listed "$year" "$today" null "''{5}''" null null 'null, null')"
        echo "a queue and a language without any|$(listed "$year" "$today" "''{queue 7}''" "''{5}''" true null 'null, null')"
    } | medians | sort -g | tail -n 1)
}

# What upkeep adds to the writing of conversations that the daemon takes from its queue; its statements are known by their tables.
upkeep() {
    local n=3000 took
    "${quiet[@]}" -c 'create extension if not exists pg_stat_statements'
    "$top/build/bench/ingest" fill "$SAMTALE_CONNECTION user=postgres" "$n" 900000001 >/dev/null
    "${quiet[@]}" -c 'select pg_stat_statements_reset()' >/dev/null
    "$top/build/bench/ingest" drain "$SAMTALE_CONNECTION user=postgres" "${SAMTALE_BIN:-$top/build/samtaled}" "$SAMTALE_CONFIG" >/dev/null
    read -r whole sums < <("${quiet[@]}" -F ' ' -c "select sum(total_exec_time), sum(total_exec_time) filter (where query ~ 'insert into samtale.rollup_')
        from pg_stat_statements where query !~ '(level_build|chore|pg_stat|verify)'")
    # a day of them counted at night, for as many conversations as that day has
    took=$("${quiet[@]}" -c "update samtale.chore set done_at = now() - interval '1 minute', took_ms = 0" -c "select samtale.chore_do('histograms')" \
        -c "select took_ms from samtale.chore where name = 'histograms'" | tail -n 1)
    counted=$("${quiet[@]}" -c "select sum(h.n) from samtale.rollup_histogram h where h.measure <> 3")
    sums_share=$(awk -v a="$sums" -v b="$whole" 'BEGIN { printf "%.1f", 100 * a / (b - a) }')
    histograms_share=$(awk -v t="$took" -v c="$counted" -v w="$whole" -v s="$sums" -v n="$n" 'BEGIN { printf "%.1f", 100 * (t / c) / ((w - s) / n) }')
}

printf '%14s %10s %8s %8s %14s %14s %9s %14s  %s\n' conversations half_hours GB filled_s '28_days_ms' '52_weeks_ms' 'one_ms' 'slowest_list' ''
before=0 fewest=''
for n in "$@"; do
    begun=$(date +%s)
    "${quiet[@]}" -v more=$((n - before)) -f "$top/tests/bench/dashboard.sql" >/dev/null
    filled=$(($(date +%s) - begun)) before=$n
    rows=$("${quiet[@]}" -c 'select (select count(*) from samtale.rollup_half_hour) + (select count(*) from samtale.rollup_opportunity)')
    size=$("${quiet[@]}" -c 'select round(pg_database_size(current_database()) / 1e9, 1)')
    pages
    fewest=${fewest:-$page}
    printf '%14s %10s %8s %8s %14s %14s %9s %14s  (%s)\n' "$n" "$rows" "$size" "$filled" "$page" "$long" "$one" "${slowest%% *}" "${slowest#* }"
    bar "page, ms" "$page" 20
    bar "page, times that of the fewest" "$(awk -v a="$page" -v b="$fewest" 'BEGIN { print a / b }')" 1.3
    bar "slowest list (${slowest#* }), ms" "${slowest%% *}" 30
    bar "one conversation, ms" "$one" 2
done
upkeep
printf 'upkeep of sums %s %% of the write without it, of histograms %s %%\n' "$sums_share" "$histograms_share"
bar "upkeep of sums, %" "$sums_share" 15
bar "upkeep of histograms, %" "$histograms_share" 15
[ "$faults" = 0 ]
