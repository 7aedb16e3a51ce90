#!/bin/bash
# beside.sh dashboard|rescore: what the daemon takes from its queue while a dashboard asks it every second, or while `samtaled rescore` makes scores of another
# pack, as a share of what it takes alone: on the database and configuration of the environment (with_postgres.sh), in rounds of both, by turns first. Prints each
# round, then "median N". Run by ingest.sh and dashboard.sh.
#   ROUNDS=5  N=40000 conversations each time  BENCH_PORT=the port in the configuration
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
kind=${1:-} rounds=${ROUNDS:-5} n=${N:-40000} first=${FIRST:-910000001}
case $kind in dashboard | rescore) ;; *) sed -n '2,5p' "$0" >&2; exit 2 ;; esac
bench=$top/build/bench/ingest bin=${SAMTALE_BIN:-$top/build/samtaled} own=$SAMTALE_TEST_DIR
connection="$SAMTALE_CONNECTION user=postgres"
quiet=(psql -X -q -A -t -v ON_ERROR_STOP=1)
helper=''
# shellcheck disable=SC2317 # run by the trap
end_helper() {
    [ -z "$helper" ] || kill "$helper" 2>/dev/null || true
    [ -z "$helper" ] || wait "$helper" 2>/dev/null || true
    helper=''
}
trap end_helper EXIT

# A page that is open: once signed in, for all rounds, it asks every second for four weeks around what comes in, from when the daemon listens on; counts the answers.
dashboard() {
    local jar=$own/cookies url=http://127.0.0.1:$BENCH_PORT asked=0
    until curl -sf -o /dev/null -b "$jar" "$url/v1/me" || curl -sf -o /dev/null -c "$jar" -H 'Content-Type: application/json' -d '{"name":"bench","password":"nobody else signs in"}' "$url/v1/session"; do sleep 0.1; done
    while curl -sf -o /dev/null -b "$jar" "$url/v1/overview?from=$month&to=$today&interval=day"; do
        echo $((++asked)) >"$own/told"
        sleep 1
    done
}
rescore() { exec "$bin" rescore --since 2026-01-01 --pack "$own/bench.pack" --no-switch --config "$SAMTALE_CONFIG" >"$own/rescore.log" 2>&1; }
made() { "${quiet[@]}" -c 'select count(*) from samtale.rescore_item'; }

# drained WORD: conversations a second of n new ones; beside the helper where WORD is beside.
drained() {
    local before
    "${quiet[@]}" -c 'vacuum analyze samtale.inbox'
    "$bench" fill "$connection" "$n" "$first" >/dev/null
    "${quiet[@]}" -c 'vacuum analyze samtale.inbox' -c checkpoint
    first=$((first + n + 1000)) before=$(made)
    if [ "$1" = beside ]; then
        "$kind" &
        helper=$!
    fi
    read -r rate _ < <("$bench" drain "$connection" "$bin" "$SAMTALE_CONFIG")
    if [ "$1" = beside ] && [ "$kind" = rescore ]; then
        kill -0 "$helper" 2>/dev/null || { echo "beside: the re-scoring ended before the queue was empty: $(tail -n 1 "$own/rescore.log")" >&2; exit 1; }
        echo $(($(made) - before)) >"$own/told"
    fi
    end_helper
}

if [ "$kind" = dashboard ]; then
    "$bin" user add bench --role admin --password-stdin --config "$SAMTALE_CONFIG" <<<'nobody else signs in' >/dev/null
    what="answers to the dashboard"
else
    printf 'pack 1 en\nrule bench -> empathy.apology 1\n  | benchmark\n  yes A benchmark.\n' >"$own/bench.pack"
    what="conversations scored again"
fi
"${quiet[@]}" -c 'update samtale.chore set done_at = now()' # what is due at night would run beside the first of them only
drained alone # to have something to score again, and not to compare a cold start
today=$("${quiet[@]}" -c "select max(started_at)::date from samtale.conversation where external_id like 'c-%'") month=$(date -d "$today 27 days ago" +%F)
shares=''
printf '%5s %14s %14s %8s  %s\n' round 'alone conv/s' 'beside conv/s' share "$what" >&2
for ((round = 1; round <= rounds; round++)); do
    order=(alone beside)
    [ $((round % 2)) = 1 ] || order=(beside alone)
    for word in "${order[@]}"; do
        drained "$word"
        if [ "$word" = alone ]; then alone=$rate; else beside=$rate; fi
    done
    share=$(awk -v a="$beside" -v b="$alone" 'BEGIN { printf "%.3f", a / b }')
    printf '%5s %14s %14s %8s  %s\n' "$round" "$alone" "$beside" "$share" "$(cat "$own/told")" >&2
    shares+="$share"$'\n'
done
printf 'ingest beside %s / alone: median %s\n' "$kind" \
    "$(printf '%s' "$shares" | sort -g | awk '{ a[NR] = $1 } END { print NR % 2 ? a[(NR + 1) / 2] : (a[NR / 2] + a[NR / 2 + 1]) / 2 }')"
