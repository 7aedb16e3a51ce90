#!/bin/bash
# `make run` from its first start to its end: what it says, that it serves filled figures, that nothing is left when it stops in any
# way, that a second run duplicates nothing, and one clear sentence for what can be in its way.
# shellcheck disable=SC2317 # functions are run by name
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/tap.sh
top=$(mktemp -d)
chmod 755 "$top"
export SAMTALE_RUN=$top/demo
run='' mounted=''
clean() {
    [ -z "$run" ] || { kill -TERM "$run" && wait "$run"; } 2>/dev/null
    src/system/private_postgres.sh stop "$SAMTALE_RUN/postgres" immediate 2>/dev/null
    [ -z "$mounted" ] || umount "$top/small"
    rm -rf "$top"
}
trap clean EXIT
trap 'exit 1' INT TERM HUP

free_port() { node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })'; }
PORT=$(free_port)
export PORT
url=http://127.0.0.1:$PORT

# start SECONDS: starts it in the background with signals as a terminal would give them; waits until it serves.
start() {
    local tries=0
    : >"$top/said"
    setsid env --default-signal=INT src/system/run.sh >"$top/said" 2>&1 </dev/null &
    run=$!
    until grep -q 'Ctrl-C stops it' "$top/said"; do
        kill -0 "$run" 2>/dev/null || { cat "$top/said"; return 1; }
        [ $((tries += 1)) -lt $(($1 * 5)) ] || { cat "$top/said"; return 1; }
        sleep 0.2
    done
}
end() {
    local status=0
    kill "-$1" "$run"
    wait "$run" || status=$?
    run=''
    [ "$status" = "$2" ] || { echo "ended with $status, not $2"; return 1; }
}
nothing_left() {
    local left
    left=$(for process in /proc/[0-9]*; do
        { tr '\0' ' ' <"$process/cmdline"; } 2>/dev/null | grep -F "$SAMTALE_RUN"
        readlink "$process/cwd" 2>/dev/null | grep -F "$SAMTALE_RUN"
    done)
    left+=$(find "$SAMTALE_RUN" -name '.s.PGSQL*' -o -name '*.pid' -o -name lock)
    [ -z "$left" ] || { echo "left: $left"; return 1; }
}
password() { sed -n 's/^ *password *//p' "$top/said"; }
sign_in() {
    curl -sf -o /dev/null -c "$top/cookie" -H 'Content-Type: application/json' --data "{\"name\":\"demo\",\"password\":\"$(password)\"}" "$url/v1/session"
}
days() { echo "from=$(date -u -d '60 days ago' +%F)&to=$(date -u +%F)"; }
offered() { curl -sf -b "$top/cookie" "$url/v1/overview?$(days)" | jq -e '.totals.efficiency.offered.value'; }
explored() { curl -sf -b "$top/cookie" "$url/v1/overview?$(days)" | jq -e '.totals.opportunity.explored_share.value > 0'; }
at_least() { [ "$1" -ge "$2" ] || { echo "is $1, not $2 or more"; return 1; }; }
is() { [ "$1" = "$2" ] || { echo "is \"$1\", not \"$2\""; return 1; }; }
on_loopback() { [ -z "$(awk -v port="$(printf '%04X' "$PORT")" '$4 == "0A" && $2 ~ ":" port "$" && $2 !~ /^0100007F/' /proc/net/tcp /proc/net/tcp6)" ]; }
stored() {
    psql -X -A -t "host=$SAMTALE_RUN/postgres/socket user=postgres dbname=samtale" \
        -c 'select (select count(*) from samtale.conversation), (select count(*) from samtale.part), (select sum(offered) from samtale.rollup_half_hour)'
}

check "a first run serves" start 240
check "says its address" grep -q "$url" "$top/said"
check "the page is there" curl -sf -o /dev/null "$url/"
check "the demo may sign in" sign_in
check "figures of the efficiency lens are filled" at_least "$(offered)" 3000
check "figures of the opportunity lens are filled" explored
check "listens on the loopback alone" on_loopback
dead() { psql -X -A -t "host=$SAMTALE_RUN/postgres/socket user=postgres dbname=samtale" -c 'select count(*) from samtale.dead_letter'; }
check "no sample message became a dead letter" is "$(dead)" 0
first=$(stored)
check "a second one in the same folder says so" fails_with "already runs" env PORT="$(free_port)" src/system/run.sh
check "a port in use is named" fails_with "port $PORT is in use" env SAMTALE_RUN="$top/other" src/system/run.sh
check "Ctrl-C stops it" end INT 0
check "and leaves nothing" nothing_left

check "a second run serves" start 60
check "the sign-in is still the same" sign_in
check "nothing was fed again" is "$(stored)" "$first"
check "a termination stops it" end TERM 143
check "and leaves nothing" nothing_left
check "a third run serves" start 60
check "the end of its terminal stops it" end HUP 129
check "and leaves nothing" nothing_left
check "a fourth run serves" start 60
kill -KILL "$run"
wait "$run" 2>/dev/null
run=''
check "after a kill the next run serves" start 60
check "with the same figures" is "$(stored)" "$first"
check "Ctrl-C stops it" end INT 0
check "and leaves nothing" nothing_left

check "a wrong port is named" fails_with "PORT=70000 is not a port" env PORT=70000 src/system/run.sh
rm -f "$SAMTALE_RUN/postgres/data/global/pg_control"
check "half a cluster is named" fails_with "is half a cluster" src/system/run.sh
mkdir "$top/small"
if [ "$EUID" = 0 ] && mount -t tmpfs -o size=40m,mode=755 tmpfs "$top/small" 2>/dev/null; then
    mounted=1
    check "a full disk is named" fails_with "is full" env SAMTALE_RUN="$top/small/demo" src/system/run.sh
else
    echo "ok - a full disk is named # SKIP needs root and mount"
fi
if [ "$EUID" = 0 ]; then
    check "a missing privilege is named" fails_with "may not make the folder" \
        setpriv --reuid=nobody --regid=nogroup --clear-groups env SAMTALE_RUN=/nowhere-to-write src/system/run.sh
fi
done_testing
