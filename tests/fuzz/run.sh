#!/bin/bash
# run.sh SECONDS TARGET... [-- SECONDS TARGET...]: fuzzes each target for so long, starting from tests/fuzz/corpus/NAME (kept in the repository) and what earlier
# runs found (build/fuzz/NAME.corpus); one TAP line a target. The input that failed is kept in build/fuzz.
set -u
seconds=$1 failed=0
shift
[ $# -gt 0 ] || { echo "not ok - fuzz: there is no target"; exit 1; }
while [ $# -gt 0 ]; do
    target=$1
    shift
    if [ "$target" = -- ]; then
        seconds=$1
        shift
        continue
    fi
    name=$(basename "$target")
    grown=$target.corpus
    mkdir -p "$grown"
    dirs=("$grown")
    [ ! -d "tests/fuzz/corpus/${name#fuzz_}" ] || dirs+=("tests/fuzz/corpus/${name#fuzz_}")
    [ "${name#fuzz_read_}" = "$name" ] || dirs+=(tests/fuzz/corpus/file) # small files of every format
    if timeout -k 10 $((seconds + 120)) "$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -artifact_prefix="$target." \
        -print_final_stats=1 "${dirs[@]}" >"$target.log" 2>&1; then
        runs=$(awk -F: '/number_of_executed_units/ { print $NF + 0 }' "$target.log")
        if [ "${runs:-0}" -gt 0 ]; then
            echo "ok - $name: $runs inputs in $seconds s"
            continue
        fi
    fi
    failed=1
    echo "not ok - $name: see $target.log"
    tail -n 60 "$target.log" | sed 's/^/# /'
done
exit $failed
