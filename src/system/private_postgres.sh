#!/bin/bash
# private_postgres.sh: a PostgreSQL 15 server of one's own in one folder, for `make run` and for every test. Never as root (root's
# server runs as user postgres), no TCP, a Unix socket in a folder that only its owner may enter; the superuser is "postgres".
#
#   private_postgres.sh start DIR [--throwaway] [-c NAME=VALUE]...   makes DIR and the cluster where missing, starts it, prints its
#                                                                    connection string ("host=... port=5432 user=postgres dbname=postgres")
#   private_postgres.sh stop DIR [fast|immediate]                    stops it; nothing to stop is fine
#   private_postgres.sh status DIR                                   prints "running PID" or "stopped" (exit status 3)
#   private_postgres.sh remove DIR                                   stops it and deletes DIR
#
# --throwaway does without fsync: a killed server still loses nothing, a power cut may. Every failure is one sentence on stderr.
# shellcheck disable=SC2015 # "a && b || fail" is meant: fail when either fails
set -euo pipefail
bin=${SAMTALE_POSTGRES_BIN:-/usr/lib/postgresql/15/bin}
need_mb=${SAMTALE_POSTGRES_NEED_MB:-120}

fail() { echo "private PostgreSQL: $*" >&2; exit 1; }
usage() { sed -n '5,9p' "$0" >&2; exit 2; }

