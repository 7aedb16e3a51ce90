#!/bin/bash
# The night's work on the real daemon: sums of days appear by themselves, verify finds nothing, tells what is wrong, and the metric says so.
# shellcheck disable=SC2317 # functions are run by name
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/lib/tap.sh
. tests/lib/tap.sh
if [ -z "${SAMTALE_TEST_DIR:-}" ]; then
    exec tests/with_postgres.sh "$0"
fi
# shellcheck source=tests/lib/weeks.sh
. tests/lib/weeks.sh
weeks 3
check 'the daemon sums days by itself' soon 'select count(*) >= 15 and not exists (select from samtale.levels_missing(1)) from samtale.level'
check 'the site is the one of the settings' test "$(query 'select time_zone from samtale.site')" = Europe/Copenhagen
"$program" nightly --config "$SAMTALE_CONFIG" >"$SAMTALE_TEST_DIR/out" 2>&1
check 'the night can be had now' grep -qx 'verify	0' "$SAMTALE_TEST_DIR/out"
at_once() {
    local begun=() n
    for n in 1 2 3 4; do
        "$program" nightly --config "$SAMTALE_CONFIG" >"$SAMTALE_TEST_DIR/night$n" 2>&1 &
        begun+=($!)
    done
    for n in "${begun[@]}"; do
        wait "$n" || { cat "$SAMTALE_TEST_DIR"/night?; return 1; }
    done
}
check 'by several at once, too' at_once
check 'repeat contacts were counted' test "$(query 'select sum(repeated) > 0 from samtale.rollup_repeat')" = t
check 'nothing differs' "$program" verify --config "$SAMTALE_CONFIG"
metrics() { curl -s --unix-socket "$SAMTALE_TEST_DIR/http" http://localhost/metrics | grep -qxE "$1"; }
check 'the metric says so' metrics 'samtale_verify_differences 0'
restored() {
    psql -X -q -d postgres -c 'create database again' && pg_dump -Fc samtale | pg_restore -d again &&
        sed 's/dbname=samtale/dbname=again/' "$SAMTALE_CONFIG" >"$SAMTALE_TEST_DIR/again.conf" && "$program" verify --config "$SAMTALE_TEST_DIR/again.conf" &&
        [ "$(psql -X -q -A -t -d again -c 'select count(*) from samtale.level')" -gt 10 ]
}
check 'a dump that is restored elsewhere has the same sums, days included' restored
query "update samtale.level_half_hour set offered = offered + 1 where (starts_at, channel) = (select max(starts_at), -1::smallint from samtale.level)"
query "update samtale.rollup_outcome set sold = sold + 1 where half_hour = (select max(half_hour) from samtale.rollup_outcome)"
differs() { ! "$program" verify --config "$SAMTALE_CONFIG" >"$SAMTALE_TEST_DIR/out" 2>&1 && grep -q '^outcome	' "$SAMTALE_TEST_DIR/out"; }
check 'a sum that is wrong is listed, and the command fails' differs
fails() { ! "$program" nightly --config "$SAMTALE_CONFIG"; }
check 'the night tells it, too' fails
check 'the metric counts it' metrics 'samtale_verify_differences [1-9][0-9]*'
done_testing
