#!/bin/bash
# run.sh: what `make run` does once the program is built: a demo on this machine alone. A private PostgreSQL, the schema, an account with
# a generated password, the daemon on 127.0.0.1, and eight sample weeks that go through the queue the first time. Serves until Ctrl-C.
# Nothing runs as root: the server and the daemon run as user postgres when root started this.
#
#   PORT=8080             another port
#   SAMTALE_RUN=FOLDER    another folder than .run (root: than .run or, where postgres may not enter it, one below /var/lib)
#   SAMTALE_SEED=1        other sample weeks, in a new folder
# Everything lives in that folder; delete it to begin anew. Every failure is one sentence.
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
private=$top/src/system/private_postgres.sh
port=${PORT:-8080}
daemon='' feeder='' dir='' locked=''

say() { printf '%s\n' "$*"; }
fail() { printf 'make run: %s\n' "$*" >&2; exit 1; }

as=()
[ "$EUID" != 0 ] || as=(setpriv --reuid=postgres --regid=postgres --init-groups)
as_demo() { "${as[@]}" "$@" 8>&-; }
samtaled() { as_demo "$dir/bin/samtaled" "$@"; }

# ---- the folder ------------------------------------------------------------------------------------------------

choose_folder() {
    dir=${SAMTALE_RUN:-$top/.run}
    if [ "$EUID" = 0 ]; then
        id postgres >/dev/null 2>&1 || fail "the user postgres does not exist; the package postgresql-common makes it"
        if [ -z "${SAMTALE_RUN:-}" ] && ! as_demo test -x "$top"; then
            dir=/var/lib/samtaled-demo-$(printf '%s' "$top" | cksum | cut -d' ' -f1)
        fi
    fi
    dir=$(realpath -m -- "$dir")
    mkdir -p -- "$dir" 2>/dev/null || fail "$(id -un) may not make the folder $dir"
    if [ ! -w "$dir" ] || { [ "$EUID" != 0 ] && [ ! -O "$dir" ]; }; then
        fail "$dir belongs to $(stat -c %U -- "$dir"), $(id -un) may not write there: delete it or name another, SAMTALE_RUN=FOLDER make run"
    fi
    chmod 711 -- "$dir"
    exec 8>>"$dir/lock" || fail "cannot write in $dir: $(full)"
    flock -n 8 || fail "it already runs in $dir (process $(cat "$dir/run.pid" 2>/dev/null || echo unknown)): stop that one first"
    locked=1
    echo $$ 2>/dev/null >"$dir/run.pid" || fail "cannot write in $dir: $(full)"
}

full() { df -Pm -- "$dir" | awk 'NR == 2 { print $4 " MB free on its disk" }'; }

install_program() {
    mkdir -p -- "$dir/bin" "$dir/own"
    cp -f -- "$top/build/samtaled" "$dir/bin/samtaled.part" 2>/dev/null || fail "cannot copy the program to $dir: $(full)"
    cp -f -- "$top/src/system/setup_database.sh" "$dir/bin/setup_database" || fail "cannot write in $dir: $(full)"
    chmod 755 -- "$dir/bin/samtaled.part" "$dir/bin/setup_database"
    mv -f -- "$dir/bin/samtaled.part" "$dir/bin/samtaled"
    [ "$EUID" != 0 ] || chown postgres: -- "$dir/own"
    chmod 700 -- "$dir/own"
}

# ---- port and answers, without any program but bash ----------------------------------------------------------------

