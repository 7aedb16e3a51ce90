#!/bin/bash
# run.sh SECONDS TARGET... [-- SECONDS TARGET...]: fuzzes each target for so long, as many at a time as there are cores, starting from
# tests/fuzz/corpus/NAME (kept in the repository) and what earlier runs found (build/fuzz/NAME.corpus); one TAP line a target. The input
# that failed is kept in build/fuzz.
set -u
seconds=$1
shift
[ $# -gt 0 ] || { echo "not ok - fuzz: there is no target"; exit 1; }
failures=$(mktemp)
trap 'rm -f "$failures"' EXIT

fuzz() { # SECONDS TARGET
    local seconds=$1 target=$2 name runs dirs
    name=$(basename "$target")
    dirs=("$target.corpus")
    mkdir -p "$target.corpus"
    [ ! -d "tests/fuzz/corpus/${name#fuzz_}" ] || dirs+=("tests/fuzz/corpus/${name#fuzz_}")
    [ "${name#fuzz_read_}" = "$name" ] || dirs+=(tests/fuzz/corpus/file) # small files of every format
    if timeout -k 10 $((seconds + 120)) "$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -artifact_prefix="$target." \
        -print_final_stats=1 "${dirs[@]}" >"$target.log" 2>&1; then
        runs=$(awk -F: '/number_of_executed_units/ { print $NF + 0 }' "$target.log")
        if [ "${runs:-0}" -gt 0 ]; then
            echo "ok - $name: $runs inputs in $seconds s"
            return 0
        fi
    fi
    # at once, so that another target's line does not come between
    printf 'not ok - %s: see %s\n%s\n' "$name" "$target.log" "$(tail -n 60 "$target.log" | sed 's/^/# /')"
    return 1
}

while [ $# -gt 0 ]; do
    if [ "$1" = -- ]; then
        seconds=$2
        shift 2
        continue
    fi
    while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n; done
    { fuzz "$seconds" "$1" || echo "$1" >>"$failures"; } &
    shift
done
wait
[ ! -s "$failures" ]
