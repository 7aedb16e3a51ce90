#!/bin/bash
# beside.sh dashboard|rescore: what the daemon takes from its queue while a dashboard asks it every second, or while `samtaled rescore` makes scores of another
# pack, as a share of what it takes alone: on the database and configuration of the environment (with_postgres.sh), in slices of both by turns (beside.c). Prints
# to stderr a row a pair, then "..., median N". Run by ingest.sh and dashboard.sh.
#   PAIRS=10  SLICE_S=4 seconds each  RATE=9000 messages a second that the queue holds enough for  BENCH_PORT=the port in the configuration
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
kind=${1:-} pairs=${PAIRS:-10} slice=${SLICE_S:-4} rate=${RATE:-9000}
connection="$SAMTALE_CONNECTION user=postgres"
export url=http://127.0.0.1:${BENCH_PORT:-0} bin=${SAMTALE_BIN:-$top/build/samtaled} own=$SAMTALE_TEST_DIR
asked() { psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"; }

# A page that is open: signed in once, it asks every second for four weeks around what comes in.
dashboard() {
    local month today jar=$own/cookies
    today=$(asked -c "select max(started_at)::date from samtale.conversation where external_id like 'c-%'") month=$(date -d "$today 27 days ago" +%F)
    until curl -sf -o /dev/null -b "$jar" "$url/v1/me" || curl -sf -o /dev/null -c "$jar" -H 'Content-Type: application/json' -d '{"name":"bench","password":"nobody else signs in"}' "$url/v1/session"; do sleep 0.1; done
    while curl -sf -o /dev/null -b "$jar" "$url/v1/overview?from=$month&to=$today&interval=day"; do sleep 1; done
}
rescore() { exec "$bin" rescore --since 2025-01-01 --pack "$own/bench.pack" --no-switch --config "$SAMTALE_CONFIG" 2>"$own/rescore.log"; }

case $kind in
    dashboard)
        "$bin" user add bench --role admin --password-stdin --config "$SAMTALE_CONFIG" <<<'nobody else signs in' >/dev/null
        ;;
    rescore)
        printf 'pack 1 en\nrule bench -> empathy.apology 1\n  | benchmark\n  yes A benchmark.\n' >"$own/bench.pack"
        ;;
    *) sed -n '2,6p' "$0" >&2; exit 2 ;;
esac
export -f asked dashboard rescore
asked -c 'update samtale.chore set done_at = now()' # what is due at night would run beside some of it
"$top/build/bench/ingest" fill "$connection" "$(awk -v p="$pairs" -v s="$slice" -v r="$rate" 'BEGIN { print int((2 * p * (s + 0.2) + 20) * r / 1.4) }')" "${FIRST:-910000001}" >/dev/null
asked -c 'vacuum analyze samtale.inbox' -c checkpoint
told=$("$top/build/bench/beside" "$connection" "$bin" "$SAMTALE_CONFIG" "$pairs" "$slice" bash -c "$kind")
if [ "$kind" = rescore ]; then
    echo "scored again: $(asked -c 'select count(*) filter (where outcome = 1) || $$, not readable: $$ || count(*) filter (where outcome <> 1) from samtale.rescore_item')" >&2
fi
printf 'ingest beside %s / alone: %s\n' "$kind" "$told"
