-- Who a session belongs to: hash of its cookie, seconds it may have been idle.
select a.account_id, a.name, a.role, coalesce((select array_agg(t.team_id order by t.team_id) from samtale.account_team t where t.account_id = a.account_id), '{}')::text,
       case when a.agent_id is null then '{}' else array[a.agent_id]::text end,
       coalesce((select json_agg(m.name order by m.name) from samtale.account_team t join samtale.team m using (team_id) where t.account_id = a.account_id), '[]')::text,
       samtale.utc_text(s.expires_at), 7
from samtale.session s join samtale.account a using (account_id)
where s.token_hash = $1::bytea and s.expires_at > now() and s.seen_at > now() - make_interval(secs => $2::integer) and not a.disabled
