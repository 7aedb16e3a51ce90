#!/bin/bash
# The scorer on the development conversations, each domain marked by models that did not see it: no figure may fall below its floor
# (floors.txt); and figures do not depend on the run.
set -u
cd "$(dirname "$0")/../.." || exit 1
program=${SAMTALE_BIN:-build/samtaled}
trainer=${SAMTALE_TRAINER:-$program} # a program that counts its lines takes half an hour for what takes a minute
say() { if [ "$1" -eq 0 ]; then echo "ok - $2"; else echo "not ok - $2"; fi; }

held=(src/samples/*.dev.jsonl)
half=(src/samples/hands/*.jsonl)
taught=(src/samples/*.[0-9].jsonl)
below=$("$trainer" train --leave-domain-out --floors tests/gold/floors.txt "${held[@]/#/--held=}" "${half[@]/#/--half=}" "${taught[@]}")
say $? "every figure on the development conversations is at or above its floor"
[ -z "$below" ] || printf '# %s\n' "${below//$'\n'/$'\n# '}"
printf 'all macro 100\n' >build/floor.$$
"$program" eval --misses cue.churn --floors build/floor.$$ src/samples/da.dev.jsonl >/dev/null
[ $? -eq 1 ]
say $? "a floor that is not reached ends eval with 1"
rm -f build/floor.$$
[ "$("$program" score src/samples/*.jsonl | sha256sum)" = "$("$program" score src/samples/*.jsonl | sha256sum)" ]
say $? "the same conversations give the same bytes"
[ "$(grep -ac '^# from threshold [0-9.]* in a pack on 80 % are right' src/packs/labels.model)" -ge 15 ]
say $? "the shipped model says from which thresholds on its marks are sure"
