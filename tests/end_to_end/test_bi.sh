#!/bin/bash
# Schema bi as people with their own tools meet it: bi-user makes and takes away roles, isql runs every example of docs/bi.md over ODBC, each role sees its
# own teams, nothing can be written, and the dictionary is the one of the schema.
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
weeks 4
check 'the night is done' "$program" nightly --config "$SAMTALE_CONFIG"

# ---- roles
team=$(query "select name from samtale.team order by name limit 1")
bi_user() { "$program" bi-user "$@" --config "$SAMTALE_CONFIG"; }
bi_user create bi_one --team "$team" --timeout 7 >"$SAMTALE_TEST_DIR/one"
check 'a BI user of a team gets a password' test "$(wc -c <"$SAMTALE_TEST_DIR/one")" -gt 20
echo 'secret of my own' | bi_user create bi_all --all-teams --password-stdin >"$SAMTALE_TEST_DIR/all"
check 'a password that is given is not printed' test ! -s "$SAMTALE_TEST_DIR/all"
check 'a role that is there is not taken over' fails_with 'there is a role bi_one' bi_user create bi_one --all-teams
check 'an unknown team is told' fails_with 'there is no team Nowhere' bi_user create bi_two --team Nowhere
check 'a name that is none is told' fails_with 'is no name for a BI user' bi_user create 'Robert"; drop' --all-teams
forgotten() { bi_user create bi_two 2>&1 | grep -q 'either --team or --all-teams'; }
check 'teams are not forgotten' forgotten
bi_user list >"$SAMTALE_TEST_DIR/list"
check 'both are listed' test "$(grep -c '^bi_' "$SAMTALE_TEST_DIR/list")" -eq 2

# ---- ODBC
export ODBCSYSINI=/etc ODBCINI=$SAMTALE_TEST_DIR/odbc.ini
for who in bi_one bi_all; do
    printf '[%s]\nDriver = PostgreSQL Unicode\nServername = %s\nPort = 5432\nDatabase = samtale\nUsername = %s\nPassword = secret of my own\nReadOnly = 1\n\n' \
        "$who" "$PGHOST" "$who"
done >"$ODBCINI"
odbc() { echo "$2" | isql -v -b -c -d'|' "$1" 2>&1; }
n=0
while IFS= read -r example; do
    n=$((n + 1))
    answer() {
        odbc bi_all "$example" >"$SAMTALE_TEST_DIR/answer"
        head -3 "$SAMTALE_TEST_DIR/answer"
        ! grep -q 'ISQL\]ERROR\|\[S1000\]' "$SAMTALE_TEST_DIR/answer" && [ "$(grep -c '|' "$SAMTALE_TEST_DIR/answer")" -gt 1 ]
    }
    check "example $n of docs/bi.md answers through ODBC" answer
done < <(awk '/^```sql$/ { on = 1; text = ""; next } /^```$/ && on { on = 0; print text } on { text = text $0 " " }' docs/bi.md)
check 'all examples were found' test "$n" -eq 11
same() { [ "$(odbc bi_all "select sum(offered) as a, sum(offered) as b from bi.queue_day" | tail -1)" = "$(query "select sum(offered) || '|' || sum(offered) from samtale.rollup_half_hour")" ]; }
check 'days add up to the half hours' same

# ---- who sees what
seen() { odbc "$1" "select count(*) as n, 1 as one from bi.$2" | tail -1 | cut -d'|' -f1; }
narrower() { [ "$(seen bi_one "$1")" -gt 0 ] && [ "$(seen bi_one "$1")" -lt "$(seen bi_all "$1")" ]; }
for view in conversation leg finding moment conversation_score survey outcome turn customer; do
    check "bi.$view shows a team its own" narrower "$view"
done
hidden() { [ "$(seen bi_all agent)$(seen bi_all agent_day)" = 00 ]; }
check 'agents are hidden until names are shown' hidden
refused() { odbc bi_all "$1" | grep -q 'permission denied\|read-\?only'; }
check 'texts are not read' refused 'select body as a, 1 as b from bi.transcript'
check 'tables are not read' refused 'select 1 as a, 2 as b from samtale.conversation'
check 'nothing is written' refused 'create table bi.x (a integer)'
limit() { [ "$(odbc bi_one "select current_setting('statement_timeout') as a, 1 as b" | tail -1)" = '7s|1' ]; }
check 'a statement has its time' limit
query 'update samtale.site set agents_shown = true'
check 'with names shown agents have days' test "$(seen bi_all agent_day)" -gt 0
check 'a team sees its own agents only' narrower agent_day

# ---- the end of a role, and the dictionary
check 'a role is taken away' bi_user revoke bi_one
gone() { [ "$(query "select count(*) from pg_roles where rolname = 'bi_one'")$(query "select count(*) from samtale.bi_scope where role_name = 'bi_one'")" = 00 ]; }
check 'nothing of it is left' gone
check 'who is no BI user stays' fails_with 'is no BI user' bi_user revoke postgres
dictionary() { src/system/dictionary.sh | diff - docs/dictionary.md; }
check 'docs/dictionary.md is the one of the schema (make dictionary)' dictionary

# ---- names that were promised (docs/bi.md, "Rules for names"): bi_names.txt, a line of view, column and type each; what is deprecated stands in it until it goes
names() {
    query "select c.table_name || '.' || c.column_name || ' ' || c.data_type from information_schema.columns c where c.table_schema = 'bi'
           union all select p.oid::regprocedure || ' ' || p.prorettype::regtype from pg_proc p where p.pronamespace = 'bi'::regnamespace" | LC_ALL=C sort
}
promised=tests/end_to_end/bi_names.txt
names >"$SAMTALE_TEST_DIR/names"
kept() { LC_ALL=C comm -23 "$promised" "$SAMTALE_TEST_DIR/names" >"$SAMTALE_TEST_DIR/lost" && cat "$SAMTALE_TEST_DIR/lost" && [ ! -s "$SAMTALE_TEST_DIR/lost" ]; }
check 'every name that was promised is there, of its type' kept
new() { LC_ALL=C comm -13 "$promised" "$SAMTALE_TEST_DIR/names" >"$SAMTALE_TEST_DIR/new" && cat "$SAMTALE_TEST_DIR/new" && [ ! -s "$SAMTALE_TEST_DIR/new" ]; }
check "every new one is promised (add these lines to $promised)" new
blind() { query "select a.attrelid::regclass || '.' || a.attname from pg_attribute a where a.attrelid::regclass::text like 'bi.%' and a.attnum > 0 and col_description(a.attrelid, a.attnum) ~* '^deprecated' and col_description(a.attrelid, a.attnum) !~ '^deprecated, use [a-z_.]+'"; }
check 'what is deprecated says what to use instead' test -z "$(blind)"
done_testing
