-- Who a token belongs to, and what it may: 1 read, 2 ingest, 7 all.
select a.account_id, a.name, a.role, coalesce((select array_agg(t.team_id order by t.team_id) from samtale.account_team t where t.account_id = a.account_id), '{}')::text,
       case when a.agent_id is null then '{}' else array[a.agent_id]::text end,
       coalesce((select json_agg(m.name order by m.name) from samtale.account_team t join samtale.team m using (team_id) where t.account_id = a.account_id), '[]')::text,
       samtale.utc_text(k.expires_at),
       case when 'admin' = any (k.scopes) then 7 else case when 'read' = any (k.scopes) then 1 else 0 end + case when 'ingest' = any (k.scopes) then 2 else 0 end end
from samtale.api_token k join samtale.account a using (account_id)
where k.token_hash = $1::bytea and (k.expires_at is null or k.expires_at > now()) and not a.disabled
