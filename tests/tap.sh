#!/bin/bash
# tap.sh FILE...: runs test files one after another and passes on their TAP lines ("ok ...", "not ok ..."), each with the file's name.
# A file that stops early, hangs (TEST_TIMEOUT seconds, 300) or says nothing is a failure of its own. What it prints on stderr is
# shown when it fails. *.sql run in psql (PGHOST and so on are set by with_postgres.sh), *.mjs in node, all others as they are.
set -u
limit=${TEST_TIMEOUT:-300}
failed=0
err=$(mktemp)
trap 'rm -f "$err" "$err.out"' EXIT
for file in "$@"; do
    case $file in
        *.sql) command=(psql -X -q -A -t -v ON_ERROR_STOP=1 -f "$file") ;;
        *.mjs) command=(node "$file") ;;
        *) command=("$file") ;;
    esac
    name=$(basename "$file")
    timeout -k 10 "$limit" "${command[@]}" </dev/null 2>"$err" >"$err.out"
    status=$?
    # cmocka calls a skipped test "not ok N # SKIP name"
    sed -i -E 's/^not ok ([0-9]+) # SKIP (.*)/ok \1 - \2 # SKIP/' "$err.out"
    awk -v name="${name%.*}" '/^ *(not )?ok( |$)/ { sub(/^ */, ""); sub(/^not ok *[0-9]* *-? */, "not ok - " name ": ") || sub(/^ok *[0-9]* *-? */, "ok - " name ": "); print; next }
        /^ *#/ { print }' "$err.out"
    if [ $status -eq 124 ] || [ $status -eq 137 ]; then
        echo "not ok - $name: still running after $limit s"
    elif [ $status -ne 0 ] && ! grep -q '^ *not ok' "$err.out"; then
        echo "not ok - $name: ended with status $status"
    elif [ $status -eq 0 ] && ! grep -qE '^ *ok( |$)' "$err.out"; then
        echo "not ok - $name: said nothing"
    elif [ $status -eq 0 ] && ! grep -q '^ *not ok' "$err.out"; then
        continue
    fi
    failed=1
    tail -n 60 "$err" | sed 's/^/# /'
done
exit $failed
