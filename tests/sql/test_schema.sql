-- The schema as people and programs rely on it: everything described, nothing owned by the wrong role, names of values as in C.
begin;
create extension if not exists pgtap;
select plan(13);

select is((select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
           where n.nspname in ('samtale', 'bi') and c.relkind in ('r', 'v') and obj_description(c.oid) is null), 0::bigint,
          'every table and view says what it is');
select is((select coalesce(string_agg(c.relname || '.' || a.attname, ', '), '') from pg_class c join pg_namespace n on n.oid = c.relnamespace
           join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
           where n.nspname in ('samtale', 'bi') and c.relkind in ('r', 'v') and col_description(c.oid, a.attnum) is null), '',
          'every column says what it is');
select is((select coalesce(string_agg(p.proname, ', '), '') from pg_proc p join pg_namespace n on n.oid = p.pronamespace
           where n.nspname in ('samtale', 'bi') and obj_description(p.oid) is null), '', 'every function says what it is');
select is((select coalesce(string_agg(c.relname, ', '), '') from pg_class c join pg_namespace n on n.oid = c.relnamespace
           where n.nspname = 'samtale' and c.relkind in ('r', 'v', 'S') and pg_get_userbyid(c.relowner) <> 'samtale_owner'), '',
          'samtale_owner owns what is in samtale');
select is((select coalesce(string_agg(c.relname, ', '), '') from pg_class c join pg_namespace n on n.oid = c.relnamespace
           where n.nspname = 'bi' and pg_get_userbyid(c.relowner) <> 'samtale_bi_owner'), '', 'samtale_bi_owner owns what is in bi');
select is((select coalesce(string_agg(c.relname, ', '), '') from pg_class c join pg_namespace n on n.oid = c.relnamespace
           where n.nspname = 'bi' and c.relkind = 'v' and not coalesce('security_barrier=true' = any (c.reloptions), false)), '',
          'every view of bi is a security barrier');
select is((select array_agg(rolname::text order by rolname) from pg_roles where rolname like 'samtale\_%' and rolcanlogin), null,
          'nobody signs in as one of the roles');
select is((select array_agg(rolname::text) from pg_roles where rolname like 'samtale\_%' and rolbypassrls), array['samtale_daemon'],
          'only the daemon passes by row security');
select is((select array_agg(distinct data_type::text) from information_schema.columns
           where table_schema = 'samtale' and data_type like 'timestamp%'), array['timestamp with time zone'], 'every time has its zone');
select is((select a.attcompression::text from pg_attribute a where a.attrelid = 'samtale.inbox'::regclass and a.attname = 'body'), 'l',
          'bodies of the queue are lz4');
select is((select a.attcompression::text from pg_attribute a where a.attrelid = 'samtale.part'::regclass and a.attname = 'body'), 'l', 'bodies of parts are lz4');
select is((select array_agg(n order by n) from samtale.migration), (select array_agg(i) from generate_series(1, (select max(n) from samtale.migration)) i),
          'migrations are numbered without a gap');
select is((select coalesce(string_agg(c.relname, ', '), '') from pg_class c join pg_namespace n on n.oid = c.relnamespace
           where n.nspname = 'samtale' and c.relkind = 'r' and not c.relrowsecurity
             and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'conversation_id')
             and c.relname not in ('conversation_key', 'access_log')), '', 'every table of facts has row security');
select * from finish();
rollback;
