#!/bin/bash
# dictionary.sh: prints docs/dictionary.md from the comments of schema bi and the table of figures, on a database of its own.
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
[ -n "${SAMTALE_TEST_DIR:-}" ] || exec "$top/tests/with_postgres.sh" "$0"
psql -X -q -A -t -v ON_ERROR_STOP=1 <<'SQL'
select '# Dictionary of schema bi' || E'\n\nPrinted by `make dictionary`; how to read it: [bi.md](bi.md).\n';
select '## Figures' || E'\n\n| lens | figure | unit | numerator | denominator | meaning |\n|---|---|---|---|---|---|\n'
    || string_agg(format('| %s | `%s` | %s | `%s` | %s | %s |', lens, name, unit, part, coalesce('`' || whole || '`', '-'), said), E'\n' order by lens, n) from samtale.figure;
select E'\n## ' || v.relname || E'\n\n' || obj_description(v.oid) || E'\n\n| column | type | meaning |\n|---|---|---|\n'
    || string_agg(format('| `%s` | %s | %s |', a.attname, format_type(a.atttypid, a.atttypmod), col_description(v.oid, a.attnum)), E'\n' order by a.attnum)
from pg_class v join pg_attribute a on a.attrelid = v.oid and a.attnum > 0 where v.relnamespace = 'bi'::regnamespace and v.relkind = 'v' group by v.oid, v.relname order by v.relname;
SQL
