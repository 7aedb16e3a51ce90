#!/bin/sh
# setup_database.sh [SAMTALED [ROLE]]: makes the database, the schema, and the role that the daemon signs in as. Run it as a superuser of
# PostgreSQL 15, once: `sudo -u postgres /usr/lib/samtaled/setup_database`. Doing it again changes nothing. PGHOST, PGPORT and PGUSER
# name another server, PGDATABASE another database (samtale). ROLE (samtale) is the user that the daemon runs as.
set -eu
samtaled=${1:-/usr/bin/samtaled} role=${2:-samtale} database=${PGDATABASE:-samtale}
unset PGDATABASE
if [ -z "$(psql -X -q -A -t -v ON_ERROR_STOP=1 -v name="$database" -d postgres <<'SQL'
select 1 from pg_database where datname = :'name';
SQL
)" ]; then
    createdb --encoding=UTF8 --template=template0 "$database"
fi
"$samtaled" migrate --connection "host=${PGHOST:-/run/postgresql} dbname=$database"
psql -X -q -v ON_ERROR_STOP=1 -v role="$role" -d "$database" <<'SQL'
select format('create role %I login', :'role') where not exists (select from pg_roles where rolname = :'role') \gexec
select format('grant samtale_daemon, samtale_api to %I', :'role') \gexec
SQL
