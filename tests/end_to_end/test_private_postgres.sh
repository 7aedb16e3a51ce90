#!/bin/bash
# The private server of demo and tests: starts, survives a kill, stops without a trace, and says in one sentence what is wrong.
# shellcheck disable=SC2317 # functions are run by name
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/tap.sh
private=$PWD/src/system/private_postgres.sh
top=$(mktemp -d)
chmod 755 "$top"
dir=$top/server
mounted=''
clean() {
    "$private" remove "$dir" 2>/dev/null
    "$private" remove "$top/small/server" 2>/dev/null
    [ -z "$mounted" ] || umount "$top/small"
    rm -rf "$top"
}
trap clean EXIT
trap 'exit 1' INT TERM HUP

query() { psql -X -A -t -q "$connection" -c "$1"; }
is() { [ "$1" = "$2" ] || { echo "is \"$1\", not \"$2\""; return 1; }; }
pid() { "$private" status "$dir" | cut -d' ' -f2; }
owner_of_server() { is "$(stat -c %u "/proc/$(pid)")" "$(if [ "$EUID" = 0 ]; then id -u postgres; else id -u; fi)"; }
nothing_left() {
    local left
    left=$(find "$dir" -name '.s.PGSQL*' -o -name postmaster.pid)
    [ -z "$left" ] && ! grep -qs . "$dir/data/postmaster.pid" && ! readlink /proc/[0-9]*/cwd | grep -qxF "$dir/data"
}

connection=$("$private" start "$dir" --throwaway -c work_mem=7MB)
check "starts and prints how to connect" query 'select 1'
check "settings are taken" is "$(query 'show work_mem')" 7MB
check "listens on no address" is "$(query 'show listen_addresses')" ''
check "runs as a user without rights" owner_of_server
check "only its user may enter" is "$(stat -c %a "$dir")" 700
check "a second start finds it running" is "$("$private" start "$dir")" "$connection"
query 'create table kept (n int)' && query 'insert into kept values (42)'
kill -KILL "$(pid)"
check "starts again after a kill" "$private" start "$dir" --throwaway
check "what was committed is there" is "$(query 'select n from kept')" 42
"$private" stop "$dir"
check "stops without a trace" nothing_left
check "status says stopped" is "$("$private" status "$dir")" stopped
check "stopping again is fine" "$private" stop "$dir"

# a pid file left by a crash, its number taken by another process of the same user since
printf '%s\n%s\n' $$ "$dir/data" >"$dir/data/postmaster.pid"
check "a stale pid file does not hinder" "$private" start "$dir"
"$private" stop "$dir"
mkdir "$dir/data.new" && touch "$dir/data.new/PG_VERSION"
mv "$dir/data" "$top/aside"
check "an interrupted initdb is made again" "$private" start "$dir" --throwaway
"$private" stop "$dir"
rm -f "$dir/data/global/pg_control"
check "half a cluster is refused" fails_with "is half a cluster" "$private" start "$dir"
rm -rf "$dir/data"
mv "$top/aside" "$dir/data"
echo 14 >"$dir/data/PG_VERSION"
check "another version's cluster is refused" fails_with "was made by PostgreSQL 14" "$private" start "$dir"
mkdir "$top/full" && touch "$top/full/somebodys"
check "a folder with other files is refused" fails_with "holds other files" "$private" start "$top/full"
check "a missing server is named" fails_with "PostgreSQL 15 is not installed" env SAMTALE_POSTGRES_BIN=/nonexistent "$private" start "$top/none"
check "a disk that is full before is named" fails_with "is full" env SAMTALE_POSTGRES_NEED_MB=99999999 "$private" start "$top/none"
mkdir -p "$top/small"
if [ $EUID = 0 ] && mount -t tmpfs -o size=24m,mode=755 tmpfs "$top/small" 2>/dev/null; then
    mounted=1
    check "a disk that fills on the way is named" fails_with "is full" env SAMTALE_POSTGRES_NEED_MB=1 "$private" start "$top/small/server"
    check "and leaves no half cluster" test ! -e "$top/small/server/data"
else
    echo "ok - a disk that fills on the way is named # SKIP needs root and mount"
fi
if [ $EUID = 0 ]; then
    mkdir -m 700 "$top/closed"
    check "a folder out of reach is named" fails_with "cannot reach" "$private" start "$top/closed/server"
    check "a missing privilege is named" fails_with "may not" setpriv --reuid=nobody --regid=nogroup --clear-groups "$private" start /nowhere-to-write
fi
long=$top/$(printf 'long%.0s' {1..30})/server
mkdir -p "$(dirname "$long")"
connection=$("$private" start "$long" --throwaway)
check "a long path has its socket elsewhere" query 'select 1'
"$private" remove "$long"
check "and nothing of it is left" test ! -e "$(cut -d' ' -f1 <<<"${connection#host=}")"
done_testing
