# weeks.sh: sourced behind tap.sh by tests that look at a daemon which has stored sample weeks. Sets program and daemon; stops it at the end.
# shellcheck shell=bash
program=${SAMTALE_BIN:-build/samtaled}
query() { psql -X -q -A -t -v ON_ERROR_STOP=1 -c "$1"; }
# soon QUERY: it answers t within a minute.
soon() {
    local n
    for n in $(seq 600); do
        [ "$(query "$1")" = t ] && return 0
        sleep 0.1
    done
    echo "not within $((n / 10)) s: $1"
    return 1
}
# weeks N: starts the daemon and feeds it N weeks.
weeks() {
    printf '[http]\nlisten = unix:%s/http\n' "$SAMTALE_TEST_DIR" >>"$SAMTALE_CONFIG"
    "$program" run --config "$SAMTALE_CONFIG" 2>"$SAMTALE_TEST_DIR/log" &
    daemon=$!
    trap 'kill $daemon 2>/dev/null; wait $daemon' EXIT
    "$program" sample --weeks "$1" | "$program" import --config "$SAMTALE_CONFIG" --source sample - >/dev/null
    check 'the sample weeks are stored' soon 'select samtale.backlog(1::smallint) + samtale.backlog(0::smallint) = 0'
}
