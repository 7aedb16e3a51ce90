#!/bin/bash
# A dump of a working database in a fresh server, by the words of docs/operations.md: every sum is what the facts give, both lenses say the same, what was erased stays
# out, and the daemon goes on with it: a late part corrects the sums, and a re-scoring that was begun before the dump is finished after it.
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
samtaled() { "$program" "$@" --config "$SAMTALE_CONFIG"; }
check 'the night is done' samtaled nightly
printf 'pack 1 en\nrule zebra -> empathy.apology 5\n  | zebra\n  yes A zebra for you.\n' >"$SAMTALE_TEST_DIR/zebra.pack"
check 'a re-scoring is begun' samtaled rescore --since 2020-01-01 --pack "$SAMTALE_TEST_DIR/zebra.pack" --no-switch
id=$(query "select external_id from samtale.conversation c where exists (select from samtale.part p where p.conversation_id = c.conversation_id and p.kind = 2) order by 1 limit 1")
source=$(query "select s.name from samtale.conversation c join samtale.source s using (source_id) where c.external_id = '$id'")
check 'one conversation is erased' samtaled erase --conversation "$id" --source "$source" --yes
says() { query "select samtale.overview(samtale.overview_question_of((select min(started_at)::date from samtale.conversation), (select max(started_at)::date from samtale.conversation), 'Europe/Copenhagen', 'week', null, null, null, 'answered_only', '{0.15,0.4,0.3,0.15}', 2))"; }
counts() { query "select (select count(*) from samtale.conversation), (select count(*) from samtale.part), (select count(*) from samtale.finding), (select count(*) from samtale.tombstone), (select count(*) from samtale.chore)"; }
before=$(says) rows=$(counts)
kill "$daemon"
wait "$daemon"
check 'the database is dumped' pg_dump --format=custom --file="$SAMTALE_TEST_DIR/samtale.dump" samtale

# ---- another server
place=$(mktemp -d "${TMPDIR:-/tmp}/samtale-restored.XXXXXX")
chmod 711 "$place"
over() {
    kill "$daemon" 2>/dev/null
    wait "$daemon" 2>/dev/null
    src/system/private_postgres.sh remove "$place/postgres"
    rm -rf --one-file-system -- "$place"
}
trap over EXIT
server=$(src/system/private_postgres.sh start "$place/postgres" --throwaway)
PGHOST=${server#host=} PGHOST=${PGHOST%% *}
export PGHOST
sed -i "s|^connection = .*|connection = host=$PGHOST port=5432 dbname=samtale user=postgres|" "$SAMTALE_CONFIG"
check 'a fresh server has a database' psql -X -q -d postgres -c 'create database samtale'
check 'and the schema and roles' samtaled migrate
check 'the dump is restored' pg_restore --clean --if-exists --dbname=samtale --exit-on-error "$SAMTALE_TEST_DIR/samtale.dump"
same() { [ "$(says)" = "$before" ] && [ "$(counts)" = "$rows" ]; }
check 'everything is there, and both lenses say the same' same
check 'every sum is what the facts give' samtaled verify
query analyze >/dev/null
check 'the dictionary of bi is the same' bash -c 'src/system/dictionary.sh | diff - docs/dictionary.md'

# ---- life goes on
"$program" run --config "$SAMTALE_CONFIG" 2>"$SAMTALE_TEST_DIR/log2" &
daemon=$!
check 'the daemon serves it' soon 'select running from samtale.inbox_state where lane = 0'
again() { "$program" sample --weeks 3 | sed 's/"updated_at":"20../"updated_at":"21../' | head -200 | "$program" import --config "$SAMTALE_CONFIG" --source sample - >/dev/null; }
check 'parts come again, newer' again
check 'they are stored' soon 'select samtale.backlog(1::smallint) + samtale.backlog(0::smallint) = 0'
check 'what was erased stays out' test "$(query "select count(*) from samtale.conversation where external_id = '$id'")" = 0
check 'the re-scoring is finished' samtaled rescore switch 1 --pack "$SAMTALE_TEST_DIR/zebra.pack"
check 'every sum is what the facts give, still' samtaled verify
done_testing