[ $# -ge 2 ] || usage
verb=$1 dir=$(realpath -m -- "$2")
shift 2
data=$dir/data log=$dir/postgres.log

# Runs a command as the server's user, in a folder that this user can enter, with nothing of the caller's PG* settings.
as_server() {
    local as=()
    [ "$EUID" != 0 ] || as=(setpriv --reuid=postgres --regid=postgres --init-groups)
    (cd "$dir" && exec env -u PGHOST -u PGPORT -u PGUSER -u PGDATABASE -u PGOPTIONS -u PGDATA HOME="$dir" LC_ALL=C.UTF-8 "${as[@]}" "$@" 9>&-)
}

# The socket stands in DIR; where its path would be longer than a socket's path may be (107 bytes), in a folder named after DIR.
socket_dir() {
    local own=$dir/socket
    if [ ${#own} -gt 85 ]; then
        own=/tmp/samtale-$EUID-$(printf '%s' "$dir" | cksum | cut -d' ' -f1)
    fi
    printf '%s\n' "$own"
}

# Prints the process id of the server on this cluster, if it runs. A pid file that a crash or a reboot left behind is no server,
# also when another process has the number now.
server_pid() {
    local pid
    [ -f "$data/postmaster.pid" ] || return 1
    read -r pid <"$data/postmaster.pid" || return 1
    [[ $pid =~ ^[0-9]+$ ]] && [ -d "/proc/$pid" ] || return 1
    [ "$(readlink "/proc/$pid/cwd" 2>/dev/null)" = "$data" ] || return 1
    printf '%s\n' "$pid"
}

# Waits until no backend of a killed server is left: a second server beside them would spoil the cluster.
wait_for_orphans() {
    local proc tries=0 left=1
    while [ -n "$left" ]; do
        left=''
        for proc in /proc/[0-9]*; do
            [ "$(readlink "$proc/cwd" 2>/dev/null)" != "$data" ] || left=${proc#/proc/}
        done
        [ -z "$left" ] || [ $((tries += 1)) -le 100 ] || fail "process $left of an earlier server still uses $data: end it, then run this again"
        [ -z "$left" ] || sleep 0.1
    done
}

free_mb() { df -Pm -- "$1" 2>/dev/null | awk 'NR == 2 { print $4 }'; }

need_space() {
    local free
    free=$(free_mb "$dir")
    [ -z "$free" ] || [ "$free" -ge "$need_mb" ] ||
        fail "the disk of $dir is full: $free MB free, $need_mb MB needed"
}

# The last lines of a failed program as one sentence, the reasons that people meet first.
explain() {
    local what=$1 text=$2
    case $text in
        *"No space left on device"* | *"Disk quota exceeded"*) fail "the disk of $dir is full ($(free_mb "$dir") MB free)" ;;
        *"Permission denied"*) fail "$(user_name) may not use $dir: $(grep -m1 'Permission denied' <<<"$text")" ;;
    esac
    fail "$what: $(grep -E 'FATAL|error|could not|PANIC' <<<"$text" | tail -n 1), see $log"
}
user_name() { if [ "$EUID" = 0 ]; then echo postgres; else id -un; fi; }

make_folder() {
    [ -x "$bin/initdb" ] || fail "PostgreSQL 15 is not installed ($bin/initdb is missing): apt-get install postgresql-15"
    if [ "$EUID" = 0 ]; then
        id postgres >/dev/null 2>&1 || fail "the user postgres does not exist; the package postgresql-common makes it"
    fi
    mkdir -p -- "$dir" 2>/dev/null || fail "$(id -un) may not make the folder $dir"
    [ -O "$dir" ] || [ "$EUID" = 0 ] || fail "$dir belongs to $(stat -c %U -- "$dir"), not to $(id -un)"
    [ -w "$dir" ] || fail "$(id -un) may not write in $dir"
    [ ! -e "$dir" ] || [ -e "$dir/cluster" ] || [ -z "$(ls -A -- "$dir" 2>&1)" ] || fail "$dir holds other files: name an empty or a new folder"
    [ "$EUID" != 0 ] || chown postgres: -- "$dir"
    chmod 700 -- "$dir"
    as_server true 2>/dev/null && as_server test -w "$dir" ||
        fail "user $(user_name) cannot reach $dir: a folder above it is closed to others"
}

# A cluster is made beside its place and moved there when whole, so that an interrupted initdb leaves nothing that looks like one.
make_cluster() {
    local out options=()
    if [ -e "$data" ]; then
        [ -s "$data/PG_VERSION" ] && [ -s "$data/global/pg_control" ] ||
            fail "$data is half a cluster (PG_VERSION or global/pg_control is missing): delete it, then run this again"
        [ "$(cat "$data/PG_VERSION")" = 15 ] || fail "$data was made by PostgreSQL $(cat "$data/PG_VERSION"), this is 15: delete it or move it away"
        return 0
    fi
    need_space
    rm -rf --one-file-system -- "$data.new"
    [ -z "$throwaway" ] || options=(--no-sync)
    out=$(as_server "$bin/initdb" -D "$data.new" -U postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --data-checksums "${options[@]}" 2>&1) || {
        rm -rf --one-file-system -- "$data.new"
        explain "initdb failed" "$out"
    }
    mv -T -- "$data.new" "$data"
}

write_settings() {
    local setting
    {
        echo "# Written by private_postgres.sh at every start."
        echo "listen_addresses = ''"
        echo "unix_socket_directories = '$socket'"
        echo "unix_socket_permissions = 0700"
        echo "port = 5432"
        echo "max_connections = 60"
        echo "shared_buffers = 128MB"
        echo "max_wal_size = 1GB"
        echo "wal_compression = lz4"
        echo "default_toast_compression = lz4"
        echo "timezone = 'UTC'"
        echo "log_timezone = 'UTC'"
        echo "log_min_messages = warning"
        echo "logging_collector = off"
        if [ -n "$throwaway" ]; then
            printf 'fsync = off\nfull_page_writes = off\nautovacuum_naptime = 10min\n'
        fi
        for setting in ${settings[@]+"${settings[@]}"}; do
            printf "%s = '%s'\n" "${setting%%=*}" "${setting#*=}"
        done
    } >"$dir/private.conf.part" && mv -f -- "$dir/private.conf.part" "$dir/private.conf" ||
        fail "cannot write $dir/private.conf ($(free_mb "$dir") MB free)"
    chmod 644 -- "$dir/private.conf"
    grep -q '^include .*private.conf' "$data/postgresql.conf" || echo "include '$dir/private.conf'" >>"$data/postgresql.conf"
}

start() {
    local pid out
    throwaway='' settings=()
    while [ $# -gt 0 ]; do
        case $1 in
            --throwaway) throwaway=1 ;;
            -c) [[ ${2:-} == *=* ]] || usage; settings+=("$2"); shift ;;
            *) usage ;;
        esac
        shift
    done
    make_folder
    exec 9>"$dir/cluster" || fail "cannot write $dir/cluster ($(free_mb "$dir") MB free)"
    flock -w 60 9 || fail "another start or stop of $dir takes longer than 60 s"
    socket=$(socket_dir)
    if ! pid=$(server_pid); then
        make_cluster
        need_mb=16 need_space
        mkdir -p -- "$socket" && chmod 700 -- "$socket"
        [ "$EUID" != 0 ] || chown postgres: -- "$socket"
        [ "$EUID" = 0 ] || [ -O "$socket" ] || fail "$socket belongs to somebody else"
        wait_for_orphans
        rm -f -- "$data/postmaster.pid" "$socket"/.s.PGSQL.5432*
        write_settings
        : >"$log" && chmod 644 -- "$log"
        [ "$EUID" != 0 ] || chown postgres: -- "$log"
        out=$(as_server "$bin/pg_ctl" start -w -t 60 -s -D "$data" -l "$log" 2>&1) || explain "the server did not start" "$out
$(tail -n 20 "$log")"
    fi
    echo "host=$socket port=5432 user=postgres dbname=postgres"
}

stop() {
    local mode=${1:-fast}
    [ -d "$dir" ] || return 0
    exec 9>>"$dir/cluster" || fail "$(id -un) may not write in $dir"
    flock -w 60 9 || fail "another start or stop of $dir takes longer than 60 s"
    if server_pid >/dev/null; then
        as_server "$bin/pg_ctl" stop -w -t 60 -s -m "$mode" -D "$data" >/dev/null 2>&1 ||
            as_server "$bin/pg_ctl" stop -w -t 20 -s -m immediate -D "$data" >/dev/null 2>&1 ||
            fail "process $(server_pid) does not stop, see $log"
    fi
    socket=$(socket_dir)
    rm -f -- "$data/postmaster.pid" "$socket"/.s.PGSQL.5432*
    [ "$socket" = "$dir/socket" ] || rmdir -- "$socket" 2>/dev/null || true
}

case $verb in
    start) start "$@" ;;
    stop) stop "$@" ;;
    status) if pid=$(server_pid); then echo "running $pid"; else echo stopped; exit 3; fi ;;
    remove) stop immediate; rm -rf --one-file-system -- "$dir" ;;
    *) usage ;;
esac