check_port() {
    if ! [[ $port =~ ^[0-9]{1,5}$ ]] || [ "$port" -lt 1 ] || [ "$port" -gt 65535 ]; then
        fail "PORT=$port is not a port: 1 to 65535"
    fi
    if (exec 7<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
        fail "port $port is in use: stop what listens there or choose another, PORT=8081 make run"
    fi
}

# Whether GET path answers 200 on the demo's port.
answers() {
    local line
    exec 7<>"/dev/tcp/127.0.0.1/$port" || return 1
    printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$1" >&7 || return 1
    read -r -t 5 line <&7 || return 1
    exec 7>&-
    [[ $line == "HTTP/1.1 200"* ]]
}

# ---- parts -----------------------------------------------------------------------------------------------------------

start_database() {
    local server
    server=$(SAMTALE_POSTGRES_NEED_MB=400 "$private" start "$dir/postgres" -c max_wal_size=256MB 8>&-) || exit 1
    socket=${server#host=} socket=${socket%% *}
    as_demo env PGHOST="$socket" PGPORT=5432 PGUSER=postgres "$dir/bin/setup_database" "$dir/bin/samtaled" >"$dir/setup.log" 2>&1 ||
        fail "the schema could not be made (delete $dir to begin anew): $(tail -n 1 "$dir/setup.log")"
}

query() { as_demo env PGHOST="$socket" PGPORT=5432 PGUSER=postgres psql -X -q -A -t -v ON_ERROR_STOP=1 -d samtale -c "$1"; }

write_configuration() {
    local config=$dir/own/samtaled.conf
    {
        echo "# Written by make run at every start."
        printf '[database]\nconnection = host=%s port=5432 dbname=samtale user=samtale\n' "$socket"
        printf '\n[http]\nlisten = 127.0.0.1:%s\n' "$port"
        printf '\n[privacy]\nkey_file = %s\n# nobody in the sample weeks is real\nagent_names = shown\nagent_purpose = a look at the demo\nagent_notice = 2020-01-01\n' "$dir/own/key"
    } >"$config.part" || fail "cannot write in $dir: $(full)"
    mv -f -- "$config.part" "$config"
    [ "$EUID" != 0 ] || chown postgres: -- "$config"
    chmod 600 -- "$config"
}

make_account() {
    local file=$dir/own/demo.password
    [ -s "$file" ] || {
        (umask 077 && head -c 10 /dev/urandom | od -An -v -tx1 | tr -d ' \n' >"$file.part")
        # the account may be there already, from a run that was stopped right after it was made
        samtaled user add demo --role admin --password-stdin --config "$dir/own/samtaled.conf" <"$file.part" >"$dir/account.log" 2>&1 ||
            samtaled user set demo --role admin --password-stdin --config "$dir/own/samtaled.conf" <"$file.part" >"$dir/account.log" 2>&1 ||
            fail "the demo account could not be made: $(tail -n 1 "$dir/account.log")"
        mv -f -- "$file.part" "$file"
    }
    password=$(cat "$file")
}

start_daemon() {
    local tries=0
    : >"$dir/samtaled.log" || fail "cannot write in $dir: $(full)"
    # in a session of its own, so that Ctrl-C reaches this script alone; ended by the kernel should this script be killed
    "${as[@]}" setsid setpriv --pdeathsig TERM "$dir/bin/samtaled" run --config "$dir/own/samtaled.conf" 2>>"$dir/samtaled.log" >&2 </dev/null 8>&- &
    daemon=$!
    until answers /readyz 2>/dev/null; do
        kill -0 "$daemon" 2>/dev/null || { daemon=''; fail "the daemon ended: $(tail -n 1 "$dir/samtaled.log" | sed 's/^<[0-9]>//')"; }
        [ $((tries += 1)) -le 150 ] || fail "the daemon is not ready after 30 s, see $dir/samtaled.log"
        sleep 0.2
    done
}

# The last day of the weeks is kept before anything is fed: an interrupted feeding goes on with the same bytes, which the store knows already.
feed() {
    local day log=$dir/feed.log
    [ ! -e "$dir/own/fed" ] || return 0
    [ -s "$dir/own/last_day" ] || date -u -d yesterday +%F >"$dir/own/last_day"
    day=$(cat "$dir/own/last_day")
    say "Feeding eight sample weeks through the queue ..."
    samtaled sample --seed "${SAMTALE_SEED:-1}" --end "$day" 2>"$log" >"$dir/own/sample.jsonl" || fail "cannot make the sample weeks: $(tail -n 1 "$log"), $(full)"
    # in the background, so that a signal does not wait for it
    "${as[@]}" setpriv --pdeathsig TERM "$dir/bin/samtaled" import --config "$dir/own/samtaled.conf" "$dir/own/sample.jsonl" >>"$log" 2>&1 8>&- &
    feeder=$!
    wait "$feeder" || fail "cannot feed the sample weeks: $(tail -n 1 "$log")"
    feeder=''
    wait_until_stored
    set_plan
    # what is counted at night, which the daemon may have counted while only part of the weeks was there
    samtaled nightly --config "$dir/own/samtaled.conf" >>"$log" 2>&1 || fail "cannot count the sample weeks: $(tail -n 1 "$log")"
    rm -f -- "$dir/own/sample.jsonl"
    : >"$dir/own/fed"
}

# What the AHT budget and the results need: the agents that the sample weeks were made with, and what the centre wants to reach.
set_plan() {
    local from queue config=$dir/own/samtaled.conf log=$dir/feed.log
    from=$(date -u -d "$(cat "$dir/own/last_day") 55 days ago" +%F)
    for queue in Danmark Norge Sverige International; do
        samtaled sample --plan "$queue" 2>>"$log" | samtaled staffing set "$queue" - --from "$from" --config "$config" >>"$log" 2>&1 || fail "cannot set the plan of $queue: $(tail -n 1 "$log")"
    done
    while read -r figure value; do
        samtaled target set "$figure" "$value" --from "$from" --config "$config" >>"$log" 2>&1 </dev/null || fail "cannot set the target of $figure: $(tail -n 1 "$log")"
    done <<<$'service_level 70%\nabandon_rate 8%\naht 305\nexplored_share 33%\nacknowledged_share 55%'
}

wait_until_stored() {
    local left before='' still=0
    while left=$(query 'select count(*) from samtale.inbox'); [ "$left" != 0 ]; do
        kill -0 "$daemon" 2>/dev/null || { daemon=''; fail "the daemon ended while it was fed: $(tail -n 1 "$dir/samtaled.log" | sed 's/^<[0-9]>//')"; }
        still=$((still + 1))
        [ "$left" = "$before" ] || still=0
        before=$left
        [ "$still" -lt 120 ] || fail "$left messages wait and nothing moves, $(full); see $dir/samtaled.log"
        sleep 0.5
    done
}

# shellcheck disable=SC2317 # run by the traps
# Ends a process of ours: asks, and after 30 s does not ask any more.
end_process() {
    local tries=0
    kill -TERM "$1" 2>/dev/null || return 0
    while kill -0 "$1" 2>/dev/null; do
        [ $((tries += 1)) -ne 300 ] || kill -KILL "$1" 2>/dev/null
        sleep 0.1
    done
}

# shellcheck disable=SC2317 # run by the traps
stop() {
    local status=$?
    trap '' INT TERM HUP
    trap - EXIT
    set +e
    [ -z "$feeder" ] || end_process "$feeder"
    [ -z "$daemon" ] || end_process "$daemon"
    [ -z "${socket+x}" ] || "$private" stop "$dir/postgres" 8>&-
    [ -z "$locked" ] || rm -f -- "$dir/run.pid" "$dir/lock"
    exit "$status"
}

# ---- the run -------------------------------------------------------------------------------------------------------------

trap stop EXIT
trap 'exit 0' INT
trap 'exit 143' TERM
trap 'exit 129' HUP
check_port
choose_folder
install_program
start_database
write_configuration
make_account
start_daemon
feed
say ""
say "  samtaled serves  http://127.0.0.1:$port"
say "  sign in as       demo"
say "  password         $password"
say ""
say "Data and log: $dir (samtaled.log). Ctrl-C stops it."
status=0
wait "$daemon" || status=$?
daemon=''
fail "the daemon ended with status $status: $(tail -n 1 "$dir/samtaled.log" | sed 's/^<[0-9]>//')"
