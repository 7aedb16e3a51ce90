#!/bin/bash
# check.sh SUITE...: runs `make check-SUITE` for each, keeps what it prints in build/check/SUITE.log, counts its TAP lines and ends with
# "N passed, N failed", alone on a line. A suite that fails without a failed test, or has no test at all, counts as one failure.
set -u
cd "$(dirname "$0")/.." || exit 1
mkdir -p build/check
passed=0 failed=0
for suite in "$@"; do
    log=build/check/$suite.log
    begun=$SECONDS
    printf '== %s\n' "$suite"
    ${MAKE:-make} --no-print-directory -j"$(nproc)" "check-$suite" >"$log" 2>&1 </dev/null
    status=$?
    ok=$(grep -cE '^ok( |$)' "$log")
    skip=$(grep -cE '^ok .*# SKIP' "$log")
    bad=$(grep -cE '^not ok( |$)' "$log")
    if { [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; } || [ $((ok + bad)) -eq 0 ]; then
        bad=$((bad + 1))
        tail -n 40 "$log"
        echo "not ok - $suite: make check-$suite ended with status $status after $ok results"
    else
        awk '/^not ok( |$)/ { print; why = 1; next } /^#/ { if (why) print; next } { why = 0 }' "$log" | head -n 200
    fi
    printf '   %d passed, %d failed%s, %d s (%s)\n' $((ok - skip)) "$bad" "$([ "$skip" -eq 0 ] || echo ", $skip skipped")" $((SECONDS - begun)) "$log"
    passed=$((passed + ok - skip)) failed=$((failed + bad))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
