#!/bin/bash
# score, explain, eval and pack as people type them.
set -u
cd "$(dirname "$0")/../.." || exit 1
program=${SAMTALE_BIN:-build/samtaled}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
say() { if [ "$1" -eq 0 ]; then echo "ok - $2"; else echo "not ok - $2"; fi; }

cat >"$work/one.jsonl" <<'END'
{"id":"x-1","language":"da","channel":"chat","turns":[{"i":0,"speaker":"customer","text":"min far doede i gaar, mit cpr er 010190-1234"},{"i":1,"speaker":"agent","text":"det goer mig ondt"}]}
{"id":"x-2","language":"da","channel":"chat","turns":[{"i":0,"speaker":"nobody","text":"hej"}]}
END
"$program" score "$work/one.jsonl" >"$work/out"
say $? "score reads labelled lines"
[ "$(wc -l <"$work/out")" -eq 2 ]
say $? "one line a conversation"
grep -q '"id":"x-1".*"label":"cue.distress".*"met":"acknowledged"' "$work/out"
say $? "a death is heard and its acknowledgement found"
grep -q '"id":"x-2".*"scored":false,"why":"roles_unknown"' "$work/out"
say $? "unknown roles are not scored"
"$program" score - <"$work/one.jsonl" | cmp -s - "$work/out"
say $? "standard input gives the same"
"$program" explain "$work/one.jsonl" >"$work/shown"
grep -q 'min far \[doede\]' "$work/shown" && ! grep -q '010190' "$work/shown"
say $? "explain marks the words and shows no identity number"
if grep -q "$(printf '\033')" "$work/shown"; then say 1 "no colours into a file"; else say 0 "no colours into a file"; fi
echo '{broken' >>"$work/one.jsonl"
"$program" score "$work/one.jsonl" >"$work/out" 2>"$work/err"
[ $? -eq 1 ] && grep -q 'one.jsonl:3:' "$work/err" && [ "$(wc -l <"$work/out")" -eq 2 ]
say $? "a line that cannot be read is told with its number and costs itself only"
printf 'pack 1 da\nrule hus -> advice 2\n  | husk ..2 kvittering*\n  yes husk lige din kvitteringen\n' >"$work/site.pack"
"$program" pack check "$work/site.pack" | grep -q '^da: '
say $? "a site's pack compiles over the shipped ones"
printf 'pack 1 da\nrule hus -> advice 2\n  | husk .. kvittering\n' >"$work/bad.pack"
"$program" pack check "$work/bad.pack" 2>"$work/err"
[ $? -eq 1 ] && grep -q 'bad.pack:3:10: a gap without a bound' "$work/err"
say $? "a fault in it is told by line and column"
"$program" pack test da 'husk lige din kvittering' "$work/site.pack" | grep -q 'da.advice.hus'
say $? "a sentence can be tried"
"$program" pack show da empathy >/dev/null && "$program" pack show da da.empathy.apology | grep -q 'da.empathy.apology'
say $? "rules can be shown"
teach() { "$program" train --held src/samples/da.dev.jsonl --out "$1" src/samples/da.1.jsonl >/dev/null; }
teach "$work/one.model" && teach "$work/two.model" && cmp -s "$work/one.model" "$work/two.model"
say $? "train gives the same bytes from the same conversations"
mkdir "$work/packs" && cp "$work/one.model" "$work/packs/own.model" && printf '[score]\npacks = %s\n' "$work/packs" >"$work/conf"
"$program" eval --config "$work/conf" src/samples/da.dev.jsonl >"$work/out" && grep -q '^ *macro' "$work/out"
say $? "a site's own model is measured against people's labels"
"$program" score src/samples/da.dev.jsonl | head -1 >"$work/shipped"
"$program" score --config "$work/conf" src/samples/da.dev.jsonl | head -1 | cmp -s - "$work/shipped"
[ $? -eq 1 ]
say $? "and is what scores"
