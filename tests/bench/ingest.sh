#!/bin/bash
# ingest.sh: the whole path (queue, read, mask, join, score, store, rollup; durable, exactly once; 10 % of messages repeated, 30 % of
# conversations in two parts; the shipped settings) against COPY BINARY of the same conversations into the reference schema by 2 connections:
# same server, same run, interleaved. Prints each round, the median ratio and the most memory that the daemon had (on a busy machine CPU time tells more than
# rates: of COPY with client and server, of daemon, of server); ends with status 1 when one misses its bar,
# when a message became a dead letter, or when the rollups are not what the facts give.
#   ROUNDS=5  SECONDS_EACH=20  BAR=0.60  MEMORY_BAR=64 (MiB)  BENCH_DIR=folder of the server (a real disk)
#   DASHBOARD=1, RESCORE=1: afterwards the path beside a dashboard that asks every second, and beside `samtaled rescore` (beside.sh), each BESIDE_BAR=0.9 of
#   its rate alone, the median of BESIDE_PAIRS=10 pairs of slices; with ROUNDS=0 only these
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
rounds=${ROUNDS:-5} seconds=${SECONDS_EACH:-20} bar=${BAR:-0.60} memory=${MEMORY_BAR:-64}
if [ -z "${SAMTALE_TEST_DIR:-}" ]; then
    TMPDIR=${BENCH_DIR:-${TMPDIR:-/var/tmp}} exec "$top/tests/with_postgres.sh" --durable -c shared_buffers=2GB -c max_wal_size=8GB \
        -c checkpoint_timeout=15min "$0"
fi
bench=$top/build/bench/ingest bin=${SAMTALE_BIN:-$top/build/samtaled}
connection="$SAMTALE_CONNECTION user=postgres"
export BENCH_PORT
BENCH_PORT=$(node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')
printf '\n[http]\nlisten = 127.0.0.1:%s\n\n[limits]\nbacklog_messages = 10000000\n\n[log]\nlevel = warning\n' "$BENCH_PORT" >>"$SAMTALE_CONFIG"
psql -X -q -f "$top/tests/bench/reference.sql" 2>/dev/null
first=1 n=${N:-20000}

clear_tables() {
    psql -X -q -c 'truncate samtale.inbox, samtale.conversation_key, samtale.part, samtale.part_conflict, samtale.conversation, samtale.leg, samtale.party,
        samtale.finding, samtale.moment, samtale.conversation_score, samtale.survey, samtale.outcome, samtale.rollup_half_hour,
        samtale.rollup_opportunity, samtale.rollup_outcome, samtale.level, samtale.long_level, samtale.level_summed, samtale.dead_letter, conversation, turn, behaviour' -c 'vacuum' -c 'checkpoint'
}

fill() {
    "$bench" fill "$connection" "$n" "$first" >/dev/null
    psql -X -q -c 'vacuum analyze samtale.inbox'
}

median() { sort -g | awk '{ a[NR] = $1 } END { print NR % 2 ? a[(NR + 1) / 2] : (a[NR / 2] + a[NR / 2 + 1]) / 2 }'; }

ratios='' peaks='' share=0.75
[ "$rounds" = 0 ] || printf '%5s %12s %12s %12s %8s %16s %16s %10s\n' round 'copy conv/s' 'copy us/conv' 'path conv/s' ratio 'daemon us/conv' 'server us/conv' 'peak MiB'
for ((round = 1; round <= rounds; round++)); do
    clear_tables
    read -r copy copy_cpu < <("$bench" copy "$connection" "$seconds" "$first")
    clear_tables
    # as many as the path will need a little more than that time for
    [ -n "${N:-}" ] || n=$(awk -v r="$copy" -v s="$seconds" -v k="$share" 'BEGIN { print int(r * s * k * 1.1) + 1000 }')
    fill
    read -r path took cpu server peak < <("$bench" drain "$connection" "$bin" "$SAMTALE_CONFIG")
    ratio=$(awk -v a="$path" -v b="$copy" 'BEGIN { printf "%.3f", a / b }')
    printf '%5s %12s %12s %12s %8s %16s %16s %10s   (%s s)\n' "$round" "$copy" "$copy_cpu" "$path" "$ratio" "$cpu" "$server" "$peak" "$took"
    ratios+="$ratio"$'\n' peaks+="$peak"$'\n' share=$ratio
    first=$((first + n + 1000))
done

beside() {
    local told
    clear_tables
    told=$(PAIRS=${BESIDE_PAIRS:-10} "$top/tests/bench/beside.sh" "$1")
    printf '%s, bar %s\n' "$told" "${BESIDE_BAR:-0.9}"
    awk -v m="${told##*median }" -v b="${BESIDE_BAR:-0.9}" 'BEGIN { exit !(m >= b) }' || status=1
}

status=0
if [ "$rounds" != 0 ]; then
    middle=$(printf '%s' "$ratios" | median) most=$(printf '%s' "$peaks" | sort -g | tail -n 1)
    printf 'whole path / COPY: median %s of %s rounds, bar %s; memory: %s MiB, bar %s\n' "$middle" "$rounds" "$bar" "$most" "$memory"
    awk -v m="$middle" -v b="$bar" -v p="$most" -v q="$memory" 'BEGIN { exit !(m >= b && p <= q) }' || status=1
fi
[ -z "${DASHBOARD:-}" ] || beside dashboard
[ -z "${RESCORE:-}" ] || beside rescore
dead=$(psql -X -A -t -c 'select count(*) from samtale.dead_letter')
wrong=$(psql -X -A -t -c 'select count(*) from samtale.verify_rollups()')
printf 'dead letters %s; rollups that differ %s\n' "$dead" "$wrong"
[ "$dead" = 0 ] && [ "$wrong" = 0 ] || status=1
exit "$status"
