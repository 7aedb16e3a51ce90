#!/bin/bash
# with_postgres.sh [--bare] [--durable] [-c NAME=VALUE]... COMMAND...: runs COMMAND against a PostgreSQL of its own and takes it down after.
# The server lives in a new folder below TMPDIR, with a database "samtale", migrated by build/samtaled unless --bare. COMMAND finds
#   PGHOST PGPORT PGUSER PGDATABASE   for psql and libpq (superuser "postgres")
#   SAMTALE_CONNECTION                the same as one connection string, without a user: add user=ROLE
#   SAMTALE_CONFIG                    a configuration file for samtaled that names this database
#   SAMTALE_TEST_DIR                  the folder: also for the command's own files, deleted at the end
# The exit status is the command's. SAMTALE_BIN names another samtaled than build/samtaled.
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
private=$top/src/system/private_postgres.sh
bin=${SAMTALE_BIN:-$top/build/samtaled}
bare='' options=(--throwaway)
while [ $# -gt 0 ]; do
    case $1 in
        --bare) bare=1 ;;
        --durable) options=("${options[@]:1}") ;;
        -c) options+=(-c "$2"); shift ;;
        *) break ;;
    esac
    shift
done
[ $# -gt 0 ] || { sed -n '2,8p' "$0" >&2; exit 2; }

dir=$(mktemp -d "${TMPDIR:-/tmp}/samtale-test.XXXXXX")
export SAMTALE_TEST_DIR=$dir/own
child=''
# shellcheck disable=SC2317 # run by the traps
clean() {
    trap - EXIT
    trap '' INT TERM HUP
    [ -z "$child" ] || kill -TERM "$child" 2>/dev/null || true
    [ -z "$child" ] || wait "$child" 2>/dev/null || true
    "$private" remove "$dir/postgres" || true
    rm -rf --one-file-system -- "$dir"
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

chmod 711 "$dir"
mkdir -m 755 "$SAMTALE_TEST_DIR"
server=$("$private" start "$dir/postgres" ${options[@]+"${options[@]}"})
PGHOST=${server#host=} PGHOST=${PGHOST%% *}
export PGHOST PGPORT=5432 PGUSER=postgres PGDATABASE=samtale
psql -X -q -d postgres -c 'create database samtale'
export SAMTALE_CONNECTION="host=$PGHOST port=5432 dbname=samtale"
export SAMTALE_CONFIG=$SAMTALE_TEST_DIR/samtaled.conf
printf '[database]\nconnection = %s user=postgres\n\n[privacy]\nkey_file = %s/key\n' "$SAMTALE_CONNECTION" "$SAMTALE_TEST_DIR" >"$SAMTALE_CONFIG"
[ -n "$bare" ] || "$bin" migrate --config "$SAMTALE_CONFIG" >"$SAMTALE_TEST_DIR/migrate.log" 2>&1 || {
    cat "$SAMTALE_TEST_DIR/migrate.log" >&2
    exit 1
}
"$@" &
child=$!
status=0
wait "$child" || status=$?
child=''
exit "$status"
