select a.name, a.role, case when a.disabled then 'disabled' when a.password_hash is null then 'no password' else 'active' end,
       coalesce((select string_agg(m.name, ', ' order by m.name) from samtale.account_team t join samtale.team m using (team_id) where t.account_id = a.account_id), ''),
       to_char(a.created_at at time zone 'UTC', 'YYYY-MM-DD')
from samtale.account a order by a.name
